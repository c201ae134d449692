from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from navtalk_widget.engines.responder import Message, ToolCall
from navtalk_widget.local.door.http import function_call
from navtalk_widget.local.server import LocalService
from tests.local.door.http.asking import ask
from tests.local.scripted import ScriptedResponder, one_word_and_then_nothing
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATH = "/api/realtime_function_call"


async def test_the_responder_answers_in_plain_text(service: LocalService, script: ScriptedResponder) -> None:
    script.will_answer("It is sunny in Paris.")
    body = {"userInput": "the weather in Paris", "license": "sk_1", "chatId": None}
    reply = await ask(service, "POST", PATH, json=body)
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert reply.body == b"It is sunny in Paris."
    assert script.requests[0].messages == (Message("user", "the weather in Paris"),)


async def test_a_responder_that_takes_too_long_is_not_waited_for(
    service: LocalService, script: ScriptedResponder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(function_call, "ANSWER_TIMEOUT_S", 0.05)
    script.will_answer(one_word_and_then_nothing)
    reply = await ask(service, "POST", PATH, json={"userInput": "hello"})
    assert (reply.status, reply.json["code"]) == (504, 504)


async def test_a_responder_that_fails_is_told_of(service: LocalService, script: ScriptedResponder) -> None:
    script.will_answer(RuntimeError("out of order"))
    reply = await ask(service, "POST", PATH, json={"userInput": "hello"})
    assert (reply.status, reply.json["code"]) == (500, 500)
    assert "out of order" not in reply.json["message"]


async def test_an_answer_is_bounded(service: LocalService, script: ScriptedResponder) -> None:
    async def endless() -> AsyncIterator[str | ToolCall]:
        while True:
            yield "word " * 100
            await asyncio.sleep(0)

    script.will_answer(endless)
    reply = await ask(service, "POST", PATH, json={"userInput": "hello"})
    assert len(reply.body) <= function_call.MAX_CHARACTERS


async def test_only_so_many_are_answered_at_once(
    service: LocalService, script: ScriptedResponder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(function_call, "MAX_ANSWERS", 2)
    release = asyncio.Event()

    async def when_released() -> AsyncIterator[str | ToolCall]:
        await release.wait()
        yield "Now."

    script.will_answer(when_released)
    asking = [asyncio.create_task(ask(service, "POST", PATH, json={"userInput": "hello"})) for _ in range(2)]
    await eventually(lambda: len(script.requests) == 2)
    assert (await ask(service, "POST", PATH, json={"userInput": "hello"})).status == 503
    release.set()
    assert [reply.body for reply in await asyncio.gather(*asking)] == [b"Now.", b"Now."]


async def test_a_question_without_words_is_refused(service: LocalService) -> None:
    assert (await ask(service, "POST", PATH, json={"license": "sk_1"})).status == 400


async def test_the_licence_in_the_body_counts(guarded: LocalService, script: ScriptedResponder) -> None:
    script.will_answer("Yes.")
    assert (await ask(guarded, "POST", PATH, json={"userInput": "x", "license": "sk_wrong"})).status == 401
    assert (await ask(guarded, "POST", PATH, json={"userInput": "x", "license": "sk_two"})).body == b"Yes."

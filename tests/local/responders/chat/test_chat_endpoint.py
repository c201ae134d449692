from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from navtalk_widget.engines.responder import Message, ResponderError, ResponseRequest, ToolCall, ToolDefinition
from navtalk_widget.errors import ConfigurationError, NavTalkError, ServiceUnreachable
from navtalk_widget.local.openai_endpoint import Endpoint
from navtalk_widget.local.responders.chat import chat_endpoint, chat_stream
from navtalk_widget.local.responders.chat.chat_endpoint import ChatEndpointResponder
from navtalk_widget.testing.scripted_chat import (
    BreakOff,
    Call,
    Refusal,
    ScriptedChatEndpoint,
    Thought,
    Verbatim,
    Wait,
)

pytestmark = pytest.mark.usefixtures("no_leftovers")

KEY = "sk-very-secret"
ADD = ToolDefinition("add", "Add two numbers.", {"type": "object", "properties": {"a": {"type": "integer"}}})


@pytest.fixture(autouse=True)
def _without_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_endpoint, "RETRY_DELAYS_S", (0.0, 0.0))


@asynccontextmanager
async def asking(server: ScriptedChatEndpoint, model: str = "scripted-1") -> AsyncIterator[ChatEndpointResponder]:
    responder = ChatEndpointResponder(Endpoint(server.url, SecretStr(KEY)), model)
    try:
        yield responder
    finally:
        await responder.close()


def said(text: str = "Hello", **options: Any) -> ResponseRequest:
    return ResponseRequest((Message("user", text),), **options)


async def answer(
    responder: ChatEndpointResponder, request: ResponseRequest | None = None
) -> tuple[str, list[ToolCall]]:
    pieces = [piece async for piece in responder.respond(request or said())]
    text = "".join(piece for piece in pieces if isinstance(piece, str))
    return text, [piece for piece in pieces if isinstance(piece, ToolCall)]


async def hear(responder: ChatEndpointResponder, heard: list[str | ToolCall]) -> None:
    async for piece in responder.respond(said()):
        heard.append(piece)


async def test_an_answer_is_streamed_as_words() -> None:
    async with ScriptedChatEndpoint(api_key=KEY) as server, asking(server) as responder:
        server.will_answer("Grüß **Gott**, *wie* geht's? 你好 🙂")
        assert await answer(responder) == ("Grüß Gott, wie geht's? 你好 🙂", [])
        assert server.requests[0]["stream"] is True
        assert server.requests[0]["messages"][-1] == {"role": "user", "content": "Hello"}


async def test_the_first_words_come_before_the_rest_is_known() -> None:
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        server.will_answer(["Well, let me see. ", Wait(), "Yes."])
        pieces = responder.respond(said())
        first = ""
        while not first.startswith("Well, let me see."):
            first += str(await asyncio.wait_for(anext(pieces), 5))
        server.release()
        assert "".join([str(piece) async for piece in pieces]).strip() == "Yes."


async def test_parallel_calls_come_after_the_words_put_together() -> None:
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        server.will_answer(["Let me add. ", Call("add", {"a": 1, "b": "ü"}), Call("add", {"a": 2}), Call("now")])
        text, calls = await answer(responder, said(tools=(ADD,)))
        assert text == "Let me add. "
        assert calls == [ToolCall("add", {"a": 1, "b": "ü"}), ToolCall("add", {"a": 2}), ToolCall("now", {})]
        assert server.requests[0]["tools"][0]["function"]["name"] == "add"


@pytest.mark.parametrize(
    "fragments",
    [
        [{"id": "x", "function": {"name": "add", "arguments": '{"a": 1}'}}, {"id": "y", "function": {"name": "now"}}],
        [
            {"index": 0, "id": "x", "function": {"name": "add", "arguments": {"a": 1}}},
            {"index": 0, "id": "y", "function": {"name": "now", "arguments": "null"}},
        ],
        [
            {"index": 0, "id": "x", "function": {"name": "add", "arguments": '{"a"'}},
            {"index": 1, "id": "y", "function": {"name": "now", "arguments": ""}},
            {"index": 0, "id": None, "function": {"arguments": ": 1}"}},
        ],
    ],
    ids=["without an index", "with one index for all, and read arguments", "mixed with one another"],
)
async def test_calls_are_told_apart_in_the_ways_in_which_services_stream_them(fragments: list[dict[str, Any]]) -> None:
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        events = [{"choices": [{"delta": {"tool_calls": [fragment]}}]} for fragment in fragments]
        server.will_answer([Verbatim(b"data: " + json.dumps(event).encode() + b"\n\n") for event in events])
        assert (await answer(responder))[1] == [ToolCall("add", {"a": 1}), ToolCall("now", {})]


async def test_what_the_model_thinks_is_not_said() -> None:
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        server.will_answer([Thought("They greet me."), "<think>Greet ", "back.</think>", "Hello!"])
        assert (await answer(responder))[0] == "Hello!"


async def test_a_service_that_does_not_stream_is_understood() -> None:
    async with ScriptedChatEndpoint(streams=False) as server, asking(server) as responder:
        server.will_answer(["Let me add.", Call("add", {"a": 1})])
        assert await answer(responder) == ("Let me add.", [ToolCall("add", {"a": 1})])


async def test_pictures_are_shown_to_the_model() -> None:
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        server.will_answer("A cat.")
        picture = "data:image/png;base64,AA=="
        await answer(responder, ResponseRequest((Message("user", "What is this?", images=(picture,)),)))
        assert server.pictures == [picture]


async def test_settings_of_the_session_are_passed_on() -> None:
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        server.will_answer("Yes.", "No.")
        await answer(responder, said(temperature=0.2, max_tokens=50, instructions="Be brief."))
        asked = server.requests[0]
        assert (asked["temperature"], asked["max_tokens"]) == (0.2, 50)
        assert asked["messages"][0]["content"].startswith("Be brief.")
        await answer(responder)
        assert not {"temperature", "max_tokens", "max_completion_tokens", "tools"} & set(server.requests[1])


@pytest.mark.parametrize(
    ("complaint", "left_out"),
    [
        ("Unsupported value: 'temperature' does not support 0.2 with this model.", "temperature"),
        ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", "max_tokens"),
        ("registry.ollama.ai/library/gemma:2b does not support tools", "tools"),
        ('"auto" tool choice requires --enable-auto-tool-choice', "tools"),
    ],
)
async def test_what_a_model_does_not_take_is_left_out_from_then_on(complaint: str, left_out: str) -> None:
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        server.will_answer(Refusal(400, complaint), "Yes.", "No.")
        request = said(temperature=0.2, max_tokens=50, tools=(ADD,))
        assert (await answer(responder, request))[0] == "Yes."
        assert (await answer(responder, request))[0] == "No."
        assert [left_out in asked for asked in server.requests] == [True, False, False]
        assert ("max_completion_tokens" in server.requests[1]) is (left_out == "max_tokens")


async def test_a_model_that_cannot_see_gets_no_pictures() -> None:
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        server.will_answer(Refusal(400, "This model does not support images."), "I cannot see it.")
        look = ResponseRequest((Message("user", "Look!", images=("data:image/png;base64,AA==",)),))
        assert (await answer(responder, look))[0] == "I cannot see it."
        assert server.pictures == []


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("refusal", "words", "hint"),
    [
        (Refusal(401, f"Incorrect API key provided: {KEY}."), "does not accept the API key", "OPENAI_API_KEY"),
        (Refusal(404, "No such model"), "has no model 'scripted-1'", "model's name"),
        (Refusal(429, "You exceeded your current quota"), "takes no more requests", "quota"),
        (Refusal(400, "context length exceeded"), "context length exceeded", "settings"),
    ],
)
async def test_a_refusal_is_told_in_words_at_once(refusal: Refusal, words: str, hint: str) -> None:
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        server.will_answer(refusal)
        with pytest.raises(NavTalkError) as caught:
            await answer(responder)
        assert words in caught.value.message
        assert hint in caught.value.hint
        assert KEY not in str(caught.value)
        assert len(server.requests) == 1


async def test_a_fault_that_may_pass_is_tried_again_before_the_first_word() -> None:
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        server.will_answer(Refusal(503, "Loading"), BreakOff(), "Here I am.")
        assert (await answer(responder))[0] == "Here I am."


async def test_a_fault_that_does_not_pass_is_told_after_a_few_attempts() -> None:
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        server.will_answer(*[Refusal(503, "Loading")] * 3)
        with pytest.raises(NavTalkError, match="503: Loading"):
            await answer(responder)


async def test_a_connection_lost_after_the_first_word_is_not_tried_again() -> None:
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        server.will_answer(["Once upon a time", BreakOff()])
        heard: list[str | ToolCall] = []
        with pytest.raises(ResponderError, match="in the midst of an answer"):
            await hear(responder, heard)
        assert "".join(map(str, heard)).startswith("Once upon")
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Refusal(500, "out of memory"), "out of memory"),
        (Verbatim(b"data: {nonsense\n\n"), "no JSON object"),
        (Verbatim(b"data: " + b"x" * 5_000_000), "a line of more than"),
    ],
    ids=["an error", "no JSON", "an endless line"],
)
async def test_an_error_in_the_stream_is_told_in_words(step: Refusal | Verbatim, words: str) -> None:
    async with ScriptedChatEndpoint(piece_bytes=1_000_000) as server, asking(server) as responder:
        server.will_answer(["Well, ", step])
        with pytest.raises(ResponderError, match=words):
            await answer(responder)


def event(**told: Any) -> Verbatim:
    return Verbatim(b"data: " + json.dumps(told).encode() + b"\n\n")


@pytest.mark.parametrize(
    "told",
    [
        {"choices": "none"},
        {"choices": [7, None]},
        {"choices": [{"delta": [1]}]},
        {"choices": [{"delta": {"content": {"text": "?"}, "tool_calls": ["add", {"function": "add"}]}}]},
        {"choices": [{"delta": {"tool_calls": [{"index": [], "id": 3, "function": {"name": {}, "arguments": 4}}]}}]},
        {"choices": [{"delta": {"tool_calls": {"function": {}}}}]},
    ],
)
async def test_what_means_nothing_is_passed_over(told: dict[str, Any]) -> None:
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        server.will_answer(["Well", event(**told), ", hello."])
        assert await answer(responder) == ("Well, hello.", [])


async def test_an_answer_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_stream, "MAX_ANSWER_BYTES", 100_000)
    async with ScriptedChatEndpoint(piece_bytes=10_000) as server, asking(server) as responder:
        server.will_answer(["Well, ", Verbatim(b": still thinking\n\n" * 10_000)])
        with pytest.raises(ResponderError, match="has no end"):
            await answer(responder)


async def test_a_key_that_the_service_quotes_in_the_stream_is_not_told() -> None:
    async with ScriptedChatEndpoint(api_key=KEY) as server, asking(server) as responder:
        server.will_answer(["Well, ", Refusal(500, f"bad key {KEY} " + "x" * 5_000)])
        with pytest.raises(ResponderError, match=r"bad key \*\*\*") as caught:
            await answer(responder)
        assert len(str(caught.value)) < 500


async def test_a_redirect_is_not_followed() -> None:
    async with ScriptedChatEndpoint() as elsewhere:

        async def send_on(request: web.Request) -> web.Response:
            raise web.HTTPTemporaryRedirect(f"{elsewhere.url}/chat/completions")

        application = web.Application()
        application.router.add_post("/v1/chat/completions", send_on)
        async with TestServer(application) as server:
            responder = ChatEndpointResponder(Endpoint(str(server.make_url("/v1"))), "scripted-1")
            with pytest.raises(ServiceUnreachable, match="sends on to another address"):
                await answer(responder)
            await responder.close()
        assert not elsewhere.requests


def test_a_password_in_an_address_is_not_shown() -> None:
    endpoint = Endpoint("https://me:secret@box:8000/v1")
    assert "secret" not in str(endpoint.unreachable(OSError()))
    assert "box:8000/v1" in str(endpoint.unreachable(OSError()))


async def test_arguments_that_are_no_json_are_told_in_words() -> None:
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        event = {"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"name": "add", "arguments": "{a"}}]}}]}
        server.will_answer(Verbatim(b"data: " + json.dumps(event).encode() + b"\n\n"))
        with pytest.raises(ResponderError, match="called add with arguments"):
            await answer(responder)


async def test_an_endpoint_that_does_not_run_is_told_in_words() -> None:
    async with ScriptedChatEndpoint() as server:
        url = server.url
    responder = ChatEndpointResponder(Endpoint(url), "m")
    with pytest.raises(ServiceUnreachable, match="refuses the connection"):
        await answer(responder)
    await responder.close()


async def test_a_key_that_is_lacking_is_told_in_words() -> None:
    async with ScriptedChatEndpoint(api_key=KEY) as server:
        responder = ChatEndpointResponder(Endpoint(server.url), "scripted-1")
        with pytest.raises(ConfigurationError, match="wants an API key"):
            await answer(responder)
        await responder.close()


async def test_a_model_that_does_not_begin_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_endpoint, "FIRST_TOKEN_S", 0.0)
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        server.will_answer([Wait(), "Too late."])
        with pytest.raises(ResponderError, match="not begun to answer"):
            await answer(responder)
        assert len(server.requests) == 1


@pytest.mark.parametrize("began", [False, True], ids=["before the first word", "in the midst of an answer"])
async def test_an_interruption_closes_the_stream_at_once(began: bool) -> None:
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        server.will_answer([*(["Once upon a time. "] if began else []), Wait(), "Never said."])

        async def listen() -> None:
            async for _ in responder.respond(said()):
                heard.set()

        heard = asyncio.Event()
        listening = asyncio.create_task(listen())
        await (asyncio.wait_for(heard.wait(), 5) if began else server.until(lambda: server.requests))
        listening.cancel()
        await asyncio.wait([listening])
        await server.until(lambda: server.cut_short == 1)


async def test_leaving_the_answer_closes_the_stream() -> None:
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        server.will_answer(["Once upon a time. ", Wait(), "Never said."])
        pieces = responder.respond(said())
        await anext(pieces)
        await pieces.aclose()
        await server.until(lambda: server.cut_short == 1)


async def test_one_connection_serves_answer_after_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("navtalk_widget.local.responders.chat.chat_stream.LAST_BYTES_S", 5.0)
    async with ScriptedChatEndpoint() as server, asking(server) as responder:
        server.will_answer("One.", "Two.", "Three.")
        for expected in ("One.", "Two.", "Three."):
            assert (await answer(responder))[0] == expected
        assert len(set(server.peers)) == 1

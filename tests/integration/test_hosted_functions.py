"""Functions of the user's as mind, ears and voice of the embedded service, in a process of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psutil
import pytest
import pytest_asyncio
from numpy.typing import NDArray

from navtalk_widget import ToolCall
from navtalk_widget.client.embedded import EmbeddedService
from navtalk_widget.engines.choices import ImportedFunction
from navtalk_widget.engines.responder import Message, ToolDefinition
from navtalk_widget.errors import NavTalkError, ServiceFault
from navtalk_widget.session.session import Session
from navtalk_widget.testing.scripted_chat import ScriptedChatEndpoint
from tests.support.flite import flite
from tests.support.waiting import eventually

Messages = tuple[Message, ...]
Tools = tuple[ToolDefinition, ...]

QUIET = {"recognizer": "pocketsphinx", "synthesizer": "espeak"}


@pytest.fixture(scope="module")
def shared_service() -> Iterator[EmbeddedService]:
    service = EmbeddedService()
    yield service
    service.stop()


@pytest.fixture
def service(shared_service: EmbeddedService, monkeypatch: pytest.MonkeyPatch) -> EmbeddedService:
    monkeypatch.setattr("navtalk_widget.session.chosen_service.embedded_service", lambda: shared_service)
    return shared_service


@pytest_asyncio.fixture
async def own_service(no_leftovers: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[EmbeddedService]:
    """An embedded service for one test: whatever it leaves behind is seen."""
    service = EmbeddedService()
    monkeypatch.setattr("navtalk_widget.session.chosen_service.embedded_service", lambda: service)
    yield service
    await asyncio.to_thread(service.stop)


def local(**options: Any) -> Session:
    return Session(service="local", **{**QUIET, **options})


@pytest.mark.parametrize("protocol", ["v1", "v2"])
async def test_a_function_answers_and_calls_tools(service: EmbeddedService, protocol: str) -> None:
    def answer(messages: Messages, tools: Tools) -> Iterator[str | ToolCall]:
        last = messages[-1]
        if last.role == "tool":
            yield f"It is {last.text} degrees."
        elif tools and "weather" in last.text:
            yield ToolCall(tools[0].name, {"city": "Paris"})
        else:
            yield "You said: "
            yield last.text

    def weather(city: str) -> str:
        return f"18 in {city}"

    async with local(responder=answer, tools=[weather], protocol=protocol) as session:
        assert (await session.ask("good morning")).text == "You said: good morning"
        reply = await session.ask("the weather, please")
        assert reply.text == "It is 18 in Paris degrees."
        assert [call.name for call in reply.tool_calls] == ["weather"]
        assert session.service_label == "Local service; your words go to answer()"


async def test_functions_hear_and_speak(service: EmbeddedService) -> None:
    heard: list[tuple[int, str]] = []
    spoken: list[tuple[str, str]] = []

    async def hear(samples: NDArray[np.int16], language: str) -> str:
        heard.append((samples.size, str(samples.dtype)))
        return "how are you"

    def speak(text: str, voice: str, language: str) -> Iterator[tuple[NDArray[np.float32], int]]:
        spoken.append((text, voice))
        for _ in range(2):
            yield np.full(8_000, 0.25, dtype=np.float32), 16_000

    async with local(
        responder=lambda messages, tools: "Fine.", recognizer=hear, synthesizer=speak, voice="sage"
    ) as session:
        done = asyncio.Event()
        session.on("response.done", lambda _: done.set())
        await session.send_audio(flite("how are you"), 24_000)
        await asyncio.wait_for(done.wait(), 60)
        assert [turn.text for turn in session.transcript] == ["how are you", "Fine."]
        reply = await session.ask("again")
    assert heard[0][1] == "int16"
    assert heard[0][0] > 4_000
    assert spoken[0] == ("Fine.", "sage")
    assert reply.audio.size >= 24_000
    assert abs(int(np.median(reply.audio[4_000:20_000])) - 8192) < 300


async def test_an_answer_that_is_interrupted_closes_the_generator(service: EmbeddedService) -> None:
    closed = threading.Event()

    def talk(messages: Messages, tools: Tools) -> Iterator[str]:
        try:
            while True:
                yield "And on and on it goes. "
        finally:
            closed.set()

    async with local(responder=talk) as session:
        session.send_text("talk")
        await eventually(lambda: session.status == "speaking")
        session.interrupt()
        assert await asyncio.to_thread(closed.wait, 60)


async def test_an_exception_is_told_in_words_and_the_conversation_goes_on(
    service: EmbeddedService, caplog: pytest.LogCaptureFixture
) -> None:
    def answer(messages: Messages, tools: Tools) -> str:
        if messages[-1].text == "fail":
            raise ZeroDivisionError("the reason")
        return "Fine."

    async with local(responder=answer) as session:
        with pytest.raises(ServiceFault, match=r"answer\(\) failed: ZeroDivisionError: the reason"):
            await session.ask("fail")
        assert (await session.ask("go on")).text == "Fine."
    record = next(each for each in caplog.records if each.exc_info)
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], ZeroDivisionError)


async def test_a_function_that_is_chosen_anew_answers_over_the_next_connection(service: EmbeddedService) -> None:
    async with local(responder=lambda messages, tools: "One.") as session:
        assert (await session.ask("who are you?")).text == "One."
        session.responder = lambda messages, tools: "Two."
        assert (await session.ask("who are you?")).text == "One."
        await session.reconnect()
        assert (await session.ask("who are you?")).text == "Two."


async def test_several_functions_compute_at_once(service: EmbeddedService) -> None:
    together = threading.Barrier(2, timeout=60)

    def answer(messages: Messages, tools: Tools) -> str:
        together.wait()
        return "Here."

    async with local(responder=answer) as one, local(responder=answer) as other:
        replies = await asyncio.gather(one.ask("there?"), other.ask("there?"))
    assert [reply.text for reply in replies] == ["Here.", "Here."]


async def test_the_service_forgets_a_session_that_has_ended_and_takes_it_up_again(service: EmbeddedService) -> None:
    session = local(responder=lambda messages, tools: "Here.")
    for _ in range(2):
        await session.connect()
        assert (await session.ask("there?")).text == "Here."
        running = service._running
        assert running is not None
        assert len(running.registrations) == 1
        await session.close()
        assert not running.registrations


async def test_after_a_talk_with_functions_nothing_is_left(own_service: EmbeddedService) -> None:
    def talk(messages: Messages, tools: Tools) -> Iterator[str]:
        while True:
            yield "And on and on it goes. "

    async with local(responder=talk, recognizer=lambda samples, language: "", synthesizer="espeak") as session:
        session.send_text("talk")
        await eventually(lambda: session.status == "speaking")


async def test_a_service_that_is_killed_in_mid_call_leaves_nothing_and_the_next_one_goes_on(
    own_service: EmbeddedService,
) -> None:
    called, closed = threading.Event(), threading.Event()
    killed = False

    async def answer(messages: Messages, tools: Tools) -> AsyncIterator[str]:
        if killed:
            yield "Here I am again."
            return
        try:
            called.set()
            await asyncio.sleep(60)
        finally:
            closed.set()

    async with local(responder=answer) as session:
        asking = asyncio.create_task(session.ask("there?"))
        assert await asyncio.to_thread(called.wait, 60)
        assert own_service.pid is not None
        killed = True
        psutil.Process(own_service.pid).kill()
        assert await asyncio.to_thread(closed.wait, 60)
        assert (await asyncio.wait_for(asking, 60)).text == "Here I am again."


async def test_options_that_nobody_registered_open_no_conversation(service: EmbeddedService) -> None:
    async with local(responder="builtin") as session:
        assert session._endpoint is not None
        url = session._endpoint.main_url(session.avatar)
        assert "options=" in url
        session._engines._forget()
        await session._engines.registered(service, lambda what, share: None)  # and so that is through
        link = session._new_link()
        try:
            with pytest.raises(NavTalkError):
                await link.open(session._endpoint, session.avatar, session._full_config, [])
        finally:
            await link.close()


async def test_a_session_that_is_only_warmed_up_takes_no_room_and_begins_all_the_same(
    service: EmbeddedService,
) -> None:
    session = local(responder=lambda messages, tools: "Here.")
    await session.warm_up()
    assert service._running is not None
    assert not service._running.registrations
    assert session.service_label == "Local service; your words go to a function of yours"
    warming = asyncio.create_task(session.warm_up())
    async with session:
        await warming
        assert (await session.ask("there?")).text == "Here."


async def test_what_a_function_gives_that_it_should_not_is_told_and_the_conversation_goes_on(
    service: EmbeddedService,
) -> None:
    wrong: dict[str, Any] = {
        "bytes": b"no text",
        "number": 3.5,
        "samples": np.zeros(9, np.int16),
        "too much": "x" * (17 * 2**20),
        "half": "a half \ud83d of a pair",
    }

    async def answer(messages: Messages, tools: Tools) -> Any:
        if messages[-1].text == "exit":
            raise SystemExit
        return wrong.get(messages[-1].text, "Fine.")

    async with local(responder=answer) as session:
        for word in ("bytes", "number", "samples", "too much", "exit"):
            with pytest.raises(ServiceFault):
                await session.ask(word, timeout=60)
        assert (await session.ask("half", timeout=60)).text.startswith("a half")
        assert (await session.ask("go on", timeout=60)).text == "Fine."


async def test_a_program_on_this_machine_is_named_for_nobody_knows_what_it_does_with_words(
    service: EmbeddedService,
) -> None:
    imported = ImportedFunction(path="builtins:print")
    async with ScriptedChatEndpoint() as chat:
        for mind, name in ((chat.url, f"scripted-1 by {urlsplit(chat.url).netloc}"), (imported, imported.path)):
            session = local(responder=mind)
            await session.warm_up()
            assert session.error is None
            assert session.service_label == f"Local service; your words go to {name}"


async def test_a_notebook_full_of_avatars_is_warmed_up(own_service: EmbeddedService) -> None:
    def answer(messages: Messages, tools: Tools) -> str:
        return "Here."

    sessions = [local(responder=answer) for _ in range(120)]
    await asyncio.gather(*(session.warm_up() for session in sessions))
    assert {str(session.error) for session in sessions} == {"None"}
    assert own_service._running is not None
    assert not own_service._running.registrations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray

from navtalk_widget.engines.choices import (
    Builtin,
    Espeak,
    Function,
    ImportedFunction,
    LocalOptions,
    PocketSphinx,
)
from navtalk_widget.engines.responder import Message, ResponseRequest
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.engines.engine_room import EngineRoom
from navtalk_widget.local.responders.chat.chat_endpoint import ChatEndpointResponder
from navtalk_widget.local.responders.rules.builtin import BuiltinResponder
from navtalk_widget.local.server import LocalService
from navtalk_widget.local.speech.recognizers.sphinx import SphinxRecognizer
from navtalk_widget.local.talk.upstream.backend import Backend
from navtalk_widget.testing.scripted_chat import ScriptedChatEndpoint
from tests.support.waiting import eventually

PLAIN = LocalOptions(responder=Builtin(), recognizer=PocketSphinx(), synthesizer=Espeak())
HERE = __name__


def shout(messages: tuple[Message, ...], tools: object) -> str:
    return messages[-1].text.upper()


def hear(samples: NDArray[np.int16], language: str) -> str:
    return f"{samples.size} samples of {language}"


def beep(text: str, voice: str, language: str) -> NDArray[np.int16]:
    return np.full(100 * len(text), 1000, dtype=np.int16)


IMPORTED = LocalOptions(
    responder=ImportedFunction(path=f"{HERE}:shout"),
    recognizer=ImportedFunction(path=f"{HERE}:hear"),
    synthesizer=ImportedFunction(path=f"{HERE}:beep"),
)


@pytest_asyncio.fixture
async def room(no_leftovers: None) -> AsyncIterator[EngineRoom]:
    room = EngineRoom()
    yield room
    await room.close()


async def test_conversations_that_choose_the_same_share_it(room: EngineRoom) -> None:
    one = await room.engines(PLAIN)
    other = await room.engines(PLAIN.model_copy(update={"interruption_ms": 0, "recognizer": PocketSphinx()}))
    assert one.recognizer is other.recognizer
    assert one.speaker is other.speaker
    assert one.faces is other.faces
    assert (one.options.interruption_ms, other.options.interruption_ms) == (600, 0)


async def test_functions_that_can_be_imported_serve_as_engines(room: EngineRoom) -> None:
    engines, chosen = await room.chosen(IMPORTED)
    request = ResponseRequest(messages=(Message("user", "hello"),))
    assert [piece async for piece in engines.responder.respond(request)] == ["HELLO"]
    recognition = engines.recognizer.start(language="en")
    recognition.feed(np.ones(320, dtype=np.int16))
    assert await asyncio.to_thread(recognition.finish) == "320 samples of en"
    pieces = [piece async for piece in engines.speaker.speak("hello", voice="alloy", language="en")]
    assert sum(int(np.count_nonzero(piece.pcm)) for piece in pieces) >= 400
    assert chosen["responder"].name == f"{HERE}:shout"


@pytest.mark.parametrize("path", ["nowhere:f", f"{HERE}:absent", f"{HERE}:HERE", "nonsense"])
async def test_what_cannot_be_imported_is_told_in_words(room: EngineRoom, path: str) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot be imported|is no function") as caught:
        await room.engines(LocalOptions(responder=ImportedFunction(path=path)))
    assert "module:callable" in caught.value.hint


async def test_without_a_kernel_there_are_no_functions_of_its(room: EngineRoom) -> None:
    with pytest.raises(ConfigurationError, match="no kernel"):
        await room.engines(PLAIN.model_copy(update={"responder": Function(id="x")}))


async def test_a_service_is_given_its_responder_for_those_who_choose_none(no_leftovers: None) -> None:
    mine = BuiltinResponder()
    room = EngineRoom(mine)
    automatic = PLAIN.model_copy(update={"responder": LocalOptions().responder})
    assert (await room.engines(automatic)).responder is mine
    assert (await room.engines(PLAIN)).responder is not mine
    await room.close()


async def test_what_fell_back_for_want_of_better_is_looked_for_again(
    room: EngineRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    automatic = PLAIN.model_copy(update={"responder": LocalOptions().responder})
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    first = await room.engines(automatic)
    assert isinstance(first.responder, BuiltinResponder)
    room.release(automatic)
    async with ScriptedChatEndpoint(["a"], ollama=[{"name": "a", "details": {"parameter_size": "1B"}}]) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url.removesuffix("/v1"))
        then = await room.engines(automatic)
        assert isinstance(then.responder, ChatEndpointResponder)
        assert then.recognizer is first.recognizer


async def test_an_engine_that_is_given_up_while_it_warms_up_leaves_nothing_behind(
    room: EngineRoom, caplog: pytest.LogCaptureFixture
) -> None:
    engines = await room.engines(PLAIN)
    await room._end(engines.speaker)
    await room._end(engines.recognizer)
    assert not room._warming
    assert not caplog.records


async def test_a_service_draws_no_more_than_the_face_that_is_likely_to_be_asked_for(no_leftovers: None) -> None:
    options = PLAIN.model_copy(update={"video_size": (400, 500)})
    async with LocalService(port=0, options=options) as service:
        await asyncio.wait_for(asyncio.shield(service._warming), 60)
        (drawn,) = service._room.faces._drawings
        assert drawn[:2] == ("navtalk.Leo", (400, 500))


async def test_before_a_backend_nothing_is_loaded_that_nobody_uses(no_leftovers: None) -> None:
    async with LocalService(port=0, backend=Backend("ws://127.0.0.1:9")) as service:
        await asyncio.wait_for(asyncio.shield(service._warming), 60)
        engines = await service._room.engines(PLAIN)
        assert not service._room._warming
        assert not cast(SphinxRecognizer, engines.recognizer)._idle


async def test_a_kernels_engines_are_warm_before_the_first_turn(no_leftovers: None) -> None:
    told: list[dict[str, Any]] = []
    async with LocalService(port=0, tell_kernel=told.append) as service:
        service.take({"type": "options", "id": "mine", "options": PLAIN.as_message()})
        await eventually(lambda: any(message["type"] == "options_ready" for message in told))
        engines = await service._room.engines(PLAIN)
        await eventually(lambda: cast(SphinxRecognizer, engines.recognizer)._idle and not service._room._warming)
        service._room.release(PLAIN)


async def test_what_is_automatic_is_there_whatever_the_machine_has(room: EngineRoom) -> None:
    engines, chosen = await room.chosen(LocalOptions())
    assert isinstance(engines.responder, BuiltinResponder)
    assert all(each.sends_to is None for each in chosen.values())

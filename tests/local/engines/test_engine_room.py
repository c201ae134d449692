import asyncio
from collections.abc import AsyncIterator

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
from navtalk_widget.local.responders.rules.builtin import BuiltinResponder

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


async def test_what_is_automatic_is_there_whatever_the_machine_has(room: EngineRoom) -> None:
    engines, chosen = await room.chosen(LocalOptions())
    assert isinstance(engines.responder, BuiltinResponder)
    assert all(each.sends_to is None for each in chosen.values())

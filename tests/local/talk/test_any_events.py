"""Whatever a client says, in whatever order: the conversation goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from navtalk_widget.audio.pcm import to_bytes
from navtalk_widget.errors import ProtocolError
from navtalk_widget.local.door.generations import FirstGeneration, SecondGeneration
from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.local.responders.rules.builtin import BuiltinResponder
from navtalk_widget.protocol import events, v1, v2
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.protocol.events import Event
from tests.local.talking import Talk, picture, talking
from tests.local.wire_client import speech

Said: TypeAlias = Callable[[list[str]], Event]
"""An event that may name an identifier which the service has told by then."""

WORDS = st.sampled_from(["", "hello", "what is 7 times 8", "a" * 5_000, "\ud800", "{}", "🦊"]) | st.text(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [*SessionConfig.model_fields, "conversation", "input", "metadata", "max_output_tokens", "model", "speed", ""]
)
SENSIBLE = st.sampled_from(
    [
        {"modalities": ["text"]},
        {"modalities": ["audio", "text"], "voice": "sage"},
        {"turn_detection": None},
        {"turn_detection": {"type": "semantic_vad", "eagerness": "high"}},
        {"turn_detection": {"type": "server_vad", "silence_duration_ms": 0, "interrupt_response": False}},
        {"input_audio_format": "g711_ulaw", "output_audio_format": "g711_alaw"},
        {"conversation": "none", "metadata": {"a": "b"}, "input": []},
        {"max_response_output_tokens": 3},
        {"tools": [{"type": "function", "name": "f", "parameters": {"properties": [], "required": 7}}]},
        {"tool_choice": "none", "temperature": 1},
    ]
)
SETTINGS = SENSIBLE | st.dictionaries(FIELDS, JSON, max_size=4)
TOOLS = st.lists(st.dictionaries(st.sampled_from(["type", "name", "description", "parameters", "x"]), JSON, max_size=4))
SOUND = st.sampled_from([b"", b"\x00", bytes(9_600), to_bytes(np.full(4_801, 20_000, np.int16)), b"odd"]) | st.binary(
    max_size=64
)
PARTS = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["input_text", "text", "audio", "input_audio", "input_image", "x"])},
        optional={
            "text": WORDS,
            "transcript": WORDS,
            "image_url": st.just(picture()) | WORDS,
            "audio": st.just("AAA=") | WORDS,
        },
    ),
    max_size=3,
)
ITEMS = st.fixed_dictionaries(
    {"type": st.sampled_from(["message", "function_call", "function_call_output"])},
    optional={
        "id": st.sampled_from(["a", "b", "root", ""]),
        "role": st.sampled_from(["user", "assistant", "system"]),
        "content": PARTS | WORDS,
        "call_id": st.sampled_from(["c", "d", ""]),
        "name": WORDS,
        "arguments": WORDS,
        "output": WORDS,
        "status": WORDS,
        "anything": JSON,
    },
)


def fixed(events_of_one_kind: st.SearchStrategy[Event]) -> st.SearchStrategy[Said]:
    return events_of_one_kind.map(lambda event: lambda _: event)


def naming(make: Callable[[str, int], Event]) -> st.SearchStrategy[Said]:
    """An event about something that exists, or not."""

    def said(place: int, number: int) -> Said:
        return lambda known: make((["nothing", "a", "b", *known])[place % (len(known) + 3)], number)

    return st.builds(said, st.integers(0, 1_000), st.integers(-(10**12), 10**12) | st.integers(0, 2_000))


SAYINGS: st.SearchStrategy[Said] = st.one_of(
    fixed(st.builds(events.SessionUpdate, session=SETTINGS)),
    fixed(st.builds(events.InputAudioBufferAppend, audio=SOUND)),
    fixed(st.builds(events.InputAudioBufferCommit)),
    fixed(st.builds(events.InputAudioBufferClear)),
    fixed(ITEMS.map(lambda item: events.ConversationItemCreate.model_validate({"item": item}))),
    fixed(st.builds(events.ResponseCreate, response=st.none() | SETTINGS)),
    fixed(st.builds(events.ResponseCancel)),
    naming(lambda name, _: events.ResponseCancel(response_id=name)),
    naming(lambda name, _: events.ConversationItemRetrieve(item_id=name)),
    naming(lambda name, _: events.ConversationItemDelete(item_id=name)),
    naming(lambda name, n: events.ConversationItemTruncate(item_id=name, content_index=n % 2, audio_end_ms=n)),
    naming(
        lambda name, _: events.ConversationItemCreate.model_validate(
            {"item": {"role": "user", "content": "between"}, "previous_item_id": name}
        )
    ),
    naming(lambda name, _: events.FunctionCallOutput(call_id=name, output="1")),
    fixed(st.builds(events.InputConfig, voice=st.none() | WORDS, prompt=st.none() | WORDS, tools=TOOLS)),
    fixed(st.builds(events.InputFunctionCall, tools=TOOLS)),
    fixed(st.builds(events.InputText, content=WORDS, reply=st.booleans())),
    fixed(st.builds(events.InputImage, content=st.just(picture()) | WORDS, reply=st.booleans())),
    fixed(st.just(events.UnknownEvent(name="x", raw={}))),
)


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


@pytest.fixture(scope="module")
def real_engines(loop: asyncio.AbstractEventLoop) -> Iterator[Engines]:
    async def make() -> Engines:
        return Engines(BuiltinResponder())

    engines = loop.run_until_complete(make())
    yield engines
    loop.run_until_complete(engines.close())


@contextmanager
def complaints_of(loop: asyncio.AbstractEventLoop) -> Iterator[list[Any]]:
    """What goes wrong in the loop without anybody being told."""
    complaints: list[Any] = []
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    yield complaints
    loop.set_exception_handler(None)


def identifiers(talk: Talk) -> list[str]:
    """What the service has named so far."""
    named = [event.item.id for event in talk.of(events.ConversationItemCreated)]
    named += [event.response.id for event in talk.of(events.ResponseCreated)]
    named += [event.call_id for event in talk.of(events.FunctionCallArgumentsDone)]
    return [name for name in named if name][-20:]


async def converse(engines: Engines, sayings: list[tuple[Said, int]], **options: Any) -> None:
    async with talking(engines, **options) as talk:
        for said, yields in sayings:
            await talk.say(said(identifiers(talk)))
            for _ in range(yields):
                await asyncio.sleep(0)
        if "mode" not in options:
            await talk.say(events.InputAudioBufferClear(), events.ResponseCancel())
            talk.skip()
            await talk.say(events.ResponseCreate(response={"modalities": ["text"], "tools": []}))
            await talk.until(events.ResponseDone)
        generation = FirstGeneration() if options["protocol"] == "v1" else SecondGeneration()
        for event in talk.log:
            generation.encode(event)


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.tuples(SAYINGS, st.sampled_from([0, 0, 1, 20])), max_size=20),
    st.sampled_from([{"protocol": "v1"}, {"protocol": "v2"}, {"protocol": "v2", "mode": "transparency"}]),
)
def test_nothing_a_client_says_ends_the_conversation(
    loop: asyncio.AbstractEventLoop,
    real_engines: Engines,
    sayings: list[tuple[Said, int]],
    options: dict[str, Any],
) -> None:
    with complaints_of(loop) as complaints:
        loop.run_until_complete(converse(real_engines, sayings, **options))
    assert not complaints


def test_nothing_is_left_running_after_a_conversation_in_full_swing(
    loop: asyncio.AbstractEventLoop, real_engines: Engines
) -> None:
    async def swing() -> None:
        async with talking(real_engines) as talk:
            await talk.hear(speech("what is the weather in paris")[:30_000])
            await talk.say(events.InputText(content="tell me a joke"), events.ResponseCreate(), events.ResponseCreate())
        left = asyncio.all_tasks() - before - {asyncio.current_task()}
        assert not [task for task in left if not (task.get_name() or "").startswith("draw")]

    before = asyncio.all_tasks(loop)
    with complaints_of(loop) as complaints:
        loop.run_until_complete(swing())
    assert not complaints


@settings(deadline=None)
@given(st.sampled_from([v1, v2]), st.text() | JSON.map(str) | st.binary())
def test_what_cannot_be_read_is_a_protocol_error(codec: Any, message: str | bytes) -> None:
    try:
        codec.decode_client(message)
    except ProtocolError:
        return

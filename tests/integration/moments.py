"""When something can happen to a conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from navtalk_widget.errors import NavTalkError
from navtalk_widget.testing import ProxiedConnection
from tests.integration.fault_stage import Stage
from tests.support.flite import flite
from tests.support.waiting import eventually

HANDSHAKE_SECONDS = 0.2
"""How long a handshake is under way, so that a fault can strike it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What goes on, as a sentence's second half."""

    name: str
    reach: Callable[[Stage], Awaitable[object]]
    finish: Callable[[Stage, bool], Awaitable[object]]
    """Brings what was going on to its end, and tells what must be true then; told whether the connection was lost."""
    handshake: bool = False
    """Whether there is no connection yet."""


# ── while the connection is made ─────────────────────────────────────────────────────────────────────────────


async def _begin_connecting(stage: Stage) -> None:
    await stage.session.close()
    await eventually(lambda: not stage.proxy.connections)
    stage.proxy.delay(HANDSHAKE_SECONDS, "up")
    stage.connecting = asyncio.create_task(stage.session.connect())
    await eventually(lambda: stage.proxy.connections)
    stage.proxy.delay(0.0, "up")
    stage.statuses.clear()


async def _begin_configuring(stage: Stage) -> None:
    await stage.session.close()
    await eventually(lambda: not stage.proxy.connections)
    reached = asyncio.Event()

    def stand_still(connection: ProxiedConnection) -> None:
        connection.hold("down")
        reached.set()

    stage.proxy.when("session.created", stand_still, "down")
    stage.connecting = asyncio.create_task(stage.session.connect())
    await reached.wait()
    stage.statuses.clear()
    stage.proxy.release("down")  # nothing passes before the fault has begun


async def _connect(stage: Stage, lost: bool) -> None:
    assert stage.connecting is not None
    if not lost:
        await stage.connecting
        return
    await asyncio.wait({stage.connecting})
    error = stage.connecting.exception()
    if error is None:
        return  # a service that ends in good order may yet have answered: lost afterwards, it is to be found again
    assert isinstance(error, NavTalkError)
    assert all((error.code, error.message, error.hint))
    assert stage.session.status == "failed"
    assert stage.session.error is error
    await stage.session.connect()  # by hand it still goes on


# ── while the person speaks ──────────────────────────────────────────────────────────────────────────────────


async def _speak(stage: Stage) -> None:
    reached = asyncio.Event()
    stage.proxy.when("input_audio_buffer.speech_started", lambda connection: reached.set(), "down")
    stage.playing = asyncio.create_task(stage.microphone.play(flite("hello"), after=0.6))
    await asyncio.wait_for(reached.wait(), 30)


async def _finish_speaking(stage: Stage, lost: bool) -> None:
    assert stage.playing is not None
    await stage.playing
    if lost:  # half a sentence was heard, and may be answered
        await eventually(lambda: stage.session.status in ("listening", "speaking"))
    else:
        await eventually(lambda: len(stage.words) == 4)
        assert "hello" in stage.words[2]


# ── while the avatar speaks ──────────────────────────────────────────────────────────────────────────────────


async def _let_avatar_speak(stage: Stage) -> None:
    reached = asyncio.Event()
    stage.proxy.when("response.audio_transcript.delta", lambda connection: reached.set(), "down")
    stage.session.send_text("Please count to fifty.")
    await asyncio.wait_for(reached.wait(), 30)


async def _finish_listening(stage: Stage, lost: bool) -> None:
    assert stage.words[2] == "Please count to fifty."
    if lost:
        assert all(turn.final for turn in stage.session.transcript[:3])


# ── while a tool runs ────────────────────────────────────────────────────────────────────────────────────────


async def _call_tool(stage: Stage) -> None:
    stage.asked = asyncio.create_task(stage.session.ask("What is the weather in Paris?"))
    await eventually(lambda: stage.tool_runs)


async def _finish_tool(stage: Stage, lost: bool) -> None:
    stage.tool_may_end.set()
    assert stage.asked is not None
    assert (await stage.asked).text == "It is 18 degrees and sunny in Paris."
    assert stage.tool_runs == ["Paris"], "the tool ran once"


# ── while nothing goes on ────────────────────────────────────────────────────────────────────────────────────


async def _rest(stage: Stage) -> None:
    stage.session.interrupt()  # the rest of what the avatar has said so far
    assert stage.session.status == "listening"
    stage.statuses.clear()


async def _go_on_resting(stage: Stage, lost: bool) -> None:
    assert len(stage.words) == 2


MOMENTS = (
    Moment("it is being connected", _begin_connecting, _connect, handshake=True),
    Moment("it is being configured", _begin_configuring, _connect),
    Moment("the person speaks", _speak, _finish_speaking),
    Moment("the avatar speaks", _let_avatar_speak, _finish_listening),
    Moment("a tool runs", _call_tool, _finish_tool),
    Moment("nothing goes on", _rest, _go_on_resting),
)

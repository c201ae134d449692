"""What can happen to the line between a conversation and its service."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from navtalk_widget.testing.frames import frame
from tests.integration.fault_stage import Stage
from tests.support.waiting import eventually

HELD_SECONDS = 0.2

DELAY_SECONDS = 0.3

GOING_AWAY = 1001


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, as the end of a sentence's first half."""

    name: str
    strike: Callable[[Stage], Awaitable[object]]
    """Begins at once, before anything else can pass the line."""
    breaks: bool = True
    """Whether a connection that stands does not survive it."""
    breaks_handshake: bool = True
    """Whether a connection that is being made does not survive it."""
    complaints: int = 0
    """How many errors a connection that survives it tells."""
    own_service: bool = False
    """Whether it strikes the service itself."""
    silent: bool = False
    """Whether nothing but the lack of answers tells of it."""


async def _reset(stage: Stage) -> None:
    stage.proxy.reset()


async def _finish(stage: Stage) -> None:
    stage.proxy.finish()


async def _say_farewell(stage: Stage) -> None:
    stage.proxy.inject_frame(struct.pack(">H", GOING_AWAY), "down", opcode=8)


async def _swallow(stage: Stage) -> None:
    stage.session.on("status", lambda news: stage.proxy.release() if stage.lost else None)  # ahead of the next try
    stage.proxy.swallow()
    await eventually(lambda: stage.lost)


async def _delay(stage: Stage) -> None:
    stage.proxy.delay(DELAY_SECONDS)


async def _hold(stage: Stage) -> None:
    stage.proxy.hold("down")
    await asyncio.sleep(HELD_SECONDS)
    stage.proxy.release("down")


async def _refuse(stage: Stage) -> None:
    stage.proxy.refuse()
    stage.proxy.reset()
    await eventually(
        lambda: (
            stage.session.status == "failed" or (stage.session.retry is not None and stage.session.retry.attempt > 2)
        )
    )
    await stage.proxy.accept()


async def _truncate(stage: Stage) -> None:
    whole = frame(b'{"type": "error", "error": {"message": "never to be read"}}', masked=False)
    stage.proxy.inject(whole[: len(whole) // 2], "down")
    stage.proxy.finish()


async def _restart(stage: Stage) -> None:
    await stage.restart_service()


def _inject(data: bytes) -> Callable[[Stage], Awaitable[None]]:
    async def strike(stage: Stage) -> None:
        stage.proxy.inject(data, "down")

    return strike


NONSENSE = (
    (1, b'{"type": "response.audio.del'),
    (1, b'["response.audio.delta", 7]'),
    (1, b'{"type": "response.audio.delta", "delta": {"pcm": 7}}'),
    (2, b"\x00\xff\x07"),
)
"""Opcodes and payloads: no JSON, no event, fields that are none, and no whole samples."""

FAULTS = (
    Fault("the connection is reset", _reset),
    Fault("the stream ends", _finish),
    Fault("the service says farewell", _say_farewell),
    Fault("everything disappears", _swallow, silent=True),
    Fault("everything is late", _delay, breaks=False, breaks_handshake=False),
    Fault("the answers are held up", _hold, breaks=False, breaks_handshake=False),
    Fault("bytes come that are no frame", _inject(bytes(range(255, 127, -1)))),
    Fault(
        "messages come that are none",
        _inject(b"".join(frame(payload, opcode=opcode, masked=False) for opcode, payload in NONSENSE)),
        breaks=False,
        complaints=len(NONSENSE),
    ),
    Fault("a frame is cut off", _truncate),
    Fault("no connection is taken for a while", _refuse),
    Fault("the service is started again", _restart, own_service=True),
)

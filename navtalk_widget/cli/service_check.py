"""Whether the local service starts here, with which engines, and whether it answers."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable

from navtalk_widget.cli.findings import Finding
from navtalk_widget.client.endpoint import LICENSE_VARIABLE
from navtalk_widget.client.registration import EngineInUse
from navtalk_widget.errors import NavTalkError
from navtalk_widget.session.news import Progressed
from navtalk_widget.session.session import Session

START_LIMIT = 90.0
"""Seconds for the service and its engines to be ready."""

ANSWER_LIMIT = 20.0

QUESTION = "What is two plus three?"

_PARTS = {"responder": "mind", "recognizer": "ears", "synthesizer": "voice"}


async def local_service(on_progress: Callable[[Progressed], None]) -> AsyncIterator[Finding]:
    """Start the service as a conversation does, and ask it something if that stays on this machine."""
    vital = not os.environ.get(LICENSE_VARIABLE)
    began = time.monotonic()
    session = Session(service="local")
    session.on("progress", on_progress)
    try:
        await asyncio.wait_for(session.connect(), START_LIMIT)
        yield Finding("good", "local service", f"was ready in {_since(began)}")
        for engine in session.engines.in_use:
            yield _engine(engine)
        yield await _answer(session)
    except NavTalkError as error:
        yield Finding("bad", "local service", error.message, error.hint, vital=vital)
    except (TimeoutError, asyncio.TimeoutError):
        advice = "Run `navtalk-widget serve` to see what it is doing."
        yield Finding("bad", "local service", f"was not ready within {START_LIMIT:g} s", advice, vital=vital)
    finally:
        await session.close()


async def _answer(session: Session) -> Finding:
    elsewhere = [engine for engine in session.engines.in_use if engine.sends_to or not engine.is_ours]
    if any(engine.part != "recognizer" for engine in elsewhere):  # which only hears what is spoken
        return Finding("absent", "an answer", "was not asked for: what is asked leaves this package")
    began = time.monotonic()
    reply = await session.ask(QUESTION, timeout=ANSWER_LIMIT)
    return Finding("good", "an answer", f"“{reply.text}” to “{QUESTION}”, voice and all in {_since(began)}")


def _engine(engine: EngineInUse) -> Finding:
    part = _PARTS.get(engine.part, engine.part)
    place = f"sends to {engine.sends_to}" if engine.sends_to else "on this machine"
    return Finding("absent" if engine.note else "good", f"its {part}", f"{engine.name}, {place}", engine.note or "")


def _since(began: float) -> str:
    return f"{1000 * (time.monotonic() - began):,.0f} ms"

"""One conversation of a batch: a scenario in one configuration, from its connection to its checks."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timezone

from navtalk_widget.errors import NavTalkError, ServiceLimit
from navtalk_widget.evaluation.answer import Answer
from navtalk_widget.evaluation.checks import Check, judge, shown_calls
from navtalk_widget.evaluation.configs import Config
from navtalk_widget.evaluation.scenario import Scenario
from navtalk_widget.evaluation.script import run_script
from navtalk_widget.session.session import Session
from navtalk_widget.transcript.turn import Latency

FULL_INTERVAL = 1.0
"""Seconds after which the embedded service is asked again whether it has room."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What is to be held: one conversation."""

    scenario: Scenario
    config: Config
    repeat: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A step, its answer in short, and its checks."""

    said: str
    reply: str
    tool_calls: str
    latency: Latency
    answer_ms: float | None
    error: str
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a conversation. It can be pickled."""

    scenario: str
    config: str
    repeat: int
    conversation_id: str
    """Empty where no conversation was held."""
    started_at: datetime
    duration_s: float
    steps: tuple[Judged, ...]

    @property
    def passed(self) -> bool:
        """Whether all is as expected."""
        return all(check.passed for step in self.steps for check in step.checks)


async def hold(unit: Unit, timeout: float) -> Outcome:
    """Hold a conversation and judge it; what goes wrong is told in the outcome.

    Args:
        unit: which.
        timeout: seconds to wait for each answer, and for room in the embedded service.
    """
    started_at, began = datetime.now(timezone.utc), time.perf_counter()
    try:
        session = unit.config.session(spoken=unit.scenario.is_spoken)
    except NavTalkError as error:  # what is found here need not be found where a worker runs
        return unheld(unit, str(error))
    try:
        await _connect(session, timeout)
        answers = await run_script(session, unit.scenario, timeout)
    except NavTalkError as error:
        return unheld(unit, str(error))
    finally:
        await session.close()
    return _outcome(unit, answers, session.conversation_id, started_at, time.perf_counter() - began)


def unheld(unit: Unit, error: str) -> Outcome:
    """The outcome where no conversation came about.

    Args:
        unit: which.
        error: why.
    """
    answers = tuple(Answer(step.label, error=error) for step in unit.scenario.steps)
    return _outcome(unit, answers, "", datetime.now(timezone.utc), 0.0)


async def _connect(session: Session, timeout: float) -> None:
    """Connect; the embedded service may be full with other conversations for a while."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            await session.connect()
            return
        except ServiceLimit:
            if session.service.kind != "local" or time.monotonic() > deadline:
                raise
        await asyncio.sleep(FULL_INTERVAL)


def _outcome(
    unit: Unit, answers: tuple[Answer, ...], conversation_id: str, started_at: datetime, duration_s: float
) -> Outcome:
    steps = zip(unit.scenario.steps, answers, strict=True)
    judged = tuple(_judged(answer, judge(step, answer)) for step, answer in steps)
    return Outcome(unit.scenario.name, unit.config.name, unit.repeat, conversation_id, started_at, duration_s, judged)


def _judged(answer: Answer, checks: tuple[Check, ...]) -> Judged:
    reply = answer.reply
    return Judged(
        said=answer.said,
        reply="" if reply is None else reply.text,
        tool_calls="" if reply is None else shown_calls(reply),
        latency=answer.latency,
        answer_ms=answer.answer_ms,
        error=answer.error,
        checks=checks,
    )

"""How many short scripted conversations a minute are held with the local service.

Each connects, asks for the weather, which takes a tool, and a sum, gets both answers in words and voice, is judged, and
ends.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from navtalk_widget import Scenario, evaluate
from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.responder import Message, ToolCall, ToolDefinition
from tests.benchmarks.figure import Figure, percentiles

CONVERSATIONS = 100
ALONE = 20
"""One after the other, which takes longer."""
AT_ONCE = 8
LEAST = 100.0
"""A minute, by the budget."""

SCENARIO = Scenario(
    name="short",
    steps=[
        {"say": "What is the weather in Paris?", "expect": {"words": "sunny", "tools": "weather"}},
        {"say": "What is two plus three?", "expect": {"words": "5", "no_tools": True}},
    ],
)


def weather(city: str) -> str:
    """Current weather in a city."""
    return f"It is 18 degrees and sunny in {city}."


def answer(messages: list[Message], tools: list[ToolDefinition]) -> str | ToolCall:
    """A mind that does not think."""
    asked = messages[-1]
    if asked.role == "tool":
        return asked.text
    return ToolCall("weather", {"city": "Paris"}) if "weather" in asked.text else "That makes 5."


def beep(text: str, voice: str, language: str) -> NDArray[np.int16]:
    """A voice that costs nothing."""
    size = SAMPLE_RATE * len(text.split()) // 4
    return (3_000 * np.sin(np.arange(size) / 20)).astype(np.int16)


def measure() -> Iterator[Figure]:
    """Report the figures."""
    instant = {"responder": answer, "synthesizer": beep}
    built_in = {"responder": "builtin", "synthesizer": "espeak"}
    _held(instant, conversations=1)  # the service starts
    alone = _a_minute(instant, 1)
    yield _figure("engines that cost nothing", _a_minute(instant, AT_ONCE), alone, least=LEAST)
    alone = _a_minute(built_in, 1)
    yield _figure("built-in engines", _a_minute(built_in, AT_ONCE), alone)
    silent = {"responder": "builtin", "modalities": ("text",)}
    yield _figure("built-in engines, without a voice", _a_minute(silent, AT_ONCE))


@dataclass(frozen=True, slots=True)
class _Pace:
    a_minute: float
    failed: int
    answer_ms: list[float]


def _figure(what: str, pace: _Pace, alone: _Pace | None = None, least: float | None = None) -> Figure:
    assert pace.failed == 0, f"{pace.failed} checks of {what} failed"
    return Figure(
        what=f"scripted conversations of two exchanges, {AT_ONCE} at the same time: {what}",
        measured=f"{pace.a_minute:.0f} a minute; until the whole of an answer {percentiles(pace.answer_ms)}",
        baseline="" if alone is None else f"one after the other: {alone.a_minute:.0f} a minute",
        ratio=None if alone is None else pace.a_minute / alone.a_minute,
        budget="" if least is None else f"≥ {least:.0f} a minute",
        met=None if least is None else pace.a_minute >= least,
        n=CONVERSATIONS,
    )


def _a_minute(config: dict[str, Any], concurrency: int) -> _Pace:
    count = CONVERSATIONS if concurrency > 1 else ALONE
    began = time.perf_counter()
    table = _held(config, conversations=count, concurrency=concurrency)
    minutes = (time.perf_counter() - began) / 60
    answers = table[table["check"] == "answered"]["answer_ms"].dropna()
    return _Pace(count / minutes, int((~table["passed"]).sum()), [float(value) for value in answers])


def _held(config: dict[str, Any], *, conversations: int, concurrency: int = AT_ONCE) -> Any:
    config = {"tools": [weather], **config}
    return evaluate(SCENARIO, [config], repeats=conversations, concurrency=concurrency, progress=False)

"""The figures of a report, counted from turns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np

from navtalk_widget.transcript.turn import Latency, TokenUsage, ToolUse, Turn
from navtalk_widget.transcript.words import count_words

STAGES = {
    "recognized_ms": "words recognised",
    "words_ms": "first words of the answer",
    "audio_ms": "first sound arrives",
    "heard_ms": "voice is heard",
    "mouth_ms": "mouth moves",
    "silenced_ms": "silent when interrupted",
}
"""Fields of `Latency` → what has happened by then, in the order in which it usually does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one side said."""

    turns: int
    talk_s: float
    """Seconds of speech; typed turns take none."""
    talk_share: float | None
    """Of the speech of both sides, 0 to 1; None where nobody spoke."""
    words: int
    """Of answers that were cut short, those that were heard. In Chinese and Japanese, characters."""
    words_per_minute: float | None
    """While this side speaks; None where it did not."""
    interrupted: int
    """Turns that the other side cut short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """How long answers took to get so far, in milliseconds since the person had finished."""

    answers: int
    """Of how many answers it is known."""
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFigures:
    """What became of the calls of one tool."""

    calls: int
    failures: int
    """Refused calls included."""
    mean_s: float | None
    """Seconds; None while no call has ended."""


def sides(turns: Sequence[Turn]) -> tuple[Side, Side]:
    """The person's figures, and the avatar's."""
    talked = {role: sum(talk_s(turn) for turn in turns if turn.role == role) for role in ("user", "avatar")}
    both = sum(talked.values())
    person, avatar = (
        _side([turn for turn in turns if turn.role == role], talked[role], talked[role] / both if both else None)
        for role in ("user", "avatar")
    )
    return person, avatar


def talk_s(turn: Turn) -> float:
    """Seconds that were spoken in a turn, so far as it has ended."""
    return turn.duration_s or 0.0 if turn.source == "voice" else 0.0


def stages(turns: Iterable[Turn]) -> dict[str, Stage]:
    """The stages that are known of at least one answer, by the names in `STAGES`."""
    known: dict[str, Stage] = {}
    latencies = [turn.latency for turn in turns if turn.latency is not None]
    for name in STAGES:
        figures = stage_figures(latencies, name)
        if figures:
            p50, p95 = np.percentile(figures, [50, 95])
            known[name] = Stage(answers=len(figures), p50_ms=float(p50), p95_ms=float(p95))
    return known


def stage_figures(latencies: Iterable[Latency], name: str) -> list[float]:
    """Milliseconds of one stage, of the answers of which they are known."""
    figures = (getattr(latency, name) for latency in latencies)
    return [figure for figure in figures if figure is not None]


def tools(turns: Iterable[Turn]) -> dict[str, ToolFigures]:
    """The tools that were called, those that were called most first."""
    uses: dict[str, list[ToolUse]] = {}
    for turn in turns:
        for use in turn.tool_calls:
            uses.setdefault(use.name, []).append(use)
    by_calls = sorted(uses.items(), key=lambda item: (-len(item[1]), item[0]))
    return {name: _tool(of_name) for name, of_name in by_calls}


def tokens(turns: Iterable[Turn]) -> TokenUsage | None:
    """What all answers cost together; None if the service never said."""
    usages = [turn.usage for turn in turns if turn.usage is not None]
    if not usages:
        return None
    return TokenUsage(
        **{field.name: sum(getattr(usage, field.name) for usage in usages) for field in fields(TokenUsage)}
    )


def conversations(turns: Sequence[Turn]) -> list[list[Turn]]:
    """The turns of each conversation, in the order in which they began."""
    found: dict[str, list[Turn]] = {}
    for turn in turns:
        found.setdefault(turn.conversation_id, []).append(turn)
    return list(found.values())


def span_s(turns: Sequence[Turn]) -> float:
    """Seconds from the first beginning to the last end that is known of turns in order."""
    return (max(turn.ended_at or turn.started_at for turn in turns) - turns[0].started_at).total_seconds()


def _side(turns: Sequence[Turn], spoken_s: float, share: float | None) -> Side:
    spoken_words = sum(_words(turn) for turn in turns if talk_s(turn))
    return Side(
        turns=len(turns),
        talk_s=spoken_s,
        talk_share=share,
        words=sum(map(_words, turns)),
        words_per_minute=60 * spoken_words / spoken_s if spoken_s else None,
        interrupted=sum(turn.interrupted for turn in turns),
    )


def _words(turn: Turn) -> int:
    return count_words(turn.text if turn.text_heard is None else turn.text_heard)


def _tool(uses: Sequence[ToolUse]) -> ToolFigures:
    durations = [use.duration_s for use in uses if use.duration_s is not None]
    return ToolFigures(
        calls=len(uses),
        failures=sum(use.error is not None for use in uses),
        mean_s=sum(durations) / len(durations) if durations else None,
    )

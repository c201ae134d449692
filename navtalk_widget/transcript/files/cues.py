"""Turns as cues of subtitles: who says what, from when to when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from navtalk_widget.transcript.rendering import shown_words
from navtalk_widget.transcript.turn import Turn
from navtalk_widget.transcript.words import count_words

WORDS_PER_SECOND = 3.0
"""Of subtitles that are to be read, where it is not known how long somebody spoke."""

SHORTEST_S = 1.0


@dataclass(frozen=True, slots=True)
class Cue:
    """A piece of subtitles. Times are seconds from the beginning of the subtitles."""

    turn: Turn
    start_s: float
    end_s: float
    words: str


def cues_of(turns: Sequence[Turn]) -> Iterator[Cue]:
    """A cue for each turn, in order.

    Where all that was recorded is in one file, times count from that file's beginning, so that the subtitles fit it;
    otherwise from the beginning of the first turn. A cue of a turn that was typed, or whose end is not known, stays for
    as long as it takes to read.
    """
    one_file = len(recordings(turns)) == 1
    zero = _zero(turns, one_file=one_file)
    for turn in turns:
        words = shown_words(turn)
        start, end = _seconds(zero, turn.started_at), _seconds(zero, turn.ended_at or turn.started_at)
        if one_file and turn.recorded is not None:
            start = turn.recorded.start_ms / 1000
            end = end if turn.recorded.end_ms is None else turn.recorded.end_ms / 1000
        if end <= start:
            end = start + max(SHORTEST_S, count_words(words) / WORDS_PER_SECOND)
        yield Cue(turn, start, end, words)


def recordings(turns: Sequence[Turn]) -> list[str]:
    """The files that the turns were recorded in, in the order of the turns."""
    return list(dict.fromkeys(turn.recorded.path for turn in turns if turn.recorded is not None))


def speaker(turn: Turn) -> str:
    """Who speaks: ``"You"``, or the avatar's name."""
    return "You" if turn.role == "user" else (turn.character or "").rpartition(".")[2] or "Avatar"


def lines_of(words: str) -> str:
    """Words without empty lines, which would end a cue."""
    return "\n".join(line.strip() for line in words.splitlines() if line.strip())


def clock(seconds: float, *, point: str) -> str:
    """A time as subtitles have it: ``01:02:03.004``.

    Args:
        seconds: not negative.
        point: between seconds and milliseconds.
    """
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"


def _zero(turns: Sequence[Turn], *, one_file: bool) -> datetime | None:
    for turn in turns if one_file else ():
        if turn.recorded is not None:
            return turn.started_at - timedelta(milliseconds=turn.recorded.start_ms)
    return turns[0].started_at if turns else None


def _seconds(zero: datetime | None, at: datetime) -> float:
    """Seconds until a moment; 0 for one before the recording began."""
    return 0.0 if zero is None else max(0.0, (at - zero).total_seconds())

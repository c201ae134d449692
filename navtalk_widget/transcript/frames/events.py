"""The table of what happened, moment by moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from navtalk_widget.transcript.frames.table import TIME, table
from navtalk_widget.transcript.turn import Turn

if TYPE_CHECKING:
    import pandas


def events(turns: Iterable[Turn]) -> pandas.DataFrame:
    """See `Transcript.events`."""
    happened = sorted(
        ((at, number, turn, event, detail) for number, turn in enumerate(turns) for at, event, detail in _of(turn)),
        key=lambda each: each[:2],
    )
    return table(
        "events",
        {
            "at": ([at for at, *_ in happened], TIME),
            "turn": ([number for _, number, *_ in happened], "Int64"),
            "role": ([turn.role for _, _, turn, *_ in happened], "string"),
            "event": ([event for *_, event, _ in happened], "string"),
            "detail": ([detail for *_, detail in happened], "string"),
            "conversation_id": ([turn.conversation_id for _, _, turn, *_ in happened], "string"),
        },
    )


def _of(turn: Turn) -> Iterator[tuple[datetime, str, str | None]]:
    """What happened in one turn; what happened at one moment is in this order."""
    for use in turn.tool_calls:
        if use.started_at is not None:
            yield use.started_at, "tool_called", use.name
        if use.ended_at is not None:
            yield use.ended_at, "tool_ended" if use.error is None else "tool_failed", use.error or use.name
    yield turn.started_at, "turn_began", None
    if turn.ended_at is not None:
        words = turn.text if turn.text_heard is None else turn.text_heard
        yield turn.ended_at, "turn_interrupted" if turn.interrupted else "turn_ended", words

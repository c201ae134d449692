"""The table of how quickly the avatar answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from navtalk_widget.transcript.frames.table import TIME, seconds_between, table
from navtalk_widget.transcript.frames.turns import latency_columns, per_minute, words_heard
from navtalk_widget.transcript.turn import Turn
from navtalk_widget.transcript.words import count_words

if TYPE_CHECKING:
    import pandas


def metrics(turns: Sequence[Turn]) -> pandas.DataFrame:
    """See `Transcript.metrics`."""
    numbered = [(number, turn) for number, turn in enumerate(turns) if turn.role == "avatar"]
    answers = [turn for _, turn in numbered]
    words = [count_words(turn.text) for turn in answers]
    made = table(
        "metrics",
        {
            "turn": ([number for number, _ in numbered], "Int64"),
            "started_at": ([turn.started_at for turn in answers], TIME),
            **{name: (values, "Float64") for name, values in latency_columns(answers).items()},
            "gap_s": (_ends_before(turns), TIME),  # the seconds since then, below
            "duration_s": ([turn.ended_at for turn in answers], TIME),  # likewise
            "words": (words, "Int64"),
            "words_per_minute": (words_heard(answers, words), "Float64"),  # by the minute below
            "interrupted": ([turn.interrupted for turn in answers], "boolean"),
            "response_id": ([turn.response_id for turn in answers], "string"),
            "conversation_id": ([turn.conversation_id for turn in answers], "string"),
        },
    )
    made["gap_s"] = seconds_between(made["gap_s"], made["started_at"])
    made["duration_s"] = seconds_between(made["started_at"], made["duration_s"])
    made["words_per_minute"] = per_minute(made["words_per_minute"], made["duration_s"])
    return made


def _ends_before(turns: Sequence[Turn]) -> list[datetime | None]:
    """For each of the avatar's turns, when the turn before it ended, in the same conversation."""
    return [
        before.ended_at if before is not None and before.conversation_id == turn.conversation_id else None
        for before, turn in zip([None, *turns], turns, strict=False)
        if turn.role == "avatar"
    ]

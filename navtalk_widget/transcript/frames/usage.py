"""The table of what was spent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING

from navtalk_widget.transcript.frames.table import TIME, table
from navtalk_widget.transcript.turn import TokenUsage, Turn

if TYPE_CHECKING:
    import pandas


def usage(turns: Iterable[Turn]) -> pandas.DataFrame:
    """See `Transcript.usage`."""
    spent = [(number, turn, turn.usage) for number, turn in enumerate(turns) if turn.usage is not None]
    return table(
        "usage",
        {
            "turn": ([number for number, *_ in spent], "Int64"),
            "role": ([turn.role for _, turn, _ in spent], "string"),
            "started_at": ([turn.started_at for _, turn, _ in spent], TIME),
            **{
                field.name: (list(map(attrgetter(field.name), (used for *_, used in spent))), "Int64")
                for field in fields(TokenUsage)
            },
            "response_id": ([turn.response_id for _, turn, _ in spent], "string"),
            "character": ([turn.character for _, turn, _ in spent], "string"),
            "conversation_id": ([turn.conversation_id for _, turn, _ in spent], "string"),
        },
    )

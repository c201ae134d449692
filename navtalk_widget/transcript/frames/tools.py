"""The table of calls of tools."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from navtalk_widget.transcript.frames.table import TIME, table
from navtalk_widget.transcript.turn import Turn

if TYPE_CHECKING:
    import pandas


def tools(turns: Iterable[Turn]) -> pandas.DataFrame:
    """See `Transcript.tools`."""
    calls = [(number, turn, use) for number, turn in enumerate(turns) for use in turn.tool_calls]
    uses = [use for _, _, use in calls]

    def of(name: str) -> list[Any]:
        return list(map(attrgetter(name), uses))

    return table(
        "tools",
        {
            "call_id": (of("call_id"), "string"),
            "name": (of("name"), "string"),
            "arguments": ([to_json(use.arguments).decode() for use in uses], "string"),
            "result": (of("result"), "string"),
            "error": (of("error"), "string"),
            "cut": (of("cut"), "boolean"),
            "started_at": (of("started_at"), TIME),
            "ended_at": (of("ended_at"), TIME),
            "duration_s": (of("duration_s"), "Float64"),
            "turn": ([number for number, _, _ in calls], "Int64"),
            "response_id": ([turn.response_id for _, turn, _ in calls], "string"),
            "conversation_id": ([turn.conversation_id for _, turn, _ in calls], "string"),
        },
    )

"""Transcripts as a pandas table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from navtalk_widget.transcript.turn import ToolUse, Turn
from navtalk_widget.transcript.words import count_words

if TYPE_CHECKING:
    import pandas

SCHEMA = "navtalk.transcript"
SCHEMA_VERSION = 1

_TIME = "datetime64[us, UTC]"


def to_pandas(turns: Iterable[Turn]) -> pandas.DataFrame:
    """See `Transcript.to_pandas`. Columns are built whole: rows would take seconds for 100,000 turns."""
    import pandas as pd

    turns = list(turns)
    columns: dict[str, tuple[Sequence[Any], str]] = {
        "turn": (range(len(turns)), "Int64"),
        "role": ([turn.role for turn in turns], "string"),
        "text": ([turn.text for turn in turns], "string"),
        "text_heard": ([turn.text_heard for turn in turns], "string"),
        "started_at": ([turn.started_at for turn in turns], _TIME),
        "ended_at": ([turn.ended_at for turn in turns], _TIME),
        "duration_s": ([], "Float64"),  # from the two above
        "interrupted": ([turn.interrupted for turn in turns], "boolean"),
        "response_id": ([turn.response_id for turn in turns], "string"),
        "item_id": ([turn.item_id for turn in turns], "string"),
        # Tuples, for the garbage collector visits every list there is: of 100,000 turns most have none to show.
        "tool_calls": ([tuple(map(_tool_record, turn.tool_calls)) for turn in turns], "object"),
        "audio_start_ms": ([turn.audio_start_ms for turn in turns], "Int64"),
        "audio_end_ms": ([turn.audio_end_ms for turn in turns], "Int64"),
        "words": ([count_words(turn.text) for turn in turns], "Int64"),
        "source": ([turn.source for turn in turns], "string"),
    }
    series = {name: pd.Series(values, dtype=dtype) for name, (values, dtype) in columns.items()}
    series["duration_s"] = (series["ended_at"] - series["started_at"]).dt.total_seconds().astype("Float64")
    table = pd.DataFrame(series)
    table.attrs = {"schema": SCHEMA, "schema_version": SCHEMA_VERSION}
    return table


def _tool_record(use: ToolUse) -> dict[str, Any]:
    return {
        "call_id": use.call_id,
        "name": use.name,
        # As text: Parquet has one type per column, and each tool has arguments of its own.
        "arguments": to_json(use.arguments).decode(),
        "result": use.result,
        "error": use.error,
        "duration_s": use.duration_s,
    }

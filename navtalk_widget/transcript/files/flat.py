"""Turns as flat records, one value per column: what CSV and Parquet files have in common.

The columns hold what a `Turn` holds and nothing that follows from it, so that a file cannot contradict itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from pydantic_core import from_json

from navtalk_widget.transcript.files.validated import turn_from_values
from navtalk_widget.transcript.turn import Latency, Recorded, TokenUsage, Turn

LATENCIES = tuple(field.name for field in fields(Latency))
TOKENS = tuple(field.name for field in fields(TokenUsage))

_TEXT, _TIME, _FLAG, _INTEGER, _NUMBER = "string", "datetime64[us, UTC]", "boolean", "Int64", "Float64"

COLUMNS: dict[str, str] = {
    "id": _TEXT,
    "conversation_id": _TEXT,
    "character": _TEXT,
    "role": _TEXT,
    "source": _TEXT,
    "text": _TEXT,
    "text_heard": _TEXT,
    "started_at": _TIME,
    "ended_at": _TIME,
    "final": _FLAG,
    "interrupted": _FLAG,
    "response_id": _TEXT,
    "item_id": _TEXT,
    "audio_start_ms": _INTEGER,
    "audio_end_ms": _INTEGER,
    "tool_calls": "object",
    **dict.fromkeys(LATENCIES, _NUMBER),
    **dict.fromkeys(TOKENS, _INTEGER),
    "recorded_path": _TEXT,
    "recorded_start_ms": _NUMBER,
    "recorded_end_ms": _NUMBER,
}
"""Every column and its type in pandas, in the order of the files."""

_PARTS: dict[str, tuple[str, str]] = {
    **{name: ("latency", name) for name in LATENCIES},
    **{name: ("usage", name) for name in TOKENS},
    **{f"recorded_{field.name}": ("recorded", field.name) for field in fields(Recorded)},
}
"""Column → the part of a turn that it comes from, and its name there."""


def column(turns: Sequence[Turn], name: str) -> list[Any]:
    """The values of one column."""
    if name not in _PARTS:
        return list(map(attrgetter(name), turns))
    whole, part = map(attrgetter, _PARTS[name])
    return [None if (holder := whole(turn)) is None else part(holder) for turn in turns]


def turn_of(record: Mapping[str, Any]) -> Turn:
    """Make a turn of a record: missing values are None, missing columns are unknown, further columns are skipped.

    Arguments of tools may be JSON text, and calls may be in any sequence: pandas makes arrays of Parquet's lists.

    Raises:
        ValueError: it is no turn's; the message says why.
    """
    values: dict[str, Any] = {}
    for name in COLUMNS:
        value = record.get(name)
        if name == "tool_calls" and isinstance(value, Iterable):
            value = list(map(_with_arguments, value))
        if value is not None:
            whole, part = _PARTS.get(name, ("", name))
            (values.setdefault(whole, {}) if whole else values)[part] = value
    return turn_from_values(values)


def _with_arguments(call: Any) -> Any:
    if isinstance(call, Mapping) and isinstance(call.get("arguments"), str):
        return {**call, "arguments": from_json(call["arguments"])}
    return call

"""The table of turns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from navtalk_widget.transcript.frames.table import TIME, seconds_between, table
from navtalk_widget.transcript.turn import Latency, ToolUse, Turn
from navtalk_widget.transcript.words import count_words

if TYPE_CHECKING:
    import numpy as np
    import pandas
    from numpy.typing import NDArray

LATENCIES = tuple(field.name for field in fields(Latency))


def to_pandas(turns: Iterable[Turn]) -> pandas.DataFrame:
    """See `Transcript.to_pandas`."""
    turns = list(turns)

    def of(name: str) -> list[Any]:
        return list(map(attrgetter(name), turns))

    words = [count_words(text) for text in of("text")]
    made = table(
        "",
        {
            "turn": (range(len(turns)), "Int64"),
            "role": (of("role"), "string"),
            "text": (of("text"), "string"),
            "text_heard": (of("text_heard"), "string"),
            "started_at": (of("started_at"), TIME),
            "ended_at": (of("ended_at"), TIME),
            "duration_s": ([], "Float64"),  # from the two above
            "interrupted": (of("interrupted"), "boolean"),
            "response_id": (of("response_id"), "string"),
            "item_id": (of("item_id"), "string"),
            # Tuples, for the garbage collector visits every list there is: of 100,000 turns most have none to show.
            "tool_calls": ([tuple(map(tool_record, turn.tool_calls)) for turn in turns], "object"),
            **{name: (values, "Float64") for name, values in latency_columns(turns).items()},
            "audio_start_ms": (of("audio_start_ms"), "Int64"),
            "audio_end_ms": (of("audio_end_ms"), "Int64"),
            "words": (words, "Int64"),
            "words_per_minute": (words_heard(turns, words), "Float64"),  # by the minute below
            "character": (of("character"), "string"),
            "source": (of("source"), "string"),
            "conversation_id": (of("conversation_id"), "string"),
        },
    )
    made["duration_s"] = seconds_between(made["started_at"], made["ended_at"])
    made["words_per_minute"] = per_minute(made["words_per_minute"], made["duration_s"])
    return made


def latency_columns(turns: Sequence[Turn]) -> dict[str, NDArray[np.float64]]:
    """The latencies of each turn, by their names; NaN where one is not known."""
    import numpy as np

    # Not as pairs, which the garbage collector would go through again and again.
    numbers = [number for number, turn in enumerate(turns) if turn.latency is not None]
    known = [turn.latency for turn in turns if turn.latency is not None]
    columns = {}
    for name in LATENCIES:
        columns[name] = np.full(len(turns), np.nan)
        columns[name][numbers] = np.array(list(map(attrgetter(name), known)), dtype=float)  # NaN for None
    return columns


def words_heard(turns: Sequence[Turn], words: Sequence[int]) -> list[int]:
    """The words that were spoken: of an answer that was cut short those that were heard, where that is known.

    Args:
        turns: the turns.
        words: how many each has.
    """
    return [
        count if not turn.interrupted or turn.text_heard is None else count_words(turn.text_heard)
        for turn, count in zip(turns, words, strict=True)
    ]


def per_minute(words: pandas.Series[Any], duration_s: pandas.Series[Any]) -> pandas.Series[Any]:
    """The pace of speech; missing where there was none, as where one typed."""
    return words * 60 / duration_s.where(duration_s > 0)


def tool_record(use: ToolUse) -> dict[str, Any]:
    """A call of a tool as the table has it."""
    return {
        "call_id": use.call_id,
        "name": use.name,
        # As text: Parquet has one type per column, and each tool has arguments of its own.
        "arguments": to_json(use.arguments).decode(),
        "result": use.result,
        "error": use.error,
        "duration_s": use.duration_s,
    }

"""Events, tools, metrics and usage as tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from navtalk_widget.transcript import Latency, TokenUsage, ToolUse, Transcript, Turn
from tests.transcript.turns import NOON, any_turns, said

TIME = "datetime64[us, UTC]"
LATENCIES = dict.fromkeys(("recognized_ms", "words_ms", "audio_ms", "heard_ms", "mouth_ms", "silenced_ms"), "Float64")
COLUMNS: dict[str, dict[str, str]] = {
    "events": {
        "at": TIME,
        "turn": "Int64",
        "role": "string",
        "event": "string",
        "detail": "string",
        "conversation_id": "string",
    },
    "tools": {
        "call_id": "string",
        "name": "string",
        "arguments": "string",
        "result": "string",
        "error": "string",
        "cut": "boolean",
        "started_at": TIME,
        "ended_at": TIME,
        "duration_s": "Float64",
        "turn": "Int64",
        "response_id": "string",
        "conversation_id": "string",
    },
    "metrics": {
        "turn": "Int64",
        "started_at": TIME,
        **LATENCIES,
        "gap_s": "Float64",
        "duration_s": "Float64",
        "words": "Int64",
        "words_per_minute": "Float64",
        "interrupted": "boolean",
        "response_id": "string",
        "conversation_id": "string",
    },
    "usage": {
        "turn": "Int64",
        "role": "string",
        "started_at": TIME,
        "input_tokens": "Int64",
        "output_tokens": "Int64",
        "cached_tokens": "Int64",
        "input_audio_tokens": "Int64",
        "output_audio_tokens": "Int64",
        "response_id": "string",
        "character": "string",
        "conversation_id": "string",
    },
}
TABLES: dict[str, Callable[[Transcript], pd.DataFrame]] = {
    "events": Transcript.events,
    "tools": Transcript.tools,
    "metrics": Transcript.metrics,
    "usage": Transcript.usage,
}


@pytest.mark.parametrize("name", TABLES)
@given(turns=st.lists(any_turns, max_size=3))
@settings(max_examples=10, deadline=None)
def test_columns_and_types_are_the_same_whatever_was_said(name: str, turns: list[Turn]) -> None:
    for transcript in (Transcript(turns), Transcript.empty()):
        table = TABLES[name](transcript)
        assert {column: str(dtype) for column, dtype in table.dtypes.items()} == COLUMNS[name]
        assert list(table.columns) == list(COLUMNS[name])
        assert table.attrs == {"schema": f"navtalk.transcript.{name}", "schema_version": 2}


def after(seconds: float) -> pd.Timestamp:
    return pd.Timestamp(NOON + timedelta(seconds=seconds))


TALK = Transcript(
    [
        said(
            0,
            "Weather?",
            ended_at=NOON + timedelta(seconds=1),
            conversation_id="conv_1",
            usage=TokenUsage(input_tokens=9, output_tokens=2),
        ),
        said(
            5,
            "It is sunny all day.",
            "avatar",
            text_heard="It is",
            interrupted=True,
            ended_at=NOON + timedelta(seconds=6),
            response_id="resp_1",
            conversation_id="conv_1",
            character="navtalk.Leo",
            latency=Latency(words_ms=4000.0, silenced_ms=80.0),
            usage=TokenUsage(input_tokens=100, output_tokens=20, cached_tokens=60),
            tool_calls=(
                ToolUse(
                    call_id="call_1",
                    name="weather",
                    arguments={"city": "Forlì"},
                    result="sunny",
                    duration_s=0.5,
                    started_at=NOON + timedelta(seconds=2),
                    ended_at=NOON + timedelta(seconds=3),
                ),
                ToolUse(call_id="call_2", name="pollen", error="no data", ended_at=NOON + timedelta(seconds=4)),
                ToolUse(call_id="call_3", name="unknown"),
            ),
        ),
        said(8, "Hello again.", "avatar", conversation_id="conv_2"),
    ]
)


def test_what_happened_is_in_the_order_of_time() -> None:
    table = TALK.events()
    assert list(zip(table["at"], table["turn"], table["event"], table["detail"].fillna("-"), strict=True)) == [
        (after(0), 0, "turn_began", "-"),
        (after(1), 0, "turn_ended", "Weather?"),
        (after(2), 1, "tool_called", "weather"),
        (after(3), 1, "tool_ended", "weather"),
        (after(4), 1, "tool_failed", "no data"),
        (after(5), 1, "turn_began", "-"),
        (after(6), 1, "turn_interrupted", "It is"),
        (after(8), 2, "turn_began", "-"),
    ]
    assert list(table["role"][:3]) == ["user", "user", "avatar"]


def test_each_call_of_a_tool_has_a_row() -> None:
    table = TALK.tools()
    assert list(table["call_id"]) == ["call_1", "call_2", "call_3"]
    assert table.iloc[0].dropna().to_dict() == {
        "call_id": "call_1",
        "name": "weather",
        "arguments": '{"city":"Forlì"}',
        "result": "sunny",
        "cut": False,
        "started_at": after(2),
        "ended_at": after(3),
        "duration_s": 0.5,
        "turn": 1,
        "response_id": "resp_1",
        "conversation_id": "conv_1",
    }


def test_each_answer_has_its_latencies_and_the_silence_before_it() -> None:
    table = TALK.metrics()
    assert list(table["turn"]) == [1, 2]
    answer = table.iloc[0].dropna().to_dict()
    assert {name: answer[name] for name in ("words_ms", "silenced_ms", "gap_s", "duration_s", "words_per_minute")} == {
        "words_ms": 4000.0,
        "silenced_ms": 80.0,
        "gap_s": 4.0,
        "duration_s": 1.0,
        "words_per_minute": 120.0,  # two were heard
    }
    assert "heard_ms" not in answer
    assert table["gap_s"].isna()[1], "what was said before was another conversation"


def test_a_gap_is_negative_where_both_spoke() -> None:
    turns = [said(0, "Well", ended_at=NOON + timedelta(seconds=3)), said(1, "Yes", "avatar")]
    assert list(Transcript(turns).metrics()["gap_s"]) == [-2.0]


def test_what_was_spent_is_told_of_the_turns_of_which_it_is_known() -> None:
    table = TALK.usage()
    assert table[["turn", "role", "input_tokens", "output_tokens", "cached_tokens"]].to_numpy().tolist() == [
        [0, "user", 9, 2, 0],
        [1, "avatar", 100, 20, 60],
    ]
    assert table["output_tokens"].sum() == 22

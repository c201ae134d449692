"""The transcript as a table."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from navtalk_widget.transcript import Latency, ToolUse, Transcript, Turn
from tests.transcript.turns import NOON, any_turns, said

COLUMNS = {
    "turn": "Int64",
    "role": "string",
    "text": "string",
    "text_heard": "string",
    "started_at": "datetime64[us, UTC]",
    "ended_at": "datetime64[us, UTC]",
    "duration_s": "Float64",
    "interrupted": "boolean",
    "response_id": "string",
    "item_id": "string",
    "tool_calls": "object",
    "recognized_ms": "Float64",
    "words_ms": "Float64",
    "audio_ms": "Float64",
    "heard_ms": "Float64",
    "mouth_ms": "Float64",
    "silenced_ms": "Float64",
    "audio_start_ms": "Int64",
    "audio_end_ms": "Int64",
    "words": "Int64",
    "words_per_minute": "Float64",
    "character": "string",
    "source": "string",
    "conversation_id": "string",
}


def test_a_row_holds_all_there_is_to_a_turn() -> None:
    use = ToolUse(call_id="call_1", name="weather", arguments={"city": "Forlì"}, result="18", duration_s=0.5)
    turn = said(
        7,
        "It is 18 degrees.",
        "avatar",
        ended_at=NOON + timedelta(seconds=9.5),
        text_heard="It is",
        interrupted=True,
        response_id="resp_1",
        item_id="item_7",
        tool_calls=(use,),
        audio_start_ms=7000,
        source="text",
        latency=Latency(words_ms=300.5, audio_ms=400.0),
        character="navtalk.Leo",
        conversation_id="conv_1",
    )
    row = Transcript([turn]).to_pandas().iloc[0]
    assert row.dropna().drop("tool_calls").to_dict() == {
        "turn": 0,
        "role": "avatar",
        "text": "It is 18 degrees.",
        "text_heard": "It is",
        "started_at": pd.Timestamp(NOON + timedelta(seconds=7)),
        "ended_at": pd.Timestamp(NOON + timedelta(seconds=9.5)),
        "duration_s": 2.5,
        "interrupted": True,
        "response_id": "resp_1",
        "item_id": "item_7",
        "words_ms": 300.5,
        "audio_ms": 400.0,
        "audio_start_ms": 7000,
        "words": 4,
        "words_per_minute": 48.0,  # two words were heard in two and a half seconds
        "character": "navtalk.Leo",
        "source": "text",
        "conversation_id": "conv_1",
    }
    assert row["audio_end_ms"] is pd.NA
    assert row["tool_calls"] == (
        {
            "call_id": "call_1",
            "name": "weather",
            "arguments": '{"city":"Forlì"}',
            "result": "18",
            "error": None,
            "duration_s": 0.5,
        },
    )


def test_what_is_not_known_is_missing() -> None:
    row = Transcript([said(1)]).to_pandas().iloc[0]
    known = ["turn", "role", "text", "started_at", "interrupted", "words", "source", "conversation_id"]
    assert list(row.drop("tool_calls").dropna().index) == known
    assert row["tool_calls"] == ()


@given(st.lists(any_turns, max_size=4))
@settings(max_examples=25, deadline=None)
def test_columns_and_types_are_the_same_whatever_was_said(turns: list[Turn]) -> None:
    table = Transcript(turns).to_pandas()
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == COLUMNS
    assert list(table.columns) == list(COLUMNS)
    assert list(table["turn"]) == list(range(len(table)))
    assert table.attrs == {"schema": "navtalk.transcript", "schema_version": 2}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Hello there, it's me", 4),
        ("Où est-ce que c'est ?", 5),
        ("你好，世界。", 4),
        ("今日は Tokyo です", 6),
        ("안녕하세요 여러분", 2),
    ],
)
def test_words_are_counted_in_scripts_with_and_without_spaces(text: str, words: int) -> None:
    assert Transcript([said(1, text)]).to_pandas()["words"].tolist() == [words]


@pytest.mark.parametrize(
    ("more", "pace"),
    [
        ({"ended_at": NOON + timedelta(seconds=31)}, 12.0),
        ({"ended_at": NOON + timedelta(seconds=31), "text_heard": "One two", "interrupted": True}, 4.0),
        ({"ended_at": NOON + timedelta(seconds=31), "text_heard": "One two"}, 12.0),
        ({"ended_at": NOON + timedelta(seconds=1), "source": "text"}, None),
        ({}, None),
    ],
)
def test_the_pace_is_that_of_the_words_that_were_heard(more: dict[str, Any], pace: float | None) -> None:
    paces = Transcript([said(1, "One two three four five six", "avatar", **more)]).to_pandas()["words_per_minute"]
    assert list(paces.dropna()) == ([] if pace is None else [pace])


def test_the_table_survives_parquet_with_tools_of_different_arguments(tmp_path: Path) -> None:
    uses = (
        ToolUse(call_id="1", name="a", arguments={"x": 1}),
        ToolUse(call_id="2", name="b", arguments={"x": "one"}),
        ToolUse(call_id="3", name="c"),
    )
    table = Transcript([said(1, "hi", tool_calls=uses), said(2)]).to_pandas()
    table.to_parquet(tmp_path / "talk.parquet")
    read = pd.read_parquet(tmp_path / "talk.parquet")
    assert read.attrs == table.attrs
    assert read.dtypes.equals(table.dtypes)
    assert [list(calls) for calls in read["tool_calls"]] == [list(calls) for calls in table["tool_calls"]]


def test_an_empty_table_survives_parquet(tmp_path: Path) -> None:
    Transcript.empty().to_pandas().to_parquet(tmp_path / "talk.parquet")
    assert len(pd.read_parquet(tmp_path / "talk.parquet")) == 0


def test_the_table_survives_json() -> None:
    table = Transcript([said(1, "hi\n你好", tool_calls=(ToolUse(call_id="1", name="a"),))]).to_pandas()
    lines = table.to_json(orient="records", lines=True, date_format="iso")
    assert lines.count("\n") == 1
    assert '"arguments":"{}"' in lines

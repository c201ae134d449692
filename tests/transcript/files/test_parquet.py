"""The transcript as Parquet, as others read it."""

from __future__ import annotations

import sys
from pathlib import Path

import dask.dataframe
import duckdb
import pandas as pd
import pyarrow.parquet
import pytest

from navtalk_widget.errors import MissingExtraError
from navtalk_widget.transcript import Latency, ToolUse, Transcript, TranscriptFileError
from tests.transcript.turns import NOON, said

TWO_TALKS = Transcript(
    [
        said(0, "Hello", conversation_id="conv_1"),
        said(2, "Hi", "avatar", conversation_id="conv_1", tool_calls=(ToolUse(call_id="c", name="n"),)),
        said(50_000, "Still there?", conversation_id="conv_1"),  # after midnight
        said(60_000, "你好", conversation_id="conv/2", latency=Latency(words_ms=2.5)),
    ]
)


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_each_conversation_is_a_file_under_the_day_on_which_it_began(tmp_path: Path) -> None:
    TWO_TALKS.to_parquet(tmp_path / "talks")
    assert files_in(tmp_path / "talks") == [
        "date=2026-01-02/conversation=conv_1/part-0.parquet",
        "date=2026-01-03/conversation=conv%2F2/part-0.parquet",
    ]
    assert Transcript.read(tmp_path / "talks") == TWO_TALKS


def test_conversations_are_added_to_a_folder_and_written_anew_in_it(tmp_path: Path) -> None:
    TWO_TALKS[:1].to_parquet(tmp_path)
    TWO_TALKS[3:].to_parquet(tmp_path)
    TWO_TALKS[:3].to_parquet(tmp_path)
    assert len(files_in(tmp_path)) == 2
    assert Transcript.read(tmp_path) == TWO_TALKS


def test_turns_of_no_conversation_are_kept_too(tmp_path: Path) -> None:
    Transcript([said(1)]).to_parquet(tmp_path)
    assert files_in(tmp_path) == ["date=2026-01-02/conversation=__HIVE_DEFAULT_PARTITION__/part-0.parquet"]
    assert len(Transcript.read(tmp_path)) == 1


def test_conversations_whose_turns_have_the_same_ids_are_kept_apart(tmp_path: Path) -> None:
    talks = Transcript(said(1, name, conversation_id=name) for name in ("conv_1", "conv_2"))
    talks.to_parquet(tmp_path)
    assert [turn.text for turn in Transcript.read(tmp_path)] == ["conv_1", "conv_2"]


def test_pandas_and_dask_read_the_folder_with_types_that_know_missing_values(tmp_path: Path) -> None:
    TWO_TALKS.to_parquet(tmp_path)
    table = pd.read_parquet(tmp_path).sort_values("started_at", ignore_index=True)
    assert list(table["text"]) == ["Hello", "Hi", "Still there?", "你好"]
    assert list(map(str, table["conversation"])) == ["conv_1", "conv_1", "conv_1", "conv/2"]
    assert list(table["date"].astype(str)) == ["2026-01-02"] * 3 + ["2026-01-03"]
    assert str(table["audio_start_ms"].dtype) == "Int64"
    assert str(table["interrupted"].dtype) == "boolean"
    assert str(table["started_at"].dtype) == "datetime64[us, UTC]"
    assert table["tool_calls"][1][0]["name"] == "n"
    assert table["words_ms"][3] == 2.5
    lazily = dask.dataframe.read_parquet(tmp_path)
    assert lazily["text"].count().compute(scheduler="synchronous") == 4


def test_a_filter_reads_one_conversation(tmp_path: Path) -> None:
    TWO_TALKS.to_parquet(tmp_path)
    table = pd.read_parquet(tmp_path, filters=[("conversation", "==", "conv/2")])
    assert list(table["text"]) == ["你好"]


def test_types_do_not_depend_on_what_was_said(tmp_path: Path) -> None:
    TWO_TALKS.to_parquet(tmp_path / "full.parquet")
    TWO_TALKS[:1].to_parquet(tmp_path / "sparse.parquet")
    Transcript.empty().to_parquet(tmp_path / "empty.parquet")
    full, sparse, empty = (
        pyarrow.parquet.read_schema(tmp_path / f"{name}.parquet") for name in ("full", "sparse", "empty")
    )
    assert full.equals(sparse)
    assert full.equals(empty)
    calls = "list<element: struct<call_id: string, name: string, arguments: string, result: string, error: string, "
    assert str(full.field("tool_calls").type).startswith(calls)


def test_rows_are_in_the_order_of_speech(tmp_path: Path) -> None:
    TWO_TALKS.to_parquet(tmp_path / "talk.parquet")
    assert list(pd.read_parquet(tmp_path / "talk.parquet")["text"]) == ["Hello", "Hi", "Still there?", "你好"]


def test_columns_of_other_versions_are_skipped_or_unknown(tmp_path: Path) -> None:
    table = pd.DataFrame({"id": ["a"], "role": ["user"], "started_at": [pd.Timestamp(NOON)], "mood": ["calm"]})
    table.to_parquet(tmp_path / "talk.parquet")
    (turn,) = Transcript.read(tmp_path / "talk.parquet")
    assert (turn.id, turn.text, turn.started_at, turn.tool_calls) == ("a", "", NOON, ())


def test_a_table_of_something_else_is_refused_in_words(tmp_path: Path) -> None:
    pd.DataFrame({"price": [1.5]}).to_parquet(tmp_path / "talk.parquet")
    with pytest.raises(TranscriptFileError, match="line 1: it is no turn: id: Field required"):
        Transcript.read(tmp_path / "talk.parquet")


def test_a_folder_of_something_else_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Hello")
    with pytest.raises(TranscriptFileError, match=r"no Parquet files in this folder. read_transcripts\(\) reads"):
        Transcript.read(tmp_path)


def test_a_file_that_is_not_finished_replaces_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    TWO_TALKS.to_parquet(tmp_path / "talk.parquet")

    def full_disk(table: object, where: Path) -> None:
        where.write_bytes(b"PAR1")
        raise OSError("no space left")

    monkeypatch.setattr(pyarrow.parquet, "write_table", full_disk)
    with pytest.raises(OSError, match="no space left"):
        Transcript([said(1)]).to_parquet(tmp_path / "talk.parquet")
    assert files_in(tmp_path) == ["talk.parquet"]
    assert Transcript.read(tmp_path / "talk.parquet") == TWO_TALKS


@pytest.fixture
def without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)


def test_without_pyarrow_it_is_said_what_to_install(tmp_path: Path, without_pyarrow: None) -> None:
    for act in (lambda: TWO_TALKS.to_parquet(tmp_path), lambda: Transcript.read(tmp_path)):
        with pytest.raises(MissingExtraError, match=r"pip install 'navtalk-widget\[parquet\]'"):
            act()


def test_duckdb_reads_the_folder_and_what_is_inside_the_calls(tmp_path: Path) -> None:
    TWO_TALKS.to_parquet(tmp_path)
    found = duckdb.sql(
        f"SELECT conversation, text, tool_calls[1].name FROM read_parquet('{tmp_path}/**/*.parquet', "
        "hive_partitioning = true) WHERE date = '2026-01-02' ORDER BY started_at"
    )
    assert found is not None
    assert found.fetchall() == [("conv_1", "Hello", None), ("conv_1", "Hi", "n"), ("conv_1", "Still there?", None)]

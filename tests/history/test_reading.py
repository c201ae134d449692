"""Stored conversations as one table."""

import dataclasses
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, cast

import duckdb
import pandas as pd
import pytest
from distributed import Client, LocalCluster

from navtalk_widget.errors import ConfigurationError, MissingExtraError
from navtalk_widget.history import conversations, delete_conversation, read_transcripts, reading
from navtalk_widget.history.conversion import convert
from navtalk_widget.history.journal import Journal
from navtalk_widget.history.layout import Layout
from navtalk_widget.history.table import table_of_files
from navtalk_widget.transcript import Latency, TokenUsage, ToolUse, Transcript, Turn
from navtalk_widget.transcript.files.jsonl import dump_turn
from tests.history.stores import files, store, turn
from tests.transcript.turns import NOON

DAY = 86_400

USE = ToolUse(
    call_id="c", name="opening_hours", arguments={"museum": "Städel"}, result="9 to 5", duration_s=0.5, started_at=NOON
)
ENDED = [
    turn(
        1, "When does it open?", ended_at=NOON + timedelta(seconds=3), item_id="i", audio_start_ms=10, character="Leo"
    ),
    turn(
        4,
        "At nine in the morning.",
        role="avatar",
        ended_at=NOON + timedelta(seconds=6),
        interrupted=True,
        text_heard="At nine",
        tool_calls=(USE,),
        latency=Latency(audio_ms=320.5),
        usage=TokenUsage(input_tokens=7),
        response_id="r",
        character="Leo",
    ),
]
TYPED = [turn(DAY + number, f"typed {number}", conversation="conv_b", source="text") for number in range(3)]
OPEN = [turn(2 * DAY + number, f"new {number}", conversation="conv_c") for number in range(2)]


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """Two conversations that have ended, and one that goes on."""
    await store(tmp_path, *ENDED, *TYPED)
    await store(tmp_path, *OPEN, ended=False)
    return tmp_path


def expected(*turns: Turn) -> pd.DataFrame:
    """The table of one conversation, by way of its transcript."""
    made = Transcript(turns).to_pandas()
    began = min(each.started_at for each in turns)
    made["date"] = pd.Series([pd.Timestamp(began.date())] * len(turns), dtype="datetime64[us]")
    return made


def all_expected() -> pd.DataFrame:
    return pd.concat([expected(*ENDED), expected(*TYPED), expected(*OPEN)], ignore_index=True)


def test_it_is_what_the_transcripts_say_whether_they_have_ended_or_not(folder: Path) -> None:
    table = read_transcripts(folder)
    pd.testing.assert_frame_equal(table, all_expected())
    assert table.attrs == Transcript().to_pandas().attrs
    assert len(files(folder)) == 3


def test_an_empty_store_has_the_same_columns(folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    table = read_transcripts(empty)
    assert len(table) == 0
    pd.testing.assert_series_equal(table.dtypes, read_transcripts(folder).dtypes)
    assert len(conversations(empty)) == 0


@pytest.mark.parametrize("engine", ["pandas", "dask"])
@pytest.mark.parametrize(
    ("asked", "texts"),
    [
        ({"conversation": "conv_a"}, [each.text for each in ENDED]),
        ({"conversation": "conv_c"}, ["new 0", "new 1"]),
        ({"conversation": "conv_*"}, []),
        ({"since": "2026-01-03"}, ["typed 0", "typed 1", "typed 2", "new 0", "new 1"]),
        ({"since": date(2026, 1, 4)}, ["new 0", "new 1"]),
        ({"since": NOON + timedelta(seconds=2), "until": "2026-01-03 12:00:01"}, [ENDED[1].text, "typed 0"]),
        ({"until": datetime(2026, 1, 2, 13, 0, 4, tzinfo=timezone(timedelta(hours=1)))}, [ENDED[0].text]),
    ],
)
def test_a_part_can_be_asked_for(folder: Path, engine: Any, asked: dict[str, Any], texts: list[str]) -> None:
    table = read_transcripts(folder, engine=engine, **asked)
    if engine == "dask":
        table = table.compute(scheduler="synchronous")
    assert list(table["text"]) == texts
    if "since" in asked and texts[0] == ENDED[1].text:
        assert list(table["turn"]) == [1, 0]  # it counts within the conversation, not within the part


def test_files_that_end_before_are_not_read(folder: Path) -> None:
    whole = folder / files(folder)[0]
    data = bytearray(whole.read_bytes())
    data[4 : -8 - int.from_bytes(data[-8:-4], "little")] = b""  # all but what tells of the columns
    whole.write_bytes(data)
    assert len(read_transcripts(folder, since="2026-01-03")) == 5
    with pytest.raises(OSError, match=r"\w"):
        read_transcripts(folder)


def test_a_conversation_that_ends_between_listing_and_reading_is_read(folder: Path) -> None:
    table = read_transcripts(folder, engine="dask")
    convert(Layout(folder), "conv_c")
    assert files(folder)[-1].endswith("conversation=conv_c/part-0.parquet")
    delete_conversation(folder, "conv_a")
    assert list(table["text"].compute(scheduler="synchronous")) == [*(f"typed {n}" for n in range(3)), "new 0", "new 1"]


def test_what_cannot_be_asked_for_is_said(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="no folder"):
        read_transcripts(folder / "elsewhere")
    with pytest.raises(ConfigurationError, match="polars"):
        read_transcripts(folder, engine="polars")  # type: ignore[call-overload]
    for moment in ("yesterday-ish", "NaT", object()):
        with pytest.raises(ConfigurationError, match="since"):
            read_transcripts(folder, since=cast("str", moment))


def test_what_is_missing_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask.dataframe", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'navtalk-widget\[dask\]'"):
        read_transcripts(folder, engine="dask")
    monkeypatch.setitem(sys.modules, "pyarrow.dataset", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'navtalk-widget\[parquet\]'"):
        read_transcripts(folder)


def test_the_conversations_are_listed(folder: Path) -> None:
    listed = conversations(folder)
    assert list(listed.index) == ["conv_a", "conv_b", "conv_c"]
    assert list(listed["turns"]) == [2, 3, 2]
    assert listed.loc["conv_a", "character"] == "Leo"
    assert listed.loc["conv_a", "began_at"] == ENDED[0].started_at
    assert listed.loc["conv_a", "ended_at"] == ENDED[1].ended_at
    assert listed.loc["conv_b", "ended_at"] == TYPED[-1].started_at


@pytest.mark.parametrize("name", ["date=2026-01-02 (copy)", "date=20260102", "date=2026-02-30", "date="])
def test_folders_of_days_that_others_made_are_passed_over(folder: Path, name: str) -> None:
    shutil.copytree(folder / "date=2026-01-02", folder / name)
    pd.testing.assert_frame_equal(read_transcripts(folder, until="2027-01-01"), all_expected())
    assert list(conversations(folder)["turns"]) == [2, 3, 2]


# ── Dask ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_dask_reads_nothing_before_it_computes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(Path, "read_bytes", lambda path: opened.append(str(path)))
    monkeypatch.setattr("pyarrow.dataset.dataset", lambda *_, **__: opened.append("dataset"))
    monkeypatch.setattr("pyarrow.parquet.ParquetFile", lambda *_, **__: opened.append("file"))
    table = read_transcripts(folder, engine="dask", since="2026-01-01")
    assert table["words"].sum() is not None
    assert opened == []
    assert list(table.columns) == list(all_expected().columns)
    assert table.dtypes.to_dict() == all_expected().dtypes.to_dict()


def test_dask_asks_for_the_columns_that_are_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    whole = table_of_files

    def note(root: Path, files: Any, columns: list[str], since: Any) -> pd.DataFrame:
        asked.append(columns)
        return whole(root, files, columns, since)

    monkeypatch.setattr(reading, "table_of_files", note)
    table = read_transcripts(folder, engine="dask", conversation="conv_a")
    assert table["words"].sum().compute(scheduler="synchronous") == 9
    assert asked == [["words", "started_at"]]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Client]:
    """A real cluster, of one worker process."""
    local: Any = LocalCluster
    with (
        local(n_workers=1, threads_per_worker=2, processes=True, dashboard_address="127.0.0.1:0") as cluster,
        cluster.get_client() as client,
    ):
        yield client


def test_the_workers_of_a_cluster_read_the_store(
    folder: Path, cluster: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PART_BYTES", 1)
    table: Any = read_transcripts(folder, engine="dask")
    assert table.npartitions == 3
    computed = table.compute().sort_values(["date", "turn"], ignore_index=True)
    pd.testing.assert_frame_equal(
        computed,
        all_expected(),
    )
    words = table.groupby("conversation_id")["words"].sum().compute()
    assert dict(words) == {"conv_a": 9, "conv_b": 6, "conv_c": 4}
    (worker,) = cluster.run(os.getpid).values()
    assert worker != os.getpid()


def test_many_small_files_are_read_together(folder: Path) -> None:
    assert read_transcripts(folder, engine="dask").npartitions == 2


# ── DuckDB ───────────────────────────────────────────────────────────────────────────────────────────────


def test_duckdb_reads_all_that_has_ended_by_one_glob(folder: Path) -> None:
    rows = duckdb.execute(
        f"""
        SELECT date, conversation, count(*) AS turns, sum(len(tool_calls)) AS calls,
               max(audio_ms) AS audio_ms, any_value(tool_calls[1].name) AS tool
        FROM read_parquet('{folder}/date=*/*/*.parquet')
        GROUP BY ALL ORDER BY date
        """
    ).fetchall()
    assert rows == [
        (date(2026, 1, 2), "conv_a", 2, 1, 320.5, "opening_hours"),
        (date(2026, 1, 3), "conv_b", 3, 0, None, None),
    ]


def test_duckdb_reads_what_goes_on_as_json(folder: Path) -> None:
    # A state of a turn per line: the last counts.
    journal = Journal(Layout(folder).journal("conv_c"))
    journal.append(OPEN[0].id, dump_turn(dataclasses.replace(OPEN[0], text="new 0, mended")))
    journal.close()
    rows = duckdb.execute(
        f"SELECT text FROM read_json('{folder}/journals/*.jsonl') WHERE conversation_id = 'conv_c' ORDER BY ALL"
    ).fetchall()
    assert rows == [("new 0",), ("new 0, mended",), ("new 1",)]

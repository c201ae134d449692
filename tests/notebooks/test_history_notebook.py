"""The notebook on a large history."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.notebooks.test_notebooks import FOLDER, Run, run

HISTORY = FOLDER / "07_large_history.ipynb"


@pytest.fixture(scope="module")
def history() -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("NAVTALK_LICENSE", raising=False)
        yield Run(run(HISTORY))


def test_a_conversation_is_a_file(history: Run) -> None:
    assert re.fullmatch(r"\['date=[\d-]+/conversation=ID/part-0\.parquet'\]", history.shown("folder"))
    assert "That makes 42." in history.shown("one")


def test_a_hundred_thousand_turns_are_written_and_read(history: Run) -> None:
    assert history.printed("write").startswith("100,000 turns in 400 files")
    assert history.printed("pandas").startswith("100,000 rows")


def test_sql_finds_what_was_put_in(history: Run) -> None:
    shares = [float(line.split()[-1]) for line in history.shown("patience").splitlines()[1:]]
    assert shares[1] < shares[2] < shares[3], "who waits longer cuts in more often"


def test_pandas_duckdb_and_dask_agree(history: Run) -> None:
    hours = {line.split()[1] for line in history.shown("same").splitlines()[1:]}
    assert len(hours) == 1
    assert float(hours.pop()) > 10


def test_a_row_leads_back_to_its_conversation(history: Run) -> None:
    assert "<Transcript: 4 turns" in history.shown("words")


def test_nothing_is_left(history: Run) -> None:
    assert history.printed("remove").strip() == "1 removed, 399 files left; and now the folder is gone: True"


def test_no_other_machine_was_asked_for(history: Run) -> None:
    # Dask learns this machine's address from a datagram socket towards that one, by which it sends nothing.
    assert set(ast.literal_eval(history.printed("report"))) <= {"8.8.8.8"}

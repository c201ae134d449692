"""The notebook that analyses stored conversations."""

from __future__ import annotations

import nbformat
import pytest

from tests.notebooks.test_notebooks import FOLDER, Run, run

ANALYSIS = FOLDER / "04_transcript_analysis.ipynb"


@pytest.fixture(scope="module")
def analysis() -> Run:
    return Run(run(ANALYSIS))


@pytest.mark.parametrize("cell", ["one", "pace", "wait", "tool-plot", "topic", "mood"])
def test_a_plot_is_drawn(analysis: Run, cell: str) -> None:
    assert len(analysis.shown(cell, "image/png")) > 3_000


@pytest.mark.parametrize("cell", ["cut", "topics", "all"])
def test_a_table_is_the_one_that_readers_see(analysis: Run, cell: str) -> None:
    kept = Run(nbformat.read(ANALYSIS, as_version=4))
    assert analysis.shown(cell).split() == kept.shown(cell).split()


def test_the_conversations_survive_parquet(analysis: Run) -> None:
    assert "read back, it is the same: True" in analysis.printed("export")


def test_no_other_machine_was_asked_for(analysis: Run) -> None:
    assert analysis.printed("report").strip() == "[]"

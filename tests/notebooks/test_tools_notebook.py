"""The notebook on tools: what they return, what they cost in time, and who allows them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.notebooks.test_notebooks import FOLDER, Run, run

TOOLS = FOLDER / "02_tools_and_approval.ipynb"


@pytest.fixture(scope="module")
def tools() -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("NAVTALK_LICENSE", raising=False)
        yield Run(run(TOOLS))


def test_an_answer_holds_what_the_tool_found(tools: Run) -> None:
    assert "The Lacemaker" in tools.printed("ask")
    assert "find_paintings {'painter': 'Vermeer'}" in tools.printed("result")


def test_the_reason_of_a_failure_is_told(tools: Run) -> None:
    assert "There is nothing by Rembrandt" in tools.printed("error")


def test_progress_is_news(tools: Run) -> None:
    table = tools.shown("progress")
    positions = [table.find(f"corner {corner} of 4") for corner in (1, 2, 3, 4)]
    assert -1 not in positions
    assert positions == sorted(positions)


def test_only_what_was_allowed_is_bought(tools: Run) -> None:
    assert tools.printed("buy").splitlines()[0] == "2 tickets are on their way."
    assert tools.printed("buy").splitlines()[-1] == "Bought: [2]"


def test_a_call_is_called_off(tools: Run) -> None:
    assert "search_archive was called off" in tools.shown("table")


def test_a_large_result_says_that_it_was_cut(tools: Run) -> None:
    assert "[cut: the whole result is longer than 300 characters]" in tools.printed("size")


def test_no_other_machine_was_asked_for(tools: Run) -> None:
    assert tools.printed("report").strip() == "[]"

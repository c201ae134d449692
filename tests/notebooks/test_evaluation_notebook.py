"""The notebook on evaluating prompts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.notebooks.test_notebooks import FOLDER, Run, run

EVALUATION = FOLDER / "06_evaluating_prompts.ipynb"


@pytest.fixture(scope="module")
def evaluation() -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("NAVTALK_LICENSE", raising=False)
        yield Run(run(EVALUATION))


def row(shown: str, name: str) -> list[str]:
    """The values in a row of a table as text."""
    (line,) = [line for line in shown.splitlines() if line.startswith(name)]
    return line.removeprefix(name).split()


def test_prompts_differ_in_the_share_of_checks_that_passed(evaluation: Run) -> None:
    rates = evaluation.shown("rates")
    assert row(rates, "tickets") == ["67%", "67%", "67%", "67%"]
    assert row(rates, "introduction") == ["67%", "100%", "100%", "67%"]
    assert row(rates, "opening hours") == ["100%"] * 4
    assert row(rates, "beyond its knowledge") == ["67%", "67%", "100%", "67%"]


def test_what_failed_is_shown_with_the_answer(evaluation: Run) -> None:
    failed = evaluation.shown("failed", "text/html")
    assert "Who are you?" in failed
    assert "Je suis Iris." in failed
    assert "words, and 12 would do" in evaluation.shown("words", "text/html")


def test_a_mind_that_thinks_is_later_by_its_thought(evaluation: Run) -> None:
    shown = evaluation.shown("latency")
    for voice in ("sage", "cedar"):
        quick, slow = (float(row(shown, f"responder={mind}, voice={voice}")[0]) for mind in ("builtin", "pensive"))
        assert slow - quick > 200, "of 400 ms that it thinks"
    assert len(evaluation.shown("plot", "image/png")) > 1_000


def test_the_same_file_is_a_test(evaluation: Run) -> None:
    printed = evaluation.printed("pytest")
    assert "2 failed, 4 passed" in printed
    assert "NOT AS EXPECTED: 'Iris' is not in the answer" in printed


def test_a_cluster_holds_the_same_conversations(evaluation: Run) -> None:
    (rate,) = re.findall(r"(\d+%) passed", evaluation.printed("prompts"))
    assert evaluation.printed("cluster").startswith(f"48 conversations, {rate} of")
    assert evaluation.printed("same").startswith("0 of ")


def test_no_other_machine_was_asked_for(evaluation: Run) -> None:
    # Dask learns this machine's address from a datagram socket towards that one, by which it sends nothing.
    assert set(ast.literal_eval(evaluation.printed("report"))) <= {"8.8.8.8"}

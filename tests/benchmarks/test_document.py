"""The report of the benchmarks, and that none of them costs the others their figures."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.document import document
from tests.benchmarks.figure import Failure, Figure, Finding, Step, amount, spread
from tests.benchmarks.running import Benchmark, run

HEAD = {"machine": "2 cores", "Python": "CPython 3.11"}


def rows(text: str) -> list[list[str]]:
    """The cells of every table."""
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:1] == "|"]


def test_a_figure_stands_beside_its_baseline_and_its_budget() -> None:
    figure = spread("a block", [10.0, 20.0, 30.0], beside=[40.0], beside_what="the comm", p95=25.0)
    text = document(HEAD, [figure])
    assert ["machine", "2 cores"] in rows(text)
    measured = ["a block", "p50 20.0, p95 29.0 ms (n=3)", "the comm: p50 40.0, p95 40.0 ms", "0.5"]
    assert [*measured, "p95 ≤ 25 ms", "**no**"] in rows(text)
    assert "0 of 1 budgets that were measured are met; not met: a block." in text


def test_a_budget_is_met_by_all_its_limits() -> None:
    assert spread("x", [1.0, 2.0], p50=2.0, p95=2.0).met is True
    assert spread("x", [1.0, 9.0], p50=6.0, p95=2.0).met is False
    assert spread("x", [1.0, 9.0]).met is None


def test_what_brought_no_value_meets_no_budget() -> None:
    figure = spread("x", [], beside=[], beside_what="y", p95=1.0)
    assert (figure.measured, figure.met, figure.ratio) == ("nothing was measured", False, None)


def test_steps_of_a_table_stand_together_in_their_order() -> None:
    found: list[Finding] = [
        Step("sessions", {"sessions": "1", "CPU": "9 %"}),
        Step("turns", {"turns": "100"}),
        Step("sessions", {"sessions": "2", "CPU": "a|b"}),
    ]
    text = document(HEAD, found)
    table = "| sessions | CPU |\n| --- | --- |\n| 1 | 9 % |\n| 2 | a\\|b |"
    assert f"## sessions\n\n{table}\n\n## turns" in text


def test_a_failure_is_told_beside_what_was_found() -> None:
    text = document(HEAD, [Figure(what="x", measured="1 ms"), Failure("offset", "no\nflash was seen")])
    assert ["x", "1 ms", "", "", "", ""] in rows(text)
    assert ["benchmark `offset`", "failed: no flash was seen", "", "", "", "**no**"] in rows(text)
    assert "Benchmarks that failed: offset." in text


def test_a_run_that_was_broken_off_says_so() -> None:
    assert "was broken off" in document(HEAD, [], ended_early=True)
    assert "was broken off" not in document(HEAD, [])


def test_amounts_have_three_digits() -> None:
    assert [amount(value) for value in (0.0, 0.01234, 1.234, -12.34, 1234.5)] == [
        "0",
        "0.0123",
        "1.23",
        "-12.3",
        "1234",
    ]


def test_a_benchmark_that_fails_is_told_in_words(tmp_path: Path) -> None:
    (failure,) = run(Benchmark("no_such_thing", 60.0), tmp_path / "log")
    assert isinstance(failure, Failure)
    assert failure.why.startswith("ModuleNotFoundError: No module named 'tests.benchmarks.no_such_thing'")
    assert "Traceback" in (tmp_path / "log").read_text()


def test_a_benchmark_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    (failure,) = run(Benchmark("library", 0.0), tmp_path / "log")
    assert failure == Failure("library", f"it was not ready after 0 s, and was ended; see {tmp_path / 'log'}")

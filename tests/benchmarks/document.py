"""The findings of a run as one Markdown document; a pure function of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tests.benchmarks.figure import Failure, Figure, Finding, Step

COLUMNS = ("what", "measured", "baseline, same run", "ratio", "budget", "met")


def document(head: Mapping[str, str], findings: Iterable[Finding], *, ended_early: bool = False) -> str:
    """Write the document.

    Args:
        head: where it was measured, by what.
        findings: in the order of the run.
        ended_early: whether the run was broken off, so that things are missing.
    """
    found = list(findings)
    failures = [each for each in found if isinstance(each, Failure)]
    parts = ["# Benchmarks", _table(("where", "what"), head.items()), "## Figures"]
    if ended_early:
        parts.append("The run was broken off: what is not here was not measured.")
    parts += [
        "The ratio is what was measured divided by the baseline; of several values, their medians.",
        _table(COLUMNS, [_row(each) for each in found if not isinstance(each, Step)]),
        *_growth([each for each in found if isinstance(each, Step)]),
        _summary(found, failures),
    ]
    return "\n\n".join(parts) + "\n"


def _row(found: Figure | Failure) -> Sequence[str]:
    if isinstance(found, Failure):
        return (f"benchmark `{found.benchmark}`", f"failed: {found.why}", "", "", "", "**no**")
    count = f" (n={found.n})" if found.n is not None else ""
    ratio = "" if found.ratio is None else f"{found.ratio:.2g}" if abs(found.ratio) < 100 else f"{found.ratio:.0f}"
    met = {True: "yes", False: "**no**", None: ""}[found.met]
    return (found.what, found.measured + count, found.baseline, ratio, found.budget, met)


def _growth(steps: Sequence[Step]) -> list[str]:
    parts = []
    for name in dict.fromkeys(step.table for step in steps):
        rows = [step.cells for step in steps if step.table == name]
        columns = tuple(rows[0])
        parts += [f"## {name}", _table(columns, [[cells.get(column, "") for column in columns] for cells in rows])]
    return parts


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(columns), *([list(row) for row in rows])]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _summary(found: Sequence[Finding], failures: Sequence[Failure]) -> str:
    budgets = [each for each in found if isinstance(each, Figure) and each.met is not None]
    missed = [each.what for each in budgets if not each.met]
    words = f"{len(budgets) - len(missed)} of {len(budgets)} budgets that were measured are met"
    words += f"; not met: {', '.join(missed)}." if missed else "."
    if failures:
        words += f" Benchmarks that failed: {', '.join(each.benchmark for each in failures)}."
    return words

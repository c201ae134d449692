"""What benchmarks find: figures beside baselines and budgets, and rows of tables that show growth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One thing that was measured."""

    what: str
    measured: str
    """With its unit."""
    baseline: str = ""
    """What the same takes elsewhere, measured in the same run, and where that is."""
    ratio: float | None = None
    """What was measured, divided by the baseline; of several values, by their medians."""
    budget: str = ""
    met: bool | None = None
    """Whether it is within the budget; None where there is none."""
    n: int | None = None
    """Of how many values it tells."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a table that shows what grows with what."""

    table: str
    cells: Mapping[str, str]
    """By the names of the columns, which are those of the table's first step."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A benchmark that did not come to its end; what it had found before stays."""

    benchmark: str
    why: str


Finding: TypeAlias = Figure | Step | Failure


def spread(
    what: str,
    values: Sequence[float],
    *,
    unit: str = "ms",
    beside: Sequence[float] = (),
    beside_what: str = "",
    p50: float | None = None,
    p95: float | None = None,
) -> Figure:
    """A figure of many values.

    Args:
        what: is measured.
        values: in `unit`; of none, it says so, and no budget is met.
        unit: of all values and limits.
        beside: values of the baseline.
        beside_what: what the baseline is.
        p50: the most that the median may be by the budget.
        p95: the most that the 95th percentile may be.
    """
    limits = [(name, q, most) for name, q, most in (("p50", 50, p50), ("p95", 95, p95)) if most is not None]
    met = bool(len(values)) and all(float(np.percentile(values, q)) <= most for _, q, most in limits)
    both = bool(len(values) and len(beside))
    return Figure(
        what=what,
        measured=percentiles(values, unit),
        baseline=f"{beside_what}: {percentiles(beside, unit)}" if beside_what else "",
        ratio=float(np.median(values) / np.median(beside)) if both and np.median(beside) else None,
        budget=", ".join(f"{name} ≤ {most:g} {unit}" for name, _, most in limits),
        met=met if limits else None,
        n=len(values),
    )


def percentiles(values: Sequence[float], unit: str = "ms") -> str:
    """Median and 95th percentile in words."""
    if not len(values):
        return "nothing was measured"
    p50, p95 = (amount(float(value)) for value in np.percentile(values, [50, 95]))
    return f"p50 {p50}, p95 {p95} {unit}"


def amount(value: float) -> str:
    """A number to three digits, without an exponent: ``0.0123``, ``1.23``, ``12.3``, ``1234``."""
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.{2 - int(np.floor(np.log10(abs(value))))}f}"

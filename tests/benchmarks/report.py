"""How figures are written down."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence

import numpy as np


def percentiles(values: Sequence[float], unit: str = "ms") -> str:
    """Median, 95th and 99th percentile, with the number of values."""
    if not values:
        return "nothing was measured"
    p50, p95, p99 = np.percentile(values, [50, 95, 99])
    return f"p50 {p50:.1f}  p95 {p95:.1f}  p99 {p99:.1f} {unit}  (n={len(values)})"


def line(what: str, figure: str, budget: str = "") -> None:
    """Print one figure."""
    sys.stdout.write(f"{what:<58} {figure}{f'   budget {budget}' if budget else ''}\n")
    sys.stdout.flush()


def heading(text: str) -> None:
    """Print a heading, with the machine it was measured on and how busy that is."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    sys.stdout.write(f"\n{text}  [{machine}, load {os.getloadavg()[0]:.1f}]\n")
    sys.stdout.flush()

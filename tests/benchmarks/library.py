"""Figures that need no browser: bundle, import, transcript."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone

from navtalk_widget.transcript.transcript import Transcript
from navtalk_widget.transcript.turn import Turn
from navtalk_widget.widget.bundle import PAGE, SCRIPT
from tests.benchmarks.report import heading, line


def measure() -> None:
    """Report the figures."""
    heading("Library")
    line("the page's script as a notebook gets it", f"{SCRIPT.stat().st_size / 1000:.1f} kB", "100 kB")
    line("the same, minified but not packed", f"{PAGE.stat().st_size / 1000:.1f} kB")
    ours, baseline = _import_seconds("navtalk_widget"), _import_seconds("anywidget")
    line("import navtalk_widget / import anywidget", f"{ours / baseline:.2f}  ({1000 * ours:.0f} ms)", "1.3")
    began = datetime(2026, 1, 1, tzinfo=timezone.utc)
    turns = [
        Turn(
            id=f"t{n}", role="user" if n % 2 else "avatar", text="what is this", started_at=began + timedelta(seconds=n)
        )
        for n in range(100_000)
    ]
    transcript = Transcript(turns)
    transcript[:10].to_pandas()  # pandas itself is not what is measured
    start = time.perf_counter()
    transcript.to_pandas()
    line("transcript of 100,000 turns to pandas", f"{time.perf_counter() - start:.2f} s", "0.5 s")


def _import_seconds(module: str) -> float:
    program = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", program]
    return statistics.median(float(subprocess.check_output(command, text=True)) for _ in range(7))

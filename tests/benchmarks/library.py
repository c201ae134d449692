"""What the package weighs before anybody talks: its page's script, its import."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator

from navtalk_widget.widget.bundle import EXTRAS, SCRIPT
from tests.benchmarks.figure import Figure

SCRIPT_LIMIT = 100_000
IMPORT_RATIO = 1.3
IMPORTS = 7
OURS, AVATAR, BASELINE = "import navtalk_widget", "from navtalk_widget import Avatar", "import anywidget"


def measure() -> Iterator[Figure]:
    """Report the figures."""
    size = SCRIPT.stat().st_size
    yield Figure(
        what="the page's script, minified",
        measured=f"{size / 1000:.1f} kB",
        budget=f"≤ {SCRIPT_LIMIT / 1000:.0f} kB",
        met=size <= SCRIPT_LIMIT,
    )
    yield Figure(
        what="what the page fetches once a conversation stands", measured=f"{EXTRAS.stat().st_size / 1000:.1f} kB"
    )
    # In turn: what disturbs one disturbs the others.
    rounds = [[_import_ms(statement) for statement in (OURS, AVATAR, BASELINE)] for _ in range(IMPORTS)]
    ours, avatar, baseline = (statistics.median(each) for each in zip(*rounds, strict=True))
    for statement, took, ratio in ((OURS, ours, IMPORT_RATIO), (AVATAR, avatar, None)):
        yield Figure(
            what=statement,
            measured=f"{took:.0f} ms",
            baseline=f"{BASELINE}: {baseline:.0f} ms",
            ratio=took / baseline,
            budget=f"≤ {ratio} × {BASELINE}" if ratio else "",
            met=took <= ratio * baseline if ratio else None,
            n=IMPORTS,
        )


def _import_ms(statement: str) -> float:
    program = f"import time; t = time.perf_counter(); {statement}; print(1000 * (time.perf_counter() - t))"
    return float(subprocess.check_output([sys.executable, "-c", program], text=True, timeout=60))

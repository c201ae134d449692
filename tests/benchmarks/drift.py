"""Whether picture and sound drift apart: ``python -m tests.benchmarks.drift 60`` looks on for 60 minutes."""

from __future__ import annotations

import argparse

import numpy as np
from playwright.sync_api import sync_playwright

from tests.benchmarks.offset import LICENSE
from tests.benchmarks.report import heading, line, percentiles
from tests.support.browser import chromium
from tests.support.local_service import local_service
from tests.support.offset_page import OffsetPage, Offsets, pages

SETTLED_S = 10.0


def measure(minutes: int) -> None:
    """Report how much later the sound comes than the picture, minute by minute, and by how much that changes."""
    heading(f"Sound after picture during one call of {minutes} min, real Chromium")
    with (
        local_service(LICENSE) as service,
        pages() as address,
        sync_playwright() as playwright,
        chromium(playwright, None) as browser,
    ):
        page = OffsetPage(browser, address, service, LICENSE, "navtalk.TestCard")
        seen_s = SETTLED_S
        for minute in range(minutes):
            page.watch(60.0)
            now = page.offsets.after(seen_s)
            line(f"minute {minute + 1}", percentiles(now.milliseconds.tolist()))
            seen_s = float(now.at_s[-1]) if now.at_s.size else seen_s
        _report(page.offsets.after(SETTLED_S))


def _report(offsets: Offsets) -> None:
    if offsets.at_s.size < 4:
        line("whole call", "too few flashes were seen")
        return
    line("whole call", percentiles(offsets.milliseconds.tolist()))
    quarter = offsets.at_s.size // 4
    first, last = np.median(offsets.milliseconds[:quarter]), np.median(offsets.milliseconds[-quarter:])
    line("drift, from the first quarter's median to the last one's", f"{last - first:+.1f} ms", "20 ms")
    if offsets.at_s[-1] < 600.0:  # the browser's buffers, which come and go, would be all that is seen
        return
    slope = np.polyfit(offsets.at_s, offsets.milliseconds, 1)[0] * 3600.0
    line("drift, by a straight line through all", f"{slope:+.1f} ms/h")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", type=int, nargs="?", default=5)
    measure(parser.parse_args().minutes)

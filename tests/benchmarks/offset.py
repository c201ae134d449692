"""How much later the avatar is heard than seen, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import sync_playwright

from navtalk_widget import Avatar
from tests.benchmarks.figure import Figure
from tests.support.browser import chromium
from tests.support.local_service import local_service
from tests.support.offset_page import OffsetPage, Offsets, pages
from tests.support.widget import Widget
from tests.support.widget_offset import LISTEN, NO_UDP, WidgetOffset

LICENSE = "sk_navtalk_offset"

BEGINNING_S = 4.0

CALLS = {"video/VP8": 2, "video/H264": 1}
"""By what is offered first; the widget takes VP8."""
FLASHES = 20

MEDIAN_MS = 20.0
P95_MS = 40.0


def measure() -> Iterator[Figure]:
    """Report from the first white frame on the screen to the beep at the sound device."""
    with local_service(LICENSE) as service, pages() as address, sync_playwright() as playwright:
        for codec, count in CALLS.items():
            calls = []
            for _ in range(count):
                with chromium(playwright, None) as browser:
                    page = OffsetPage(browser, address, service, LICENSE, "navtalk.TestCard", codec=codec)
                    page.settled(FLASHES, after_s=BEGINNING_S)
                    calls.append(page.offsets)
            beginning = [offsets.milliseconds[offsets.at_s < BEGINNING_S] for offsets in calls]
            yield _figure(f"{codec}, first {BEGINNING_S:.0f} s of calls", np.concatenate(beginning))
            settled = np.concatenate([_after(offsets) for offsets in calls])
            yield _figure(f"{codec}, afterwards", settled, budget=True)
    yield _figure("over the gateway, without WebRTC", _relayed(), budget=True)


def _relayed() -> NDArray[np.float64]:
    """Offsets in the widget, on a page of its own, in a browser that lets no UDP through."""
    avatar = Avatar(character="navtalk.TestCard", service="local", greet=False)
    try:
        with sync_playwright() as playwright, chromium(playwright, None, NO_UDP) as browser:
            page = browser.new_page()
            page.add_init_script(LISTEN)
            page.goto(avatar.url)
            Widget(page).start()
            return WidgetOffset(page).collect(FLASHES, limit_s=3 * FLASHES).milliseconds
    finally:
        avatar.close()


def _after(offsets: Offsets) -> NDArray[np.float64]:
    return offsets.after(BEGINNING_S).milliseconds


def _figure(what: str, milliseconds: NDArray[np.float64], *, budget: bool = False) -> Figure:
    """The median has its sign; what 95 of 100 stay within has none."""
    measured, met = "nothing was measured", False
    if milliseconds.size:
        p50, p95 = float(np.median(milliseconds)), float(np.percentile(np.abs(milliseconds), 95))
        measured = f"p50 {p50:+.0f}, p95 ±{p95:.0f} ms"
        met = abs(p50) <= MEDIAN_MS and p95 <= P95_MS
    return Figure(
        what=f"sound after picture, {what}",
        measured=measured,
        budget=f"p50 within ±{MEDIAN_MS:g} ms, p95 within ±{P95_MS:g} ms" if budget else "",
        met=met if budget else None,
        n=milliseconds.size,
    )

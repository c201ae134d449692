"""How much later the avatar is heard than seen, in a real Chromium: ``python -m tests.benchmarks.offset``."""

from __future__ import annotations

import numpy as np
from playwright.sync_api import sync_playwright

from navtalk_widget import Avatar
from tests.benchmarks.report import heading, line
from tests.support.browser import chromium
from tests.support.local_service import local_service
from tests.support.offset_page import OffsetPage, Offsets, pages
from tests.support.widget import Widget
from tests.support.widget_offset import LISTEN, NO_UDP, WidgetOffset

LICENSE = "sk_navtalk_offset"

BEGINNING_S = 4.0

CALLS = 3
FLASHES = 20

WIDGET_BUFFER_MS = "40"
"""What the widget asks of the browser's jitter buffers."""


def measure() -> None:
    """Report the figures."""
    heading("Sound after picture, from the first white frame on the screen to the beep at the sound device")
    with local_service(LICENSE) as service, pages() as address, sync_playwright() as playwright:
        for codec in ("video/VP8", "video/H264"):
            calls = []
            for _ in range(CALLS):
                with chromium(playwright, None) as browser:
                    page = OffsetPage(
                        browser, address, service, LICENSE, "navtalk.TestCard", target=WIDGET_BUFFER_MS, codec=codec
                    )
                    page.settled(FLASHES, after_s=BEGINNING_S)
                    calls.append(page.offsets)
            beginning = [offsets.milliseconds[offsets.at_s < BEGINNING_S] for offsets in calls]
            line(f"{codec}, first {BEGINNING_S:.0f} s of {CALLS} calls", _summary(np.concatenate(beginning)))
            line(f"{codec}, afterwards", _summary(np.concatenate([_after(offsets) for offsets in calls])))
    line("over the gateway, without WebRTC", _summary(_relayed()))


def _relayed() -> np.ndarray:
    """Offsets in the widget, on a page of its own, in a browser that lets no UDP through."""
    avatar = Avatar(character="navtalk.TestCard", greet=False)
    try:
        with sync_playwright() as playwright, chromium(playwright, None, NO_UDP) as browser:
            page = browser.new_page()
            page.add_init_script(LISTEN)
            page.goto(avatar.url)
            Widget(page).start()
            return WidgetOffset(page).collect(FLASHES, limit_s=10 * FLASHES).milliseconds
    finally:
        avatar.close()


def _after(offsets: Offsets) -> np.ndarray:
    return offsets.after(BEGINNING_S).milliseconds


def _summary(milliseconds: np.ndarray) -> str:
    if not milliseconds.size:
        return "nothing was measured"
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return f"p50 {p50:.0f}  p95 {p95:.0f}  most {milliseconds.max():.0f} ms  (n={milliseconds.size})"


if __name__ == "__main__":
    measure()

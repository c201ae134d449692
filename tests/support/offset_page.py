"""A page in a real Chromium that sees the test card flash and hears it beep."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.avatar.test_card import INTERVAL

_JS = Path(__file__).parents[2] / "js"

_RTC = """
export { LipSync } from "./src/rtc/lip_sync";
export { LITTLE } from "./src/rtc/peer";
export { LOOK_MS } from "./src/rtc/stillness";
export { TrackDelay } from "./src/rtc/track_delay";
export { readTraffic } from "./src/rtc/traffic";
"""
"""What the page takes from the widget's."""


class _Pages(SimpleHTTPRequestHandler):
    def __init__(self, *args: Any, rtc: bytes, **more: Any) -> None:
        self._rtc = rtc
        super().__init__(*args, **more)

    def do_GET(self) -> None:
        if self.path != "/rtc.js":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript")
        self.end_headers()
        self.wfile.write(self._rtc)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def pages() -> Iterator[str]:
    """Serve the page, and yield its address: one that comes from nowhere may not open a socket to this machine."""
    esbuild = [str(_JS / "node_modules/.bin/esbuild"), "--bundle", "--format=esm", "--loader=ts"]
    rtc = subprocess.run(esbuild, cwd=_JS, input=_RTC.encode(), capture_output=True, check=True).stdout
    handler = partial(_Pages, directory=str(Path(__file__).parent), rtc=rtc)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}/offset_page.html"
        finally:
            server.shutdown()
            thread.join(5)


@dataclass(frozen=True, slots=True)
class Offsets:
    """How much later the sound came than the picture.

    Attributes:
        at_s: when each flash was seen, in seconds since the connection was made.
        milliseconds: from each flash to its beep.
    """

    at_s: NDArray[np.float64]
    milliseconds: NDArray[np.float64]

    @classmethod
    def paired(cls, seen: dict[str, Any], began_ms: float) -> Offsets:
        """One for each flash that has a beep.

        Args:
            seen: ``flashes`` and ``beeps``, by the page's clock, in milliseconds.
            began_ms: what `at_s` counts from, by the same clock.
        """
        flashes, beeps = np.array(seen["flashes"], float), np.array(seen["beeps"], float)
        if not flashes.size or not beeps.size:
            return cls(np.zeros(0), np.zeros(0))
        offsets = beeps[np.abs(beeps[None, :] - flashes[:, None]).argmin(axis=1)] - flashes
        paired = np.abs(offsets) < 500.0
        return cls((flashes[paired] - began_ms) / 1000.0, offsets[paired])

    def after(self, seconds: float) -> Offsets:
        """Those from some time after the connection was made."""
        late = self.at_s >= seconds
        return Offsets(self.at_s[late], self.milliseconds[late])

    def rounds(self, count: int) -> NDArray[np.float64]:
        """Rounds of `count` delays that take turns: all flashes of each were seen and heard. They overlap.

        Returns:
            Milliseconds from flash to beep; shape (rounds, count), each in the order of the first one.
        """
        if not self.at_s.size:
            return np.zeros((0, count))
        numbers = np.rint((self.at_s - self.at_s[0]) * SAMPLE_RATE / INTERVAL).astype(int)
        by_number = dict(zip(numbers.tolist(), self.milliseconds.tolist(), strict=True))
        rounds = [
            np.roll([by_number[number] for number in range(first, first + count)], first % count)
            for first in range(int(numbers[-1]) + 2 - count)
            if all(number in by_number for number in range(first, first + count))
        ]
        return np.array(rounds).reshape(-1, count)

    def in_turn(self, count: int) -> NDArray[np.float64]:
        """Return the median of each of `count` delays that take turns, less the mean of them all.

        What changes slowly, such as the browser's buffers, is the same for neighbours, and so drops out. Which of the
        delays comes first is not known.
        """
        table = self.rounds(count)
        return np.asarray(np.median(table - table.mean(axis=1, keepdims=True), axis=0))


def collected(look: Callable[[], Offsets], page: Page, count: int, *, of: int, limit_s: float) -> Offsets:
    """Look on until so many rounds of so many flashes were seen and heard on a page."""
    deadline = time.monotonic() + limit_s
    while len((offsets := look()).rounds(of)) < count:
        assert time.monotonic() < deadline, f"only {offsets.at_s.size} flashes had a beep"
        page.wait_for_timeout(500)
    return offsets


class OffsetPage:
    """Shows a test card, with the widget's own lip-sync.

    What it measures lies between two moments as the browser tells them: that at which it expects the flash to be on the
    screen (`requestVideoFrameCallback`; the mean of its frames, as a screen of 60 Hz shows each a bit late), and that
    at which it expects the beep's first sample to leave the sound device: when the sample was mixed for the page's
    video element (`MediaStreamTrackProcessor`), and as long after as its statistics say. What screen and loudspeaker
    add on their own nobody here can know.
    """

    def __init__(
        self, browser: Browser, address: str, service: str, license: str, character: str, **query: str
    ) -> None:
        self._page: Page = browser.new_page()
        socket = f"{service}/wss/v2/realtime-chat?{urlencode({'license': license, 'name': character}, quote_via=quote)}"
        self._page.goto(f"{address}?{urlencode({'service': socket, **query})}")
        self._page.wait_for_function("() => window.seen?.connectedAt > 0", timeout=90_000)

    def watch(self, seconds: float) -> None:
        """Let time pass."""
        self._page.wait_for_timeout(1000 * seconds)

    @property
    def codec(self) -> str:
        """The picture's, such as ``"video/VP8"``."""
        return str(self._page.evaluate("() => window.codec()"))

    @property
    def offsets(self) -> Offsets:
        """One for each flash that has a beep."""
        # As one string: an hour's numbers one by one would hold the page up, and with it what is measured.
        seen = json.loads(self._page.evaluate("() => JSON.stringify(window.seen)"))
        return Offsets.paired(seen, seen["connectedAt"])

    def settled(self, count: int, *, of: int = 1, after_s: float, limit_s: float = 180.0) -> Offsets:
        """Wait until so many rounds of so many offsets have been measured after the connection's first seconds."""
        return collected(lambda: self.offsets.after(after_s), self._page, count, of=of, limit_s=limit_s)

    def close(self) -> None:
        """Leave."""
        self._page.close()

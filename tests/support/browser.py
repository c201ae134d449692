"""The real Chromium in which the tests look at the widget."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright

MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def chromium_path() -> str | None:
    """Where a Chromium is on this machine; None leaves it to Playwright's own."""
    named = os.environ.get("CHROMIUM_PATH")
    found = [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    return next((path for path in [named, *found, str(MAC) if MAC.exists() else None] if path), None)


@contextmanager
def chromium(playwright: Playwright, microphone: Path | None, *options: str) -> Iterator[Browser]:
    """A headless Chromium whose microphone plays a WAV file over and over; without one, it is refused."""
    arguments = [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--use-fake-device-for-media-stream",
        "--autoplay-policy=no-user-gesture-required",
        *options,
    ]
    if microphone is None:
        arguments += ["--deny-permission-prompts"]
    else:
        arguments += ["--use-fake-ui-for-media-stream", f"--use-file-for-fake-audio-capture={microphone}"]
    browser = playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
    try:
        yield browser
    finally:
        browser.close()

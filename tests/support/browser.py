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
def chromium(playwright: Playwright, microphone: Path | None, *options: str, devices: bool = True) -> Iterator[Browser]:
    """A headless Chromium whose microphone plays a WAV file over and over; without one, it is refused.

    Where it is to have no `devices` at all, it does not find those of the machine's sound server either.
    """
    arguments = [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--autoplay-policy=no-user-gesture-required",
        *options,
    ]
    if devices:
        arguments += ["--use-fake-device-for-media-stream"]
    if microphone is None:
        arguments += ["--deny-permission-prompts"]
    else:
        arguments += ["--use-fake-ui-for-media-stream", f"--use-file-for-fake-audio-capture={microphone}"]
    environment: dict[str, str | float | bool] = {**os.environ}
    if not devices:
        environment["PULSE_SERVER"] = "unix:/nowhere"
    browser = playwright.chromium.launch(executable_path=chromium_path(), args=arguments, env=environment)
    try:
        yield browser
    finally:
        browser.close()

"""The real Firefox, told what to do through puppeteer and WebDriver BiDi."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LIMIT_MS = 90_000

FAKE_TONE_HZ = 700

PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.audio.fake_frequency": FAKE_TONE_HZ,
    "media.navigator.permission.disabled": True,
}
"""A microphone that hums, given to every page that asks."""


class FirefoxPage:
    """One page in one Firefox. Selectors are puppeteer's."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def open(self, address: str) -> None:
        """Go to an address."""
        self._tell("open", address=address)

    def click(self, selector: str) -> None:
        """Click, when it is there."""
        self._tell("click", selector=selector)

    def press(self, *keys: str) -> None:
        """Press keys together."""
        self._tell("press", keys=keys)

    def type(self, text: str) -> None:
        """Type where the focus is."""
        self._tell("type", text=text)

    def evaluate(self, expression: str) -> Any:
        """What an expression comes to; promises are awaited."""
        return self._tell("evaluate", expression=expression)

    def wait(self, expression: str) -> None:
        """Wait until an expression is true."""
        self._tell("wait", expression=expression)

    def screenshot(self, path: Path) -> None:
        """Save what is seen."""
        self._tell("screenshot", path=str(path))

    def _tell(self, command: str, **details: Any) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"command": command, **details}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "Firefox has ended"
        answer: Mapping[str, Any] = json.loads(line)
        assert "error" not in answer, f"{command} {details}: {answer['error']}"
        return answer["result"]


def firefox_path() -> str | None:
    """Where a Firefox is on this machine."""
    named = os.environ.get("FIREFOX_PATH")
    return named or shutil.which("firefox-esr") or shutil.which("firefox")


@contextmanager
def firefox(environment: Mapping[str, str], prelude: str) -> Iterator[FirefoxPage]:
    """A headless Firefox with a fake microphone; in each document the prelude runs before its own scripts."""
    told = {"executable": firefox_path(), "preferences": PREFERENCES, "limit_ms": LIMIT_MS, "prelude": prelude}
    driver = Path(__file__).with_suffix(".mjs")
    command = ["node", str(driver), json.dumps(told)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env={**os.environ, **environment}, **pipes) as process:
        try:
            yield FirefoxPage(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()

"""marimo, as an app and in its editor."""

import secrets
import sys
from pathlib import Path
from textwrap import indent

import pytest
from playwright.sync_api import Page

from tests.e2e.front_ends.conversation import AVATAR, expect_answer, start
from tests.support.server import free_port, running_server

pytestmark = pytest.mark.e2e

APP = f"""
import marimo

app = marimo.App()

@app.cell
def _():
{indent(AVATAR, "    ")}
    avatar
    return

if __name__ == "__main__":
    app.run()
"""


@pytest.mark.parametrize("mode", ["run", "edit"])
def test_a_spoken_question_is_answered(page: Page, tmp_path: Path, screenshots: Path, mode: str) -> None:
    path = tmp_path / "talk.py"
    path.write_text(APP)
    settings = tmp_path / "config" / "marimo" / "marimo.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[runtime]\nauto_instantiate = true\n")  # the editor runs what it opens
    port, token = free_port(), secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "marimo", mode, str(path), "--headless", f"--port={port}"),
        *("--token", f"--token-password={token}"),
    ]
    address = f"http://localhost:{port}/"
    with running_server(command, address, tmp_path / "marimo.log"):
        page.goto(f"{address}?access_token={token}")
        expect_answer(start(page))
        page.screenshot(path=screenshots / f"marimo_{mode}.png")

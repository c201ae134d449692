"""Voilà, which runs a notebook for each visitor and shows what its cells show."""

import secrets
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.front_ends.conversation import AVATAR, expect_answer, start
from tests.support.lab import write_notebook
from tests.support.server import free_port, running_server

pytestmark = pytest.mark.e2e


def test_a_spoken_question_is_answered(page: Page, tmp_path: Path, screenshots: Path) -> None:
    path = write_notebook(tmp_path / "talk.ipynb", [AVATAR + "avatar"])
    port, token = free_port(), secrets.token_hex(16)
    command = [sys.executable, "-m", "voila", str(path), "--no-browser", f"--port={port}", f"--token={token}"]
    address = f"http://localhost:{port}/"
    with running_server(command, address, tmp_path / "voila.log"):
        page.goto(f"{address}?token={token}")
        expect_answer(start(page))
        page.screenshot(path=screenshots / "voila.png")

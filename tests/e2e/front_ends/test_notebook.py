"""Notebook 7."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.front_ends.conversation import AVATAR, expect_answer, start
from tests.support.lab import Notebook, running_lab

pytestmark = pytest.mark.e2e


def test_a_spoken_question_is_answered(page: Page, tmp_path: Path, screenshots: Path) -> None:
    with running_lab(tmp_path / "notebooks", application="notebook") as server:
        notebook = Notebook(server, page, server.write("talk.ipynb", [AVATAR + "avatar"]))
        notebook.run(0)
        expect_answer(start(page))
        page.screenshot(path=screenshots / "notebook7.png")

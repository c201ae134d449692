"""No socket gets from the page to the kernel: all goes by the notebook's comm."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Opener
from tests.e2e.test_proxy import AVATAR, REPORT, exchange
from tests.support.flite import flite, silence
from tests.support.lab import Lab, running_lab
from tests.support.question import HEARD, QUESTION
from tests.support.ways import LOOPBACK_CLOSED, close_proxy
from tests.support.widget import Widget

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    root = tmp_path_factory.mktemp("lab") / "notebooks"
    close_proxy(root)
    with running_lab(root) as lab:
        yield lab


def test_by_comm_one_speaks_and_is_answered(open_notebook: Opener) -> None:
    # Long after Start, and not soon again: what is said over an answer would interrupt it.
    microphone = np.concatenate([silence(12), flite(QUESTION), silence(18)])
    notebook = open_notebook([AVATAR, REPORT], microphone, LOOPBACK_CLOSED)
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.expect_data("way", "comm")
    expect(widget.root.locator(".nt-way-note")).to_contain_text("may pause while a cell runs")
    widget.start()
    widget.expect_data("microphone", "on")
    widget.expect_turn("user", HEARD)
    expect(widget.root.locator("[data-tool][data-state=done]").first).to_contain_text("weather")
    expect(widget.root.locator(".nt-captions")).to_contain_text("18 degrees")
    widget.expect_data("voice-path", re.compile("webrtc|gateway"))
    widget.expect_status("listening")
    roles = exchange(notebook.run(1))
    assert roles[0] == "user"
    assert "avatar" in roles
    widget.button("Stop").click()
    widget.expect_status("closed")
    widget.expect_data("microphone", "off")


def test_a_kernel_that_was_restarted_is_named_and_the_cell_can_be_run_again(open_notebook: Opener) -> None:
    notebook = open_notebook([AVATAR], silence(5), LOOPBACK_CLOSED)
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.expect_data("way", "comm")
    widget.start()
    widget.expect_data("microphone", "on")
    # By JupyterLab: of a restart behind its back it learns too little to send comm messages afterwards.
    notebook.cell(0).locator(".jp-InputPrompt").click()
    notebook.page.keyboard.press("0")
    notebook.page.keyboard.press("0")
    notebook.page.locator(".jp-Dialog .jp-mod-accept").click()
    widget.expect_data("link", "restarted")
    widget.expect_data("microphone", "off")
    expect(widget.root.locator(".nt-invitation-hint")).to_contain_text("restarted")
    notebook.run(0)
    Widget(notebook.page).expect_data("way", "comm")
    Widget(notebook.page).expect_data("microphone", "off")

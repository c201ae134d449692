"""The kernel is on another machine: the page reaches it through the notebook server only."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Opener
from tests.support.busy import computing
from tests.support.flite import flite, silence
from tests.support.question import ANSWER, HEARD, QUESTION
from tests.support.ways import LOOPBACK_CLOSED
from tests.support.widget import Widget

pytestmark = pytest.mark.e2e

AVATAR = """
from navtalk_widget import Avatar
avatar = Avatar(greet=False)
calls = []

@avatar.tool
def weather(city: str) -> str:
    "Current weather in a city."
    import time
    calls.append(time.time())
    return f"It is 18 degrees and sunny in {city}."
avatar
"""

REPORT = """
import json
print(json.dumps([[turn.role, turn.text] for turn in avatar.transcript]))
"""


def exchange(report: str) -> list[str]:
    """Who has asked the question, and who answered it, in the order of a transcript."""
    return [role for role, text in json.loads(report) if text.startswith(ANSWER) or HEARD.search(text)]


def test_through_the_notebook_server_all_works_while_a_cell_computes(open_notebook: Opener, tmp_path: Path) -> None:
    enough = tmp_path / "enough"
    busy = computing(enough) + "print(in_time, len([at for at in calls if began < at < ended]))"
    microphone = np.concatenate([silence(0.5), flite(QUESTION), silence(9.5)])  # and again
    notebook = open_notebook([AVATAR, busy, REPORT], microphone, LOOPBACK_CLOSED)
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.expect_data("way", "proxy")
    widget.start()
    widget.expect_data("voice-path", re.compile("webrtc|gateway"))
    called = widget.root.locator("[data-tool][data-state=done]")
    before = called.count()
    notebook.begin(1)
    expect(notebook.cell(1).locator(".jp-InputPrompt")).to_have_text("[*]:")
    expect(called.nth(before + 1)).to_contain_text("weather")  # the first may be of a moment ago
    expect(widget.root.locator(".nt-captions")).to_contain_text("18 degrees")
    widget.expect_turn("user", HEARD)
    expect(notebook.cell(1).locator(".jp-InputPrompt")).to_have_text("[*]:")  # all that was while it computed
    enough.touch()
    in_time, calls = notebook.wait(1).split()
    assert in_time == "True"
    assert int(calls) >= 1
    roles = exchange(notebook.run(2))
    assert roles[0] == "user"
    assert "avatar" in roles

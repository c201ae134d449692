"""The kernel is on another machine: the page reaches it through the notebook server only."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Opener
from tests.support.flite import flite, silence
from tests.support.ways import LOOPBACK_CLOSED
from tests.support.widget import Widget

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

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

BUSY = """
import time
began = time.time()
while time.time() < began + 8:
    sum(range(1000))
ended = time.time()
print(len([at for at in calls if began < at < ended]))
"""

REPORT = """
import json
print(json.dumps([[turn.role, turn.text] for turn in avatar.transcript]))
"""

QUESTION = "what is the weather in paris today"


def test_through_the_notebook_server_all_works_while_a_cell_computes(open_notebook: Opener) -> None:
    # Whenever the cell begins, one whole question falls into its time.
    microphone = np.concatenate([silence(0.5), flite(QUESTION), silence(2.5)])
    notebook = open_notebook([AVATAR, BUSY, REPORT], microphone, LOOPBACK_CLOSED)
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.expect_data("way", "proxy")
    widget.start()
    widget.expect_data("voice-path", re.compile("webrtc|gateway"))
    notebook.begin(1)
    expect(widget.root.locator(".nt-captions")).to_contain_text("18 degrees", timeout=30_000)
    widget.expect_turn("user", "weather in paris")
    expect(widget.root.locator("[data-tool][data-state=done]").first).to_contain_text("Paris")
    assert int(notebook.wait(1)) >= 1
    turns = json.loads(notebook.run(2))
    told = [role for role, text in turns if "weather in paris" in text or "18 degrees" in text]
    assert told[:2] == ["user", "avatar"]

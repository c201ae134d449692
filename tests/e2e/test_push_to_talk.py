"""A person holds Space to talk, and lets go of it to be answered."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Opener
from tests.support.flite import flite, silence
from tests.support.question import ANSWER, HEARD, QUESTION
from tests.support.widget import Widget

pytestmark = pytest.mark.e2e

AVATAR = """
from navtalk_widget import Avatar
avatar = Avatar(character="navtalk.Leo", greet=False, push_to_talk=True)

@avatar.tool
def weather(city: str) -> str:
    "Current weather in a city."
    return f"It is 18 degrees and sunny in {city}."

avatar
"""

REPORT = """
print([turn.text for turn in avatar.transcript if turn.role == "user"], avatar.turn_detection)
"""

HELD_MS = 7_500
"""Longer than from the midst of one question to the end of the next, whenever Space is pressed."""


def test_what_is_said_while_space_is_held_is_answered(open_notebook: Opener) -> None:
    question = np.concatenate([silence(1.5), flite(QUESTION), silence(1.5)])
    notebook = open_notebook([AVATAR, REPORT], question)
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.expect_status("listening")
    expect(widget.button("Mute microphone")).to_have_count(0)

    widget.root.locator(".nt-stage").click()  # the keys of whoever clicks on the face are ours
    notebook.page.keyboard.down("Space")
    expect(widget.button("Let go to send")).to_be_visible()
    notebook.page.wait_for_timeout(HELD_MS)  # a person talks as long as it takes
    notebook.page.keyboard.up("Space")
    widget.expect_turn("user", HEARD)
    widget.expect_said(ANSWER)

    # The microphone has played the question several times; only what was meant for the avatar was heard.
    heard = notebook.run(1)
    assert heard.count("', '") == 0, heard
    assert heard.rstrip().endswith("server_vad")

"""A recording by the kernel, in JupyterLab: who is asked, what shows it, and who ends it."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Opener
from tests.support.flite import silence
from tests.support.widget import Widget

pytestmark = pytest.mark.e2e

AVATAR = """
from navtalk_widget import Avatar

avatar = Avatar(greet=False, service="local", recognizer="pocketsphinx", synthesizer="espeak")
avatar
"""

BEGIN = 'begun = avatar.start_recording("talk.wav")'

REFUSED = """
from pathlib import Path

try:
    begun.result(20)
except Exception as error:
    print(type(error).__name__, Path("talk.wav").exists())
"""

SHOWN = "begun.result(20)"

REPORT = """
import json, wave
import numpy as np

with wave.open("talk.wav") as file:
    sound = np.frombuffer(file.readframes(file.getnframes()), np.int16).reshape(-1, 2)
    rate = file.getframerate()
print(json.dumps({"going_on": avatar.recording is not None, "seconds": len(sound) / rate,
    "loudest": [int(abs(side.astype(int)).max()) for side in sound.T]}))
"""


def test_the_person_is_asked_sees_that_it_runs_and_ends_it(open_notebook: Opener, screenshots: Path) -> None:
    notebook = open_notebook([AVATAR, BEGIN, REFUSED, BEGIN, SHOWN, REPORT], silence(5))
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    question = widget.root.get_by_role("alertdialog", name="Record this conversation?")
    sign = widget.root.locator(".nt-recording")

    notebook.run(1)
    expect(question).to_be_visible()
    notebook.page.screenshot(path=screenshots / "recording_consent.png")
    question.get_by_role("button", name="Cancel").click()
    expect(question).to_have_count(0)
    assert notebook.run(2).split() == ["PageError", "False"], "nothing was written"
    expect(sign).to_have_count(0)

    notebook.run(3)
    question.get_by_role("button", name="Agree and record").click()
    expect(sign).to_be_visible()
    notebook.run(4)
    widget.type("What can you do?")
    widget.expect_said("I")
    sign.scroll_into_view_if_needed()
    notebook.page.screenshot(path=screenshots / "recording_sign.png")
    widget.button("Stop recording").click()
    expect(sign).to_have_count(0)
    report = json.loads(notebook.run(5))
    assert not report["going_on"]
    assert report["seconds"] > 1
    person, avatar = report["loudest"]
    assert person < 300 < 3_000 < avatar, "the person, who typed, on the left; the avatar on the right"

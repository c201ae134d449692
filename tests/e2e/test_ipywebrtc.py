"""ipywebrtc's recorders record the avatar, and its streams are heard as the person."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import nbformat
import numpy as np
import pytest
from playwright.sync_api import expect

from navtalk_widget.audio.wav import write_wav
from tests.e2e.conftest import Opener
from tests.support.flite import flite, silence
from tests.support.lab import Lab
from tests.support.widget import Widget

pytestmark = pytest.mark.e2e

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "05_recording_and_ipywebrtc.ipynb"

AVATAR = """
from navtalk_widget import Avatar
avatar = Avatar(character="navtalk.Leo", greet=False)
avatar
"""

RECORDERS = """
import ipywebrtc
from IPython.display import display
video = ipywebrtc.VideoRecorder(stream=avatar.stream)
sound = ipywebrtc.AudioRecorder(stream=avatar.stream)
image = ipywebrtc.ImageRecorder(stream=avatar.stream)
display(video, sound, image)
"""

BEGIN = "video.recording = sound.recording = True"

END = """
import asyncio
image.recording = True
video.recording = sound.recording = False
for _ in range(1200):
    if image.image.value and video.video.value and sound.audio.value:
        break
    await asyncio.sleep(0.1)
for recorder, name in [(image, "image"), (video, "video"), (sound, "sound")]:
    recorder.save(name)
print("saved")
"""


def decoded(path: Path) -> dict[str, Any]:
    """What a recording shows and lets hear."""
    found: dict[str, Any] = {"pictures": [], "sound": np.zeros(0), "rate": 0}
    with av.open(str(path)) as container:
        for frame in container.decode():
            if isinstance(frame, av.VideoFrame):
                found["pictures"].append(frame.to_ndarray(format="rgb24").astype(float))
            elif isinstance(frame, av.AudioFrame):
                samples = frame.to_ndarray().astype(float).mean(axis=0)
                found["sound"] = np.concatenate([found["sound"], samples])
                found["rate"] = frame.sample_rate
    return found


def loud_seconds(found: dict[str, Any]) -> Fraction:
    """How long there was something to be heard."""
    piece = found["rate"] // 50
    pieces = found["sound"][: len(found["sound"]) // piece * piece].reshape(-1, piece)
    return Fraction(int((np.sqrt((pieces**2).mean(axis=1)) > 0.01).sum()), 50)


def test_the_recorders_record_picture_and_voice(open_notebook: Opener, lab: Lab) -> None:
    notebook = open_notebook([AVATAR, RECORDERS, BEGIN, END], silence(5))
    notebook.run(0)
    notebook.run(1)
    widget = Widget(notebook.page)
    widget.start()
    notebook.run(2)
    widget.type("Please count to five.")
    widget.expect_said("1, 2, 3, 4, 5")
    assert "saved" in notebook.run(3)

    film = decoded(lab.root / "video.webm")
    assert len(film["pictures"]) > 10
    assert {picture.shape for picture in film["pictures"]} == {(400, 320, 3)}
    assert film["pictures"][-1].std() > 20, "the picture is no plain surface"
    changes = [abs(after - before).mean() for before, after in pairwise(film["pictures"])]
    assert max(changes) > 0.3, "the face moves"
    assert loud_seconds(film) > 1
    only_sound = decoded(lab.root / "sound.webm")
    assert only_sound["pictures"] == []
    assert loud_seconds(only_sound) > 1
    (still,) = decoded(lab.root / "image.png")["pictures"]
    assert still.shape == (400, 320, 3)
    assert still.std() > 20


def test_a_recording_from_a_file_is_heard_as_the_person(open_notebook: Opener, lab: Lab) -> None:
    question = flite("what is the weather in paris today")
    write_wav(lab.root / "question.wav", np.concatenate([silence(0.5), question, silence(0.2)]))
    stream = """
import ipywebrtc
question = ipywebrtc.AudioStream.from_file("question.wav")
question.audio.loop = False    # else it is asked over and over
avatar.microphone = question
"""
    # The browser refuses its own microphone: nothing else can have been heard.
    notebook = open_notebook([AVATAR, stream], None)
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.expect_data("microphone", "microphone_denied")
    notebook.run(1)
    widget.expect_data("microphone", "on")
    # One word of it is enough: the recogniser need not get them all for the recording to have been heard.
    widget.expect_final_turn("user", re.compile("weather|paris", re.IGNORECASE))
    widget.expect_turn("avatar", re.compile(r"\w{3,}"))


def test_devices_are_known_to_python_and_changed_while_talking(open_notebook: Opener) -> None:
    report = """
import json
print(json.dumps([[device.kind, device.label] for device in avatar.devices]))
"""
    change = """
avatar.microphone = next(device for device in avatar.devices if device.label == "Fake Audio Input 2")
avatar.speaker = "Fake Audio Output 1"
print(avatar.speaker)
"""
    notebook = open_notebook([AVATAR, report, change, 'avatar.microphone = "Nowhere"'], silence(5))
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.expect_data("microphone", "on")
    devices = json.loads(notebook.run(1))
    assert ["audioinput", "Fake Audio Input 2"] in devices
    assert ["audiooutput", "Fake Audio Output 1"] in devices
    assert "audiooutput" in notebook.run(2)
    sink = "() => document.querySelector('.nt-root video').sinkId !== ''"
    notebook.page.wait_for_function(sink, polling=100)
    expect(widget.root.locator(".nt-notices[role=alert]")).to_be_empty()
    notebook.run(3)
    expect(widget.root.locator(".nt-notices[role=alert]")).to_contain_text("That microphone is not there")
    widget.expect_data("microphone", "on")


def test_the_notebook_on_recording_shows_what_it_recorded(open_notebook: Opener, screenshots: Path) -> None:
    cells = [cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    notebook = open_notebook(cells, silence(5))
    shown = cells.index("avatar")
    for number in range(shown + 1):
        notebook.run(number)
    widget = Widget(notebook.page)
    widget.start()
    printed = [notebook.run(number) for number in range(shown + 1, len(cells) - 1)]
    assert [each for each in printed if "Welcome to the museum." in each]
    assert not [each for each in printed if "no page shows the avatar" in each]
    film = notebook.cell(cells.index(next(cell for cell in cells if "Video(" in cell))).locator("video")
    film.evaluate("film => film.play()")
    notebook.page.wait_for_function("film => film.currentTime > 1", arg=film.element_handle(), polling=100)
    assert film.evaluate("film => [film.videoWidth, film.videoHeight]") == [320, 400]
    film.scroll_into_view_if_needed()
    notebook.page.screenshot(path=screenshots / "recording.png")

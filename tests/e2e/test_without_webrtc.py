"""A person behind a firewall that lets no UDP through: the face and the voice come over the notebook's connection."""

import json
from operator import itemgetter
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from navtalk_widget.local.avatar.cast import character_named
from tests.e2e.conftest import Opener
from tests.support.flite import silence
from tests.support.widget import FLOWING, LIPS_MS, SILENCED_MS, Widget
from tests.support.widget_offset import LISTEN, NO_UDP, WidgetOffset

pytestmark = pytest.mark.e2e

AVATAR = """
from navtalk_widget import Avatar
avatar = Avatar(character="{character}", greet={greet})
avatar
"""

REPORT = """
import json
from dataclasses import asdict
error = None if avatar.error is None else avatar.error.as_dict()
latency = asdict(avatar.transcript.last("avatar").latency)
print(json.dumps({"error": error, "metrics": asdict(avatar.metrics), "latency": latency}))
"""

ROUNDS = 16
"""Of three delays each, which overlap; what holds one of them up is outvoted by the others."""


def test_the_face_and_the_voice_come_all_the_same(open_notebook: Opener, screenshots: Path) -> None:
    notebook = open_notebook([AVATAR.format(character="navtalk.Leo", greet=True), REPORT], silence(5), NO_UDP)
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.expect_data("media-path", "gateway")
    widget.expect_data("peer-state", "failed")
    widget.expect_said("Leo")  # it was greeted when it could be seen and heard

    widget.type("count to thirty")
    widget.expect_turn("avatar", "1, 2, 3")
    widget.expect_status("speaking")
    widget.expect_data("voice-playing", "true")
    box = character_named("navtalk.Leo").mouth_box
    speaking = widget.watch_mouth(box, 1.5)
    notebook.page.screenshot(path=screenshots / "without_webrtc.png")
    widget.button("Interrupt").click()
    widget.expect_status("listening")
    widget.expect_data("voice-playing", "false")
    # The mouth closes and the head turns to listen before it is at rest.
    resting = min((widget.watch_mouth(box, 1.5) for _ in range(3)), key=itemgetter("change"))
    assert speaking["frames"] >= 1.5 * FLOWING, "pictures are decoded and shown"
    assert resting["frames"] >= 1.5 * FLOWING, "they go on when the avatar is silent"
    assert speaking["change"] > 2 * resting["change"], (speaking, resting)

    expect(widget.root.locator(".nt-notice[data-code=webrtc_failed]")).to_have_count(0)
    report = json.loads(notebook.run(1))
    assert report["error"] is None
    assert report["metrics"]["first_frame_ms"] > 0
    assert report["metrics"]["media"] == "gateway"
    latency = report["latency"]
    assert 0 <= latency["words_ms"] <= latency["heard_ms"], latency
    assert abs(latency["mouth_ms"] - latency["heard_ms"]) < LIPS_MS, latency
    assert 0 < latency["silenced_ms"] < SILENCED_MS, latency
    widget.button("Stop").click()
    widget.expect_status("closed")
    widget.expect_data("media-path", "none")


def test_lips_and_words_keep_time(open_notebook: Opener) -> None:
    injected = [0, 80, -80]
    character = "navtalk.TestCard" + "".join(f"{delay:+d}ms" for delay in injected)
    cell = AVATAR.format(character=character, greet=False)
    notebook = open_notebook([cell], silence(5), NO_UDP, script=LISTEN)
    notebook.run(0)
    Widget(notebook.page).start()
    found = WidgetOffset(notebook.page).collect(ROUNDS, of=len(injected)).in_turn(len(injected))
    errors = [np.abs(np.roll(found, turn) - injected).max() for turn in range(len(injected))]
    assert min(errors) < 20.0, found

"""A person opens a notebook, presses Start, speaks, and is answered."""

import json
import re
from itertools import pairwise
from operator import itemgetter
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from navtalk_widget.local.avatar.cast import character_named
from tests.e2e.conftest import Opener
from tests.support.flite import flite, silence
from tests.support.widget import Widget

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

AVATAR = """
from navtalk_widget import Avatar
avatar = Avatar(character="navtalk.Leo", instructions="You are a museum guide.")
calls = []

@avatar.tool
def weather(city: str) -> str:
    "Current weather in a city."
    import time
    calls.append(time.time())
    return f"It is 18 degrees and sunny in {city}."

statuses, snapshots = [], []
avatar.observe(lambda change: statuses.append(change["new"]), names="status")
avatar.observe(lambda change: snapshots.append(len(change["new"])), names="transcript")
avatar
"""

REPORT = """
import json
from dataclasses import asdict
frame = avatar.transcript.to_pandas()
print(json.dumps({"turns": frame[["role", "text", "interrupted", "source"]].values.tolist(), "calls": calls,
    "started": [at.timestamp() for at in frame.started_at], "statuses": statuses, "snapshots": snapshots,
    "latencies": [turn.latency and asdict(turn.latency) for turn in avatar.transcript],
    "metrics": asdict(avatar.metrics), "error": None if avatar.error is None else avatar.error.as_dict()}))
"""

QUESTION = "what is the weather in paris today"


def test_a_spoken_question_is_answered(open_notebook: Opener, screenshots: Path) -> None:
    # The greeting takes four to five seconds; speech that began before its end would be an interruption.
    notebook = open_notebook([AVATAR, REPORT], np.concatenate([silence(12), flite(QUESTION), silence(20)]))
    notebook.run(0)
    widget = Widget(notebook.page)
    expect(widget.root).to_contain_text("Local service")
    widget.start()
    widget.expect_turn("avatar", re.compile("Hello.*Leo.*museum guide"))

    box = character_named("navtalk.Leo").mouth_box
    widget.expect_status("speaking")
    speaking = widget.watch_mouth(box, 1.5)
    widget.expect_status("listening")
    # The mouth closes and the head turns to listen before it is at rest.
    resting = min((widget.watch_mouth(box, 1.0) for _ in range(3)), key=itemgetter("change"))
    assert speaking["frames"] >= 20, "video frames decode"
    assert resting["frames"] >= 12, "idle frames keep flowing"
    assert speaking["change"] > 3 * resting["change"], (speaking, resting)

    widget.expect_turn("user", "weather in paris")
    widget.expect_turn("avatar", "18 degrees and sunny in Paris")
    expect(widget.root.locator("[data-tool]")).to_contain_text("weather")
    expect(widget.root.locator("[data-tool][data-state=done]")).to_contain_text("Paris")
    expect(widget.root.locator(".nt-captions")).to_contain_text("18 degrees")
    widget.expect_status("speaking")
    notebook.page.screenshot(path=screenshots / "conversation.png")
    widget.expect_status("listening")

    report = json.loads(notebook.run(1))
    roles = [turn[0] for turn in report["turns"][:3]]
    assert roles == ["avatar", "user", "avatar"]
    heard = report["turns"][1][1]
    assert "weather" in heard
    assert "paris" in heard
    assert report["turns"][1][3] == "voice"
    assert report["turns"][2][1] == "It is 18 degrees and sunny in Paris."
    assert len(report["calls"]) == 1
    assert report["statuses"][:2] == ["connecting", "listening"]
    assert {"thinking", "speaking"} <= set(report["statuses"])
    assert report["snapshots"] == sorted(report["snapshots"])
    assert report["error"] is None

    latency = report["latencies"][2]
    stages = [latency[stage] for stage in ("recognized_ms", "words_ms", "audio_ms", "heard_ms")]
    assert None not in stages, latency
    assert stages == sorted(stages), latency
    assert abs(latency["mouth_ms"] - latency["heard_ms"]) < 150, latency
    metrics = report["metrics"]
    assert metrics["first_frame_ms"] > 0
    assert (metrics["media"], metrics["way"]) == ("webrtc", "websocket")
    assert metrics["heard_ms"]["p50"] > 0
    assert abs(metrics["clock_offset_ms"]) < 20, "page and kernel are on one machine"
    assert metrics["av_offset_ms"]["count"] > 1
    assert 0 < metrics["microphone_ms"]["p50"] < 500


def test_speech_tools_and_captions_go_on_while_a_cell_computes(open_notebook: Opener) -> None:
    # Whenever the cell begins, one whole question falls into its seven seconds.
    busy = """
import time
began = time.time()
total = 0
while time.time() < began + 7:
    total += sum(range(1000))      # pure Python: holds the interpreter's lock as much as code can
ended = time.time()
turns = [turn for turn in avatar.transcript if turn.role == "user" and began < turn.started_at.timestamp() < ended - 2]
print(len(turns), len([at for at in calls if began < at < ended]), [turn.text for turn in turns])
"""
    quiet = AVATAR.replace("instructions=", "greet=False, instructions=")
    notebook = open_notebook([quiet, busy], np.concatenate([silence(0.5), flite(QUESTION), silence(2.0)]))
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.expect_status("listening")
    shown_before = widget.root.locator(".nt-turn").count()
    notebook.begin(1)
    expect(notebook.cell(1).locator(".jp-InputPrompt")).to_have_text("[*]:")
    expect(widget.root.locator(".nt-turn").nth(shown_before)).to_be_visible(timeout=7_000)
    video = widget.watch_mouth((0.0, 0.0, 1.0, 1.0), 1.0)
    assert video["frames"] >= 12, "the video goes on"
    expect(notebook.cell(1).locator(".jp-InputPrompt")).to_have_text("[*]:")  # all that was while it computed
    heard, called, words = re.match(r"(\d+) (\d+) (.*)", notebook.wait(1)).groups()  # type: ignore[union-attr]
    assert int(heard) >= 1, words
    assert int(called) >= 1, words


def test_speaking_over_the_avatar_stops_its_voice(open_notebook: Opener) -> None:
    quiet = AVATAR.replace("instructions=", "greet=False, instructions=")
    # By the time of the question the counting has begun, on a busy machine too, and it takes more than a minute.
    notebook = open_notebook([quiet, REPORT], np.concatenate([silence(13), flite(QUESTION), silence(20)]))
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.type("Please count to one hundred.")
    widget.expect_status("speaking")
    widget.listen()
    widget.expect_turn("user", "weather")
    widget.expect_turn("avatar", "18 degrees")
    widget.expect_status("listening")  # its words are read before they are heard to the end
    levels = widget.levels()
    spoken = [level["at"] for level in levels if level["rms"] > 0.01]
    assert spoken, "the counting was heard"
    # Between the counting and the answer there is the person's question, during which the avatar is silent.
    longest_pause = max(after - before for before, after in pairwise(spoken))
    assert longest_pause > 1_000
    report = json.loads(notebook.run(1))
    counting = next(turn for turn in report["turns"] if turn[0] == "avatar")
    assert counting[2], "the turn is marked as interrupted"
    latency = report["latencies"][report["turns"].index(counting)]
    assert 0 < latency["silenced_ms"] < 1_000, latency
    assert report["metrics"]["silenced_ms"]["count"] == 1
    expect(widget.root.locator(".nt-turn-avatar").first).to_contain_text(re.compile("interrupted", re.IGNORECASE))


def test_buttons_text_and_live_settings(open_notebook: Opener) -> None:
    change = 'avatar.instructions = "Answer in French."; avatar.voice = "sage"'
    follow = """
import asyncio
await avatar.send_text("hello")
print("sent")
"""
    notebook = open_notebook([AVATAR, change, follow, REPORT, "avatar.mute()"], silence(5))
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.expect_turn("avatar", "museum guide")
    widget.expect_status("listening")
    notebook.run(1)
    notebook.run(2)
    widget.expect_turn("avatar", "Bonjour")

    widget.type("count to thirty")
    widget.expect_status("speaking")
    widget.button("Interrupt").click()
    widget.expect_status("listening")
    widget.expect_data("muted", "false")
    widget.button("Mute").click()
    widget.expect_data("muted", "true")
    widget.button("Unmute").click()
    widget.expect_data("muted", "false")
    notebook.run(4)
    widget.expect_data("muted", "true")

    assert notebook.page.locator("video").first.evaluate("v => v.srcObject.getTracks().length") == 2
    widget.button("Stop").click()
    widget.expect_status("closed")
    widget.expect_data("microphone", "off")
    report = json.loads(notebook.run(3))
    assert report["turns"][-1][2], "the counting was interrupted"
    widget.start()  # and again
    widget.expect_status("listening")
    widget.expect_turn("avatar", "Bonjour")

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
from navtalk_widget.session.talk.answer_times import EARLY_MS
from tests.e2e.conftest import Opener
from tests.support.busy import computing
from tests.support.flite import flite, silence
from tests.support.question import ANSWER, HEARD, QUESTION, share_of_mistakes
from tests.support.widget import FLOWING, LIPS_MS, SILENCED_MS, Widget

pytestmark = pytest.mark.e2e

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

QUIET = AVATAR.replace("instructions=", "greet=False, instructions=")

REPORT = """
import json
from dataclasses import asdict
frame = avatar.transcript.to_pandas()
print(json.dumps({"turns": frame[["role", "text", "interrupted", "source"]].values.tolist(), "calls": calls,
    "started": [at.timestamp() for at in frame.started_at], "statuses": statuses, "snapshots": snapshots,
    "latencies": [turn.latency and asdict(turn.latency) for turn in avatar.transcript],
    "metrics": asdict(avatar.metrics), "error": None if avatar.error is None else avatar.error.as_dict()}))
"""


def test_a_spoken_question_is_answered(open_notebook: Opener, screenshots: Path) -> None:
    # The greeting takes four to five seconds; speech that began before its end would be an interruption.
    notebook = open_notebook([AVATAR, REPORT], np.concatenate([silence(16), flite(QUESTION), silence(20)]))
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
    assert speaking["frames"] >= 1.5 * FLOWING, "video frames decode"
    assert resting["frames"] >= FLOWING, "idle frames keep flowing"
    assert speaking["change"] > 2 * resting["change"], (speaking, resting)

    widget.expect_turn("user", HEARD)
    widget.expect_turn("avatar", ANSWER)
    expect(widget.root.locator("[data-tool]").first).to_contain_text("weather")
    expect(widget.root.locator("[data-tool][data-state=done]").first).to_be_visible()
    expect(widget.root.locator(".nt-captions")).to_contain_text("18 degrees")
    widget.expect_status("speaking")
    notebook.page.screenshot(path=screenshots / "conversation.png")
    widget.expect_status("listening")

    # Who was not understood has asked once more: the microphone says the same over and over.
    report = json.loads(notebook.run(1))
    turns = report["turns"]
    answered = next(place for place, turn in enumerate(turns) if turn[1].startswith(ANSWER))
    asked = answered - 1
    assert turns[0][0] == "avatar"
    assert [turns[asked][0], turns[answered][0]] == ["user", "avatar"]
    assert share_of_mistakes(turns[asked][1]) <= 0.5, turns
    assert turns[asked][3] == "voice"
    assert 1 <= len(report["calls"]) <= len([turn for turn in turns if turn[0] == "user"]), "no call runs twice"
    assert report["statuses"][:2] == ["connecting", "listening"]
    assert {"thinking", "speaking"} <= set(report["statuses"])
    assert report["snapshots"] == sorted(report["snapshots"])
    assert report["error"] is None

    latency = report["latencies"][answered]
    stages = [latency[stage] for stage in ("recognized_ms", "words_ms", "audio_ms", "heard_ms")]
    assert None not in stages, latency
    assert stages[:3] == sorted(stages[:3]), latency
    # The voice has a way of its own to the page, and may be there before the kernel knows of it.
    assert latency["heard_ms"] > latency["audio_ms"] - EARLY_MS, latency
    assert abs(latency["mouth_ms"] - latency["heard_ms"]) < LIPS_MS, latency
    metrics = report["metrics"]
    assert metrics["first_frame_ms"] > 0
    assert (metrics["media"], metrics["way"]) == ("webrtc", "websocket")
    assert metrics["heard_ms"]["p50"] > 0
    assert abs(metrics["clock_offset_ms"]) < 100, "page and kernel are on one machine"
    assert metrics["av_offset_ms"]["count"] > 1
    assert 0 < metrics["microphone_ms"]["p50"] < 1_000


def test_speech_tools_and_captions_go_on_while_a_cell_computes(open_notebook: Opener, tmp_path: Path) -> None:
    enough = tmp_path / "enough"
    report = """
turns = [turn.text for turn in avatar.transcript if turn.role == "user" and began < turn.started_at.timestamp() < ended]
print(in_time, len(turns), len([at for at in calls if began < at < ended]), turns)
"""
    spoken = np.concatenate([silence(0.5), flite(QUESTION), silence(9.5)])  # time enough for an answer
    notebook = open_notebook([QUIET, computing(enough) + report], spoken)
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    asked = widget.root.locator(".nt-turn-user").filter(has_text=HEARD)
    called = widget.root.locator("[data-tool][data-state=done]")
    expect(called.first).to_be_visible()
    asked_before, called_before = asked.count(), called.count()
    notebook.begin(1)
    expect(notebook.cell(1).locator(".jp-InputPrompt")).to_have_text("[*]:")
    # The first of those that come now may have begun before the cell did; the second has not.
    expect(asked.nth(asked_before + 1)).to_be_visible()
    expect(called.nth(called_before + 1)).to_be_visible()
    expect(widget.root.locator(".nt-captions")).to_contain_text(HEARD)
    video = widget.watch_mouth((0.0, 0.0, 1.0, 1.0), 1.0)
    assert video["frames"] >= FLOWING, "the video goes on"
    expect(notebook.cell(1).locator(".jp-InputPrompt")).to_have_text("[*]:")  # all that was while it computed
    enough.touch()
    in_time, heard, calls, words = notebook.wait(1).split(maxsplit=3)
    assert in_time == "True"
    assert int(heard) >= 1, words
    assert int(calls) >= 1, words


def test_speaking_over_the_avatar_stops_its_voice(open_notebook: Opener) -> None:
    # By the time of the question the counting has begun, on a busy machine too, and it takes more than a minute.
    notebook = open_notebook([QUIET, REPORT], np.concatenate([silence(20), flite(QUESTION), silence(20)]))
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.type("Please count to one hundred.")
    widget.expect_status("speaking")
    widget.listen()
    widget.expect_turn("user", HEARD)
    widget.expect_turn("avatar", ANSWER)
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
    assert 0 < latency["silenced_ms"] < SILENCED_MS, latency
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
    widget.expect_said("museum guide")
    notebook.run(1)
    notebook.run(2)
    widget.expect_said("Bonjour")

    widget.type("count to thirty")
    widget.expect_turn("avatar", "1, 2, 3")
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

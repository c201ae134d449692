"""The widget over the second generation of the protocol: one socket, the service's own order of things."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Opener
from tests.support.flite import silence
from tests.support.widget import FLOWING, LIMIT_MS, Widget

pytestmark = pytest.mark.e2e

AVATAR = """
from navtalk_widget import Avatar

avatar = Avatar(service="local", protocol="v2", character="navtalk.Lily", instructions="You are a museum guide.")

@avatar.tool
def opening_hours(museum: str) -> str:
    "Opening hours of a museum in town."
    return "open from nine to five"

avatar
"""

REPORT = """
import json
print(json.dumps({"turns": avatar.transcript.to_pandas()[["role", "text"]].values.tolist(),
                  "report": str(avatar.protocol_report()), "status": avatar.status}))
"""


def test_one_talks_and_calls_tools_over_one_socket(open_notebook: Opener) -> None:
    notebook = open_notebook([AVATAR, REPORT, "await avatar.reconnect()", REPORT], silence(5))
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.expect_said("museum guide")
    widget.type("What are the opening hours of the town museum?")
    widget.expect_said("nine to five")
    assert widget.watch_mouth((0, 0, 1, 1), 1.0)["frames"] >= FLOWING
    report = json.loads(notebook.run(1))
    assert report["report"] == "Everything that the service said is documented."
    assert [role for role, _ in report["turns"]] == ["avatar", "user", "avatar"]

    stream = widget.stream_id()
    notebook.run(2)  # this generation offers its media once in a connection: the page gets new ones
    widget.expect_another_video(stream)
    widget.expect_status("listening")
    expect(widget.root.locator(".nt-turn")).to_have_count(3)
    assert json.loads(notebook.run(3))["turns"] == report["turns"]


def test_the_avatar_says_what_it_is_sent(open_notebook: Opener) -> None:
    avatar = 'from navtalk_widget import Avatar\navatar = Avatar(model="transparency")\navatar'
    speak = """
import numpy as np
tone = (0.3 * np.sin(2 * np.pi * 440 * np.arange(24_000 * 2) / 24_000)).astype(np.float32)
avatar.mute()
speaking = avatar.send_audio(tone, 24_000)
"""
    notebook = open_notebook([avatar, speak], silence(5))
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.listen()
    notebook.run(1)
    notebook.page.wait_for_function(
        "() => window.nt_levels.filter(level => level.rms > 0.05).length > 10", polling=100, timeout=LIMIT_MS
    )

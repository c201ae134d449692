"""What a person meets when something goes wrong: words, and a conversation that is kept."""

import json
import re

import psutil
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Opener
from tests.support.flite import silence
from tests.support.widget import FLOWING, LIMIT_MS, Widget

pytestmark = pytest.mark.e2e

AVATAR = """
from navtalk_widget import Avatar
avatar = Avatar()
avatar
"""

FOLLOW = """
statuses, codes = [], []
avatar.observe(lambda change: statuses.append(change.new), names="status")
avatar.observe(lambda change: codes.append(change.new and change.new.code), names="error")
"""

ERROR = """
import json
followed = {"statuses": globals().get("statuses", []), "codes": globals().get("codes", [])}
print(json.dumps({"status": avatar.status, **followed, "error": avatar.error and avatar.error.as_dict(),
                  "turns": [turn.text for turn in avatar.transcript]}))
"""

SERVICE_PID = """
from navtalk_widget.client.embedded import embedded_service
print(embedded_service().pid)
"""


def test_without_a_microphone_one_types(open_notebook: Opener) -> None:
    notebook = open_notebook([AVATAR, ERROR])  # nobody grants the microphone
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.button("Start").click()
    notice = widget.root.locator(".nt-notice[data-code^=microphone]")
    expect(notice).to_contain_text(re.compile("microphone", re.IGNORECASE))
    widget.expect_turn("avatar", "Hello")  # the avatar is seen and heard all the same
    widget.type("What is two plus three?")
    widget.expect_turn("avatar", "That makes 5")
    error = json.loads(notebook.run(1))["error"]
    assert error["code"] == "microphone_denied"
    assert error["hint"]


def test_a_service_that_dies_is_started_again_and_the_conversation_goes_on(open_notebook: Opener) -> None:
    notebook = open_notebook([AVATAR, FOLLOW, SERVICE_PID, ERROR, SERVICE_PID], silence(5))
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.expect_said("Hello")
    notebook.run(1)
    first = int(notebook.run(2))
    stream = widget.stream_id()
    widget.remember()
    psutil.Process(first).kill()
    widget.expect_met("reconnecting", "embedded service has ended")
    widget.expect_status("listening")
    widget.expect_data("microphone", "on")
    widget.expect_turn("avatar", "Hello")  # what was said is kept
    widget.expect_another_video(stream)
    widget.type("What is two plus three?")
    widget.expect_turn("avatar", "That makes 5")
    assert widget.watch_mouth((0, 0, 1, 1), 1.0)["frames"] >= FLOWING, "the picture is back"
    report = json.loads(notebook.run(3))
    lost = report["statuses"].index("reconnecting")
    assert report["statuses"][lost : lost + 2] == ["reconnecting", "listening"]
    assert report["error"] is None
    assert "service_unreachable" in report["codes"]
    assert int(notebook.run(4)) != first


def test_a_kernel_that_dies_takes_service_and_microphone_along(open_notebook: Opener) -> None:
    pids = SERVICE_PID + "\nimport os; print(os.getpid())"
    notebook = open_notebook([AVATAR, pids], silence(5))
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.expect_data("microphone", "on")
    service, kernel = map(int, notebook.run(1).split())
    service_process = psutil.Process(service)
    psutil.Process(kernel).kill()
    widget.expect_data("microphone", "off")
    gone, _ = psutil.wait_procs([service_process], timeout=60)
    assert gone, "the service outlived its kernel"


def test_deleting_the_cell_puts_the_microphone_out(open_notebook: Opener) -> None:
    notebook = open_notebook([AVATAR, ERROR], silence(5))
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    page = notebook.page
    page.evaluate("() => { window.nt_tracks = document.querySelector('.nt-root video').srcObject.getTracks(); }")
    notebook.cell(0).locator(".jp-InputPrompt").click()
    page.keyboard.press("d")
    page.keyboard.press("d")
    expect(page.locator(".nt-root")).to_have_count(0)
    page.wait_for_function("() => window.nt_tracks.every(track => track.readyState === 'ended')", timeout=LIMIT_MS)


def test_two_windows_share_one_conversation(open_notebook: Opener) -> None:
    notebook = open_notebook([AVATAR, "avatar", ERROR], silence(5))
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.expect_turn("avatar", "Hello")
    notebook.run(1)  # a second view on the same page: the same conversation, one voice
    views = notebook.page.locator(".nt-root")
    expect(views).to_have_count(2)
    expect(views.nth(1)).to_have_attribute("data-owner", "true")
    audible = "[...document.querySelectorAll('.nt-root video')].filter(video => video.srcObject && !video.muted)"
    notebook.page.wait_for_function(f"{audible}.length === 1", timeout=LIMIT_MS)

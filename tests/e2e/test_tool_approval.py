"""A tool that needs the person's word, and tells how far it is, in a notebook."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Opener
from tests.support.flite import silence
from tests.support.widget import Widget

pytestmark = pytest.mark.e2e

AVATAR = """
import threading
from navtalk_widget import Avatar, ToolCall, ToolContext

def secretary(messages, tools):
    if messages[-1].role == "tool":
        return messages[-1].text
    return ToolCall("delete_file", {"path": messages[-1].text})

avatar = Avatar(responder=secretary, recognizer="pocketsphinx", synthesizer="espeak", greet=False, service="local")
deleted, half_way, errors = [], threading.Event(), []
avatar.observe(lambda change: errors.append(change["new"]), names="error")

@avatar.tool(needs_approval=True, timeout=150)
def delete_file(path: str, ctx: ToolContext) -> str:
    "Delete a file."
    ctx.progress(0.4, f"looking for {path}…")
    half_way.wait(120)
    deleted.append(path)
    return f"{path} is gone."

avatar
"""

GO_ON = "half_way.set()"

REJECT = 'await avatar.reject(avatar.tool_calls[-1].call_id, "Photos are kept.")'

REPORT = """
import json
print(json.dumps({"deleted": deleted, "states": [call.state for call in avatar.tool_calls],
    "errors": [error.as_dict() for error in errors if error is not None]}))
"""


def test_a_call_is_allowed_by_a_click_and_another_rejected_from_python(
    open_notebook: Opener, screenshots: Path
) -> None:
    notebook = open_notebook([AVATAR, GO_ON, REJECT, REPORT], silence(5))
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()

    def call(number: int, state: str) -> Locator:
        item = widget.root.locator(".nt-tool").nth(number)
        expect(item).to_have_attribute("data-state", state)
        return item

    widget.type("notes")
    question = call(0, "awaiting_approval")
    expect(question).to_contain_text("notes")
    expect(widget.root.get_by_role("status").filter(has_text="Leo asks to use delete_file")).to_be_visible()
    notebook.page.screenshot(path=screenshots / "tool_approval.png")
    widget.button("Allow").click()
    running = call(0, "running")
    expect(running.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "40")
    expect(running).to_contain_text("looking for notes…")
    notebook.run(1)
    call(0, "done")
    widget.expect_turn("avatar", "notes is gone.")
    widget.expect_status("listening")

    widget.type("photos")
    call(1, "awaiting_approval")
    notebook.run(2)
    denied = call(1, "denied")
    widget.expect_turn("avatar", re.compile("the person did not allow it. Photos are kept."))
    denied.locator("summary").click()
    expect(denied).to_contain_text("Photos are kept.")

    widget.type("letters")
    call(2, "awaiting_approval")
    widget.button("Always").click()
    call(2, "done")
    widget.expect_turn("avatar", "letters is gone.")
    widget.type("songs")
    call(3, "done")  # nobody was asked

    report = json.loads(notebook.run(3))
    assert report == {
        "deleted": ["notes", "letters", "songs"],
        "states": ["done", "denied", "done", "done"],
        "errors": [],
    }

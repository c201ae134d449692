"""Settings and details: what is set on the page holds in Python at once, also while a cell runs."""

import json
import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Opener
from tests.support.flite import silence
from tests.support.widget import LIMIT_MS, Widget

pytestmark = pytest.mark.e2e

AVATAR = """
from navtalk_widget import Avatar
avatar = Avatar(instructions="You are a museum guide.")
avatar
"""

WAIT_FOR_CHOICES = """
import json, time
started = time.monotonic()
while (avatar.voice, avatar.locale, avatar.muted) != ("sage", "zh", True) and time.monotonic() - started < 150:
    time.sleep(0.05)
avatar.locale = "en"  # Python has the last word, in the midst of its cell
while avatar.instructions != "You sell ice cream." and time.monotonic() - started < 150:
    time.sleep(0.05)
print(json.dumps([avatar.voice, avatar.muted, avatar.instructions]))
"""

TURNS = """
print(json.dumps([[avatar._session.config.voice, avatar._session.config.instructions]]))
"""


def choice(widget: Widget, label: str) -> Locator:
    return widget.root.locator(".nt-field").filter(has_text=re.compile(f"^{label}")).locator("select")


def test_what_is_set_on_the_page_holds_in_the_midst_of_a_cell(open_notebook: Opener) -> None:
    notebook = open_notebook([AVATAR, WAIT_FOR_CHOICES, TURNS], silence(5))
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.expect_turn("avatar", "Hello")
    notebook.begin(1)
    widget.button("Settings").click()
    choice(widget, "Voice").select_option("sage")
    choice(widget, "Language").select_option("zh")
    expect(widget.root.get_by_role("dialog", name="设置")).to_be_visible()
    widget.button("麦克风静音").click()  # closes the settings too
    expect(widget.root.get_by_role("dialog")).to_have_count(0)
    widget.expect_data("muted", "true")
    widget.button("Settings").click(timeout=LIMIT_MS)  # in English again: Python has set it back
    widget.root.locator(".nt-area").fill("You sell ice cream.")
    notebook.page.keyboard.press("Escape")
    assert json.loads(notebook.wait(1)) == ["sage", True, "You sell ice cream."]
    assert json.loads(notebook.run(2)) == [["sage", "You sell ice cream."]]


def test_details_tell_the_ways_and_how_long_each_answer_took(open_notebook: Opener) -> None:
    notebook = open_notebook([AVATAR], silence(5))
    notebook.run(0)
    widget = Widget(notebook.page)
    widget.start()
    widget.root.locator(".nt-details-button").click()
    figures = widget.root.locator(".nt-figures")
    expect(figures).to_contain_text("Directly, within this machine")
    expect(figures).to_contain_text("by WebRTC")
    expect(figures).to_contain_text(re.compile(r"There and back\d+ ms"))
    expect(figures).to_contain_text(re.compile(r"Lips.*voice"))
    widget.expect_said("Hello")  # a voice that begins while another is heard cannot be told from it
    widget.type("What is two plus three?")
    widget.expect_turn("avatar", "That makes 5")
    rows = widget.root.locator(".nt-answers tr")
    expect(rows.nth(3)).to_have_text(re.compile(r"^Heard.*\d\.\d\d$"))
    _, words, sound, heard = [float(row.replace("–", "0").split()[-1]) for row in rows.all_inner_texts()]
    assert 0 <= words <= sound < 60
    assert 0 < heard < 60, "the voice has a way of its own, and may be there before the kernel knows of it"

"""A whole conversation without a mouse."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from navtalk_widget import Avatar
from navtalk_widget.audio.wav import write_wav
from tests.support.browser import chromium
from tests.support.flite import silence
from tests.support.widget import LIMIT_MS, Widget

pytestmark = pytest.mark.e2e

TABS = 40
"""More than there are places to stop at."""

FOCUSED = """
() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const marked = style.outlineStyle !== "none" || style.boxShadow !== "none";
  const place = element.getBoundingClientRect();
  const name = element.getAttribute("aria-label") ?? element.textContent;
  return { name, marked, visible: place.width > 0 && place.height > 0 };
}
"""


@pytest.fixture
def page(playwright: Playwright, tmp_path: Path) -> Iterator[Page]:
    wav = tmp_path / "microphone.wav"
    write_wav(wav, silence(5))
    with chromium(playwright, wav) as browser:
        yield browser.new_page(viewport={"width": 1000, "height": 900})


@pytest.fixture
def avatar() -> Iterator[Avatar]:
    avatar = Avatar(greet=False)
    yield avatar
    avatar.close()


def go_to(page: Page, name: str) -> None:
    """Press Tab until the focus is there, where it can be seen."""
    passed = []
    for _ in range(TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        passed.append(focused["name"])
        if re.match(name, focused["name"]):
            assert focused["visible"], f"{name} has the focus and cannot be seen"
            assert focused["marked"], f"nothing shows that {name} has the focus"
            return
    raise AssertionError(f"Tab does not lead to {name}, only to {passed}")


def press(page: Page, name: str, key: str = "Enter") -> None:
    """Go to a control and press a key on it."""
    go_to(page, name)
    page.keyboard.press(key)


def test_everything_is_done_by_keyboard(page: Page, avatar: Avatar) -> None:
    page.goto(avatar.url)
    widget = Widget(page)
    widget.expect_data("link", "open")
    press(page, "Start")
    picture = widget.root.locator(".nt-stage[data-video=shown]")
    expect(picture).to_be_visible(timeout=3 * LIMIT_MS)  # the service is still starting

    press(page, "Mute", "Space")
    widget.expect_data("muted", "true")
    page.keyboard.press("Space")  # the focus stays on the button, which now unmutes
    widget.expect_data("muted", "false")

    go_to(page, "Message")
    page.keyboard.type("count to thirty")
    page.keyboard.press("Enter")
    widget.expect_status("speaking")
    press(page, "Interrupt")
    widget.expect_status("listening")
    expect(widget.root.locator(".nt-turn-avatar").first).to_contain_text(re.compile("interrupted", re.IGNORECASE))

    press(page, "Settings")
    settings = widget.root.get_by_role("button", name="Close settings")
    expect(settings).to_be_visible()
    page.keyboard.press("Escape")
    expect(settings).to_be_hidden()
    expect(widget.button("Settings")).to_be_focused()  # closing gives it back

    press(page, "Stop")
    widget.expect_status("closed")
    press(page, "Start")
    widget.expect_status("listening")

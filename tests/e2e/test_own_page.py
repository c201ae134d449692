"""The conversation on a page of its own: alone, as a second screen, and offered where widgets get no microphone."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from navtalk_widget import Avatar
from navtalk_widget.audio.wav import write_wav
from tests.e2e.conftest import Opener
from tests.support.browser import chromium
from tests.support.flite import flite, silence
from tests.support.question import ANSWER, HEARD, QUESTION
from tests.support.widget import LIMIT_MS, Widget

pytestmark = pytest.mark.e2e

SHOW = """
from navtalk_widget import Avatar
avatar = Avatar(character="navtalk.Leo", instructions="You are a museum guide.")
avatar
"""

BUSY = """
import time
def wait_for(condition):
    deadline = time.monotonic() + 150
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
"""


@pytest.fixture
def browser(playwright: Playwright, tmp_path: Path) -> Iterator[Browser]:
    """A browser whose microphone asks a question."""
    wav = tmp_path / "microphone.wav"
    write_wav(wav, np.concatenate([silence(12), flite(QUESTION), silence(20)]))
    with chromium(playwright, wav) as browser:
        yield browser


@pytest.fixture
def avatar() -> Iterator[Avatar]:
    avatar = Avatar(character="navtalk.Leo", instructions="You are a museum guide.")
    yield avatar
    avatar.close()


def expect_ready(widget: Widget) -> None:
    """Wait until the local service runs."""
    expect(widget.root.locator(".nt-preparing")).to_be_hidden(timeout=2 * LIMIT_MS)


class Watched:
    """A page whose requests and complaints are kept."""

    def __init__(self, browser: Browser, colour_scheme: str = "light") -> None:
        size = {"width": 1280, "height": 860}
        self.page = browser.new_page(viewport=size, color_scheme=colour_scheme)  # type: ignore[arg-type]
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._keep)

    def _keep(self, message: object) -> None:
        if getattr(message, "type", "") in ("error", "warning"):
            self.complaints.append(getattr(message, "text", ""))

    def open(self, link: str) -> Widget:
        self.page.goto(link)
        widget = Widget(self.page)
        widget.expect_data("link", "open")
        expect_ready(widget)
        return widget


def test_a_conversation_without_a_notebook(browser: Browser, avatar: Avatar, screenshots: Path) -> None:
    calls: list[str] = []

    @avatar.tool
    def weather(city: str) -> str:
        """Current weather in a city."""
        calls.append(city)
        return f"{ANSWER} {city}."

    link = avatar.url
    watched = Watched(browser)
    widget = watched.open(link)
    assert watched.page.title() == "Conversation with Leo"
    assert "#" not in watched.page.url, "the token is out of sight"
    widget.start()
    widget.expect_turn("avatar", re.compile("Hello.*Leo.*museum guide"))
    widget.expect_turn("user", HEARD)
    widget.expect_turn("avatar", ANSWER)
    watched.page.screenshot(path=screenshots / "own_page.png")
    widget.expect_turn("avatar", f"{ANSWER} {calls[0]}.")

    watched.page.reload()
    widget = Widget(watched.page)
    widget.expect_turn("avatar", f"{ANSWER} {calls[0]}.")
    widget.button("Continue here").click()
    widget.expect_data("owner", "true")
    expect(widget.root.locator(".nt-stage[data-video=shown]")).to_be_visible()
    widget.type("Who are you?")
    widget.expect_turn("user", "Who are you?")

    here = urlsplit(link).netloc
    elsewhere = [
        url for url in watched.requests if not url.startswith(("blob:", "data:")) and urlsplit(url).netloc != here
    ]
    assert elsewhere == [], "the page asks its own gateway only"
    assert watched.complaints == [], "and its policy forbids nothing that it does"


def test_a_link_that_was_used_says_so(browser: Browser, avatar: Avatar, screenshots: Path) -> None:
    link = avatar.url
    Watched(browser).open(link)
    again = Watched(browser, "dark")
    again.page.goto(link)
    hint = Widget(again.page).root.locator(".nt-invitation-hint")
    expect(hint).to_contain_text("This link was used before")
    again.page.screenshot(path=screenshots / "own_page_used.png")


def test_a_second_screen_takes_over_from_the_notebook(open_notebook: Opener, screenshots: Path) -> None:
    notebook = open_notebook(
        [SHOW, BUSY, "print(avatar.url)", "wait_for(lambda: avatar.muted); print('muted', avatar.muted)"], silence(60)
    )
    notebook.run(0)
    first = Widget(notebook.page)
    expect_ready(first)
    first.start()
    first.expect_turn("avatar", "Hello")
    notebook.run(1)
    link = notebook.run(2).strip()
    browser = notebook.page.context.browser
    assert browser is not None
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    with ExitStack() as stack:
        stack.callback(page.close)
        page.goto(link)
        second = Widget(page)
        second.expect_turn("avatar", "Hello")
        second.button("Take over here").click()
        expect(second.root.locator(".nt-stage[data-video=shown]")).to_be_visible()
        first.expect_data("owner", "false")
        first.expect_data("microphone", "off")
        expect(first.root.locator(".nt-invitation-hint")).to_contain_text("another window")
        notebook.begin(3)  # the comm would wait for its end
        second.button("Mute microphone").click()
        assert "muted True" in notebook.wait(3)
        first.expect_data("muted", "true")


def test_where_widgets_get_no_microphone_the_way_out_is_a_click(open_notebook: Opener, screenshots: Path) -> None:
    notebook = open_notebook([SHOW], silence(20))
    page: Page = notebook.page
    page.evaluate("document.body.dataset.vscodeThemeKind = 'vscode-light'")  # as its notebooks have it
    notebook.run(0)
    widget = Widget(page)
    note = widget.root.get_by_role("note")
    expect(note).to_contain_text("VS Code keeps the microphone from widgets")
    offer = note.get_by_role("link", name="Open in browser")
    expect(offer).to_be_visible()
    page.screenshot(path=screenshots / "vscode_note.png")
    for _ in range(2):  # each click has a link of its own
        used = offer.get_attribute("href")
        with page.context.expect_page() as opened:
            offer.click()
        Widget(opened.value).expect_data("link", "open")
        expect(offer).not_to_have_attribute("href", used or "")

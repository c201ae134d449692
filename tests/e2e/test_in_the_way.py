"""What can stand in a person's way, brought about in a real browser: its words, and the step that they offer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from navtalk_widget import Avatar
from navtalk_widget.audio.wav import write_wav
from navtalk_widget.loop_thread import LoopThread
from navtalk_widget.testing import FaultProxy
from tests.support.browser import chromium
from tests.support.flite import silence
from tests.support.lab import Notebook, running_lab
from tests.support.waiting import until
from tests.support.widget import LIMIT_MS, Widget

pytestmark = pytest.mark.e2e

ANSWERED = "That makes 5"

PRESS_START = "setInterval(() => document.querySelector('.nt-start:enabled')?.click(), 100)"
"""As no finger presses it."""

HEARD = "() => nt_levels.some(({ rms }) => rms > 0.01)"

Browse = Callable[..., Browser]


@pytest.fixture
def browse(playwright: Playwright, tmp_path: Path) -> Iterator[Browse]:
    """Opens a browser with further options, whose microphone hears a silent room, or is refused."""
    wav = tmp_path / "microphone.wav"
    write_wav(wav, silence(5))
    with ExitStack() as stack:

        def browse(*options: str, refused: bool = False, devices: bool = True) -> Browser:
            microphone = None if refused else wav
            return stack.enter_context(chromium(playwright, microphone, *options, devices=devices))

        yield browse


@pytest.fixture
def avatar() -> Iterator[Avatar]:
    avatar = Avatar(greet=False)
    yield avatar
    avatar.close()


def opened(page: Page, link: str) -> Widget:
    """The conversation's own page, once the local service runs."""
    page.goto(link)
    widget = Widget(page)
    widget.expect_data("link", "open")
    expect(widget.root.locator(".nt-preparing")).to_be_hidden(timeout=2 * LIMIT_MS)
    return widget


def expect_answer(widget: Widget, *, count: int = 1) -> None:
    """Type, and wait for words and voice."""
    widget.type("What is two plus three?")
    widget.expect_turn("avatar", ANSWERED, count)


def expect_notice(widget: Widget, code: str, *words: str) -> None:
    notice = widget.root.locator(f".nt-notice[data-code={code}]")
    for each in words:
        expect(notice).to_contain_text(each)


def expect_no_notice(widget: Widget) -> None:
    expect(widget.root.locator(".nt-notice:not([data-code=hint])")).to_have_count(0)


def test_a_microphone_that_is_refused_and_then_allowed(browse: Browse, avatar: Avatar) -> None:
    page = browse(refused=True).new_page()
    widget = opened(page, avatar.url)
    widget.start()
    expect_notice(widget, "microphone_denied", "is not allowed", "Allow it in the address bar, then try again")
    expect_answer(widget)
    avatar.locale = "zh"
    expect_notice(widget, "microphone_denied", "此页面无权使用麦克风", "重试麦克风")
    avatar.locale = "en"
    retry = widget.root.locator(".nt-retry")
    expect(retry).to_have_text("Try the microphone again")
    retry.click()  # too early
    expect_notice(widget, "microphone_denied", "is not allowed")
    page.context.grant_permissions(["microphone"], origin=f"http://{urlsplit(page.url).netloc}")
    retry.click()
    widget.expect_data("microphone", "on")
    expect_no_notice(widget)
    until(lambda: avatar.error is None)


def test_a_machine_without_a_microphone(browse: Browse, avatar: Avatar) -> None:
    widget = opened(browse(devices=False).new_page(), avatar.url)
    widget.start()
    expect_notice(widget, "microphone_missing", "No microphone was found", "Plug one in, then try again")
    widget.listen()
    expect_answer(widget)
    widget.page.wait_for_function(HEARD, polling=100, timeout=LIMIT_MS)


def test_a_browser_that_holds_the_sound_back_lets_it_go_at_one_click(browse: Browse, avatar: Avatar) -> None:
    # A page that hears somebody may sound, so this one does not.
    page = browse("--autoplay-policy=document-user-activation-required", refused=True).new_page()
    page.add_init_script(PRESS_START)
    told: list[str] = []  # that the microphone is refused comes before or after
    avatar.observe(lambda change: told.extend([change.new.code] if change.new else []), "error")
    page.goto(avatar.url)
    # Whatever Playwright looks at counts as the person's gesture.
    until(lambda: avatar.status == "listening")
    avatar.send_text("Hello.")  # where WebRTC took too long, the voice is held back when it comes
    until(lambda: "autoplay_blocked" in told)
    widget = Widget(page)
    unlock = widget.button("Play sound")
    expect(unlock).to_be_visible()
    expect(widget.root.locator(".nt-stage[data-video=shown]")).to_be_visible()  # it is seen all the same
    video = widget.root.locator("video")
    expect(video).to_have_js_property("muted", True)
    unlock.click()
    expect(unlock).to_have_count(0)
    expect(video).to_have_js_property("muted", False)
    direct = widget.root.get_attribute("data-peer-state") == "connected"
    if direct:
        widget.listen()
    expect_answer(widget)
    avatar.wait_until_heard().result(60)
    if direct:
        widget.page.wait_for_function(HEARD, polling=100, timeout=LIMIT_MS)


class Line:
    """A connection to the kernel that can die without a word, as that of a machine which went to sleep."""

    def __init__(self, link: str, stack: ExitStack) -> None:
        self._thread = LoopThread("navtalk-test-line")
        stack.callback(self._thread.stop)
        self._link = urlsplit(link)
        self._proxy = FaultProxy(f"ws://{self._link.netloc}")
        self._thread.submit(self._proxy.__aenter__()).result(20)
        stack.callback(lambda: self._thread.submit(self._proxy.__aexit__(None, None, None)).result(20))

    @property
    def link(self) -> str:
        """The link that leads over this line."""
        return self._link._replace(netloc=urlsplit(self._proxy.url).netloc).geturl()

    def die(self) -> None:
        """Let whoever is connected speak into the void; who comes anew gets through."""

        async def swallow() -> None:
            for connection in self._proxy.connections:
                connection.swallow()

        self._thread.submit(swallow()).result(20)


def test_a_line_that_died_without_a_word_is_noticed_and_the_conversation_goes_on(
    browse: Browse, avatar: Avatar
) -> None:
    with ExitStack() as stack:
        line = Line(avatar.url, stack)
        page = browse().new_page()
        stack.callback(page.close)
        widget = opened(page, line.link)
        widget.start()
        widget.expect_data("microphone", "on")
        stream = widget.stream_id()
        widget.remember()
        line.die()
        widget.expect_another_video(stream)
        widget.expect_data("owner", "true")
        widget.expect_data("microphone", "on")
        expect_answer(widget)
        met = page.evaluate("nt_met.map(({ text }) => text).join()")
        assert "Trying again" in met
        assert "another window" not in met, "it is not in its own way"
        assert "Take over" not in met


def test_after_a_sleep_the_conversation_goes_on(browse: Browse, avatar: Avatar) -> None:
    page = browse().new_page()
    widget = opened(page, avatar.url)
    widget.start()
    widget.expect_data("microphone", "on")
    asleep = page.context.new_cdp_session(page)
    asleep.send("Page.setWebLifecycleState", {"state": "frozen"})
    time.sleep(10)  # what is tested is that so much time passes
    asleep.send("Page.setWebLifecycleState", {"state": "active"})
    expect_answer(widget)
    widget.expect_data("owner", "true")
    widget.expect_data("microphone", "on")
    expect_no_notice(widget)
    widget.button("Stop").click()
    widget.expect_data("microphone", "off")


SHOW = """
from navtalk_widget import Avatar
avatar = Avatar(greet=False)
avatar
"""


def test_a_notebook_that_is_opened_by_plain_http_from_another_machine(browse: Browse, tmp_path: Path) -> None:
    with running_lab(tmp_path / "lab" / "notebooks", "--ServerApp.allow_remote_access=True") as lab:
        lab.name = "lab.lan"  # to the browser, a machine like any other
        page = browse("--host-resolver-rules=MAP lab.lan 127.0.0.1").new_page()
        notebook = Notebook(lab, page, lab.write("by_http.ipynb", [SHOW]))
        assert page.evaluate("() => window.isSecureContext") is False
        notebook.run(0)
        widget = Widget(page)
        expect_notice(
            widget, "insecure_context", "only to secure pages", f"ssh -L {lab.port}:localhost:{lab.port} lab.lan"
        )
        widget.start()
        widget.expect_data("microphone", "insecure_context")
        expect_answer(widget)
        widget.expect_data("voice-path", "webrtc")
        expect(widget.root.locator(".nt-notice:not([data-code=hint])")).to_have_count(1)  # one cause, one notice

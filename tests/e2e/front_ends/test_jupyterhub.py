"""JupyterHub: the page reaches its kernel, and all that is seen and heard, through the hub only."""

from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from navtalk_widget.audio.wav import write_wav
from tests.e2e.front_ends.conversation import AVATAR, SHOWN_LIMIT_MS, microphone
from tests.support.browser import chromium
from tests.support.hub import ONLY_THE_HUB, PREFIX, running_hub
from tests.support.question import ANSWER, HEARD, QUESTION
from tests.support.widget import FLOWING, Widget
from tests.support.widget_offset import NO_UDP

pytestmark = pytest.mark.e2e


def test_a_spoken_question_is_answered_and_the_own_page_opens(
    playwright: Playwright, tmp_path: Path, screenshots: Path
) -> None:
    wav = tmp_path / "microphone.wav"
    write_wav(wav, microphone())
    with running_hub(tmp_path) as hub, chromium(playwright, wav, *ONLY_THE_HUB, NO_UDP) as browser:
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        sockets: list[str] = []
        page.on("websocket", lambda socket: sockets.append(socket.url))
        hub.open(page, [AVATAR + "avatar"])
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Control+Enter")
        expect(page.locator(".nt-root").first).to_be_visible(timeout=SHOWN_LIMIT_MS)
        widget = Widget(page)
        widget.expect_data("way", "proxy")
        assert [url for url in sockets if f"{PREFIX}user/" not in url] == [], "the person's own machine is left alone"

        widget.button("Start").click()
        expect(widget.root.locator(".nt-stage[data-video=shown]")).to_be_visible(timeout=SHOWN_LIMIT_MS)
        widget.expect_data("media-path", "gateway")
        expect(widget.root).to_contain_text("nothing leaves the hub")
        widget.expect_turn("user", HEARD)
        widget.type(QUESTION)  # not every word needs to have been understood
        widget.expect_turn("avatar", ANSWER)
        widget.expect_data("voice-playing", "true")
        assert widget.watch_mouth((0.0, 0.0, 1.0, 1.0), 1.0)["frames"] >= FLOWING, "the face moves"
        page.screenshot(path=screenshots / "jupyterhub.png")

        widget.button("More").click()
        with page.expect_popup() as opened:
            widget.root.get_by_role("link", name="Open in browser").click()
        own = Widget(opened.value)
        own.expect_turn("avatar", ANSWER)
        own.page.reload()
        own.expect_turn("avatar", ANSWER)
        own.button("Details").click()
        expect(own.root.locator(".nt-figures")).to_contain_text("Through the notebook server")

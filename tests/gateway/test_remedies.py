"""What was wrong with a page and is not any more is no error in Python either."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from navtalk_widget.gateway.gateway import Gateway
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from tests.support.page import ORIGIN, TestPage, page_at

BLOCK = b"\x01\x00" * 480


@asynccontextmanager
async def talking(gateway: Gateway) -> AsyncIterator[TestPage]:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await page.expect("owner", owner=True)
        yield page


async def test_a_microphone_that_is_heard_is_not_refused_any_more(
    gateway: Gateway, service: ScriptedService, session: Session
) -> None:
    async with talking(gateway) as page:
        await page.send({"type": "page_error", "code": "microphone_denied", "message": ""})
        told = await page.expect("state", status="listening")
        while told["error"] is None:
            told = await page.expect("state")
        assert told["error"]["code"] == "microphone_denied"
        await page.speak(BLOCK)
        assert (await page.expect("state"))["error"] is None
        assert session.error is None


async def test_other_errors_are_not_mended_by_being_heard(
    gateway: Gateway, service: ScriptedService, session: Session
) -> None:
    async with talking(gateway) as page:
        await page.send({"type": "page_error", "code": "autoplay_blocked", "message": ""})
        await page.speak(BLOCK)
        await service.expect("input_audio_buffer.append")
        assert session.error is not None
        assert session.error.code == "autoplay_blocked"


async def test_a_browser_that_counts_on_where_nothing_sounds_bothers_nobody(
    gateway: Gateway, service: ScriptedService, session: Session
) -> None:
    async with talking(gateway) as page:
        await page.send({"type": "playback", "delay_ms": 10.0, "offset_ms": -12_000.5})
        await page.send({"type": "send_text", "text": "Are you there?"})
        await service.expect("response.create")
        await page.expect("turns", reset=False)
        assert "error" not in [message["type"] for message in page.seen]
        assert session.metrics.av_offset_ms is None


async def test_what_a_page_lacks_does_not_hide_why_a_conversation_failed(
    gateway: Gateway, service: ScriptedService, session: Session
) -> None:
    async with talking(gateway) as page:
        await service.send({"type": "session.insufficient_balance"})
        await page.expect("state", status="failed")
        await page.send({"type": "page_error", "code": "microphone_missing", "message": ""})
        await page.send({"type": "ask_link"})
        await page.expect("link")  # the page's word was taken in before
        assert session.error is not None
        assert session.error.code == "insufficient_balance"

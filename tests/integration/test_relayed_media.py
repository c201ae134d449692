"""The embedded service's media on their way through the gateway, for a page that WebRTC does not reach."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from typing import Any

import pytest

from navtalk_widget import Session
from navtalk_widget.gateway.gateway import Gateway
from tests.support.page import ORIGIN, TestPage, page_at
from tests.support.waiting import eventually

VOICE, VIDEO = 2, 3

CODECS = {"type": "decoders", "codecs": ["vp8", "h264"]}


@pytest.fixture
async def session() -> AsyncIterator[Session]:
    session = Session(service="local", character="navtalk.TestCard")
    yield session
    await session.close()


@pytest.fixture
async def gateway(session: Session) -> AsyncIterator[Gateway]:
    gateway = Gateway(session, greet=False)
    await gateway.open()
    yield gateway
    await gateway.close()


def failed(peer: int) -> dict[str, Any]:
    return {"type": "media_state", "peer": peer, "state": "failed", "audio_track": False, "video_track": False}


async def offered(page: TestPage) -> int:
    page.patience = 40.0  # the service has to be started
    peer: int = (await page.expect("offer"))["peer"]
    return peer


async def media(page: TestPage, *kinds: int) -> list[tuple[int, int, float]]:
    """Read on until frames of all these kinds have come; the headers of all that came."""
    headers: list[tuple[int, int, float]] = []
    while not set(kinds) <= {kind for kind, _, _ in headers}:
        headers.append(struct.unpack_from("<IId", await page.expect_frame()))
    return headers


async def test_where_webrtc_fails_voice_and_picture_come_over_the_gateway(gateway: Gateway, session: Session) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send(CODECS, {"type": "start"})
        await page.send(failed(await offered(page)))
        await page.expect("media_path", path="gateway", why="relayed")
        headers = await media(page, VOICE, VIDEO)
        words = [word for kind, word, _ in headers if kind == VIDEO]
        assert words[0] & 1, "it begins with a key frame"
        assert all(position >= 0 for _, _, position in headers)  # 0: the clock has only just begun
        assert session.error is None, "nothing is wrong"
        assert session.metrics.media == "gateway"

        while (await media(page, VIDEO))[-1][1] & 1:
            pass
        await page.send({"type": "key_frame"})
        while not (await media(page, VIDEO))[-1][1] & 1:
            pass

        # Another connection to the service: WebRTC would not reach this page any more than before.
        await session.reconnect()
        await page.expect("media_path", path="gateway")
        assert (await media(page, VIDEO))[-1][1] & 1
        assert not [message for message in page.seen if message["type"] == "offer"][1:]


async def test_the_voice_is_not_heard_twice_when_the_page_hangs_up(gateway: Gateway) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send(CODECS, {"type": "start"})
        peer = await offered(page)
        await page.send(failed(peer))
        await media(page, VIDEO)
        await page.send({**failed(peer), "state": "closed"}, {"type": "send_text", "text": "hello"})
        voice: list[float] = []
        while len(voice) < 25:
            voice += [position for kind, _, position in await media(page, VOICE) if kind == VOICE]
        assert all(voice), "all of it by the clock of the pictures"


async def test_a_page_that_decodes_nothing_hears_the_voice(gateway: Gateway) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "decoders", "codecs": []}, {"type": "start"})
        await page.send(failed(await offered(page)))
        await page.expect("media_path", path="voice-only", why="no_decoder")
        await page.send({"type": "send_text", "text": "hello"})
        assert await page.expect_voice()


async def test_a_page_that_finds_that_it_cannot_decode_is_left_with_the_voice(gateway: Gateway) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send(CODECS, {"type": "start"})
        await page.send(failed(await offered(page)))
        await media(page, VIDEO)
        await page.send({"type": "decoders", "codecs": []})
        await page.expect("media_path", path="voice-only", why="no_decoder")
        page.voice.clear()
        await page.send({"type": "send_text", "text": "hello"})
        await page.expect_voice()
        assert {struct.unpack_from("<I", frame)[0] for frame in page.voice} <= {VOICE}


async def test_the_relay_ends_with_the_conversation_and_with_the_page(gateway: Gateway) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send(CODECS, {"type": "start"})
        await page.send(failed(await offered(page)))
        await media(page, VIDEO)
        assert "navtalk-media-relay" in _tasks()
        await page.send({"type": "stop"})
        await page.expect("state", status="closed")
        await _until_no_relay()
        await page.send({"type": "start"})
        await page.send(failed(await offered(page)))
        await media(page, VIDEO)
    await _until_no_relay()


def _tasks() -> set[str]:
    return {task.get_name() for task in asyncio.all_tasks()}


async def _until_no_relay() -> None:
    await eventually(lambda: not {"navtalk-media-relay", "navtalk-key-frames"} & _tasks())

"""The avatar's voice and picture on a socket of their own, over real sockets."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
import pytest
import pytest_asyncio
from av import CodecContext, Packet
from websockets.asyncio.client import ClientConnection, connect

from navtalk_widget.audio.pcm import SAMPLE_RATE, from_bytes
from navtalk_widget.local.avatar.test_card import INTERVAL
from navtalk_widget.local.server import LocalService
from navtalk_widget.protocol.media_frames import KEY_FRAME_WANTED, MEDIA_PATH
from tests.local.scripted import ScriptedResponder
from tests.local.wire_client import PATIENCE_S, WireClient, talking_to

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEST_CARD = "license=sk_1&characterName=navtalk.TestCard"


@dataclass(frozen=True)
class Frame:
    kind: int
    word: int
    position_ms: float
    data: bytes


class MediaClient:
    """Reads a media socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def next(self, kind: int | None = None) -> Frame:
        while True:
            message = await asyncio.wait_for(self.socket.recv(), PATIENCE_S)
            assert isinstance(message, bytes)
            found, word, position_ms = struct.unpack_from("<IId", message)
            frame = Frame(found, word, position_ms, message[16:])
            if kind in (None, frame.kind):
                return frame

    async def key_frame(self) -> Frame:
        while not (frame := await self.next(3)).word & 1:
            pass
        return frame

    async def closed(self) -> int | None:
        await asyncio.wait_for(self.socket.wait_closed(), PATIENCE_S)
        return self.socket.close_code


@asynccontextmanager
async def media_of(service: LocalService, session_id: str, **query: str) -> AsyncIterator[MediaClient]:
    address = f"{service.url}{MEDIA_PATH}?{urlencode({'sessionId': session_id, **query})}"
    async with connect(address, max_queue=None, compression=None) as socket:
        yield MediaClient(socket)


async def session_id_of(client: WireClient) -> str:
    message = await client.until("session.session_id")
    session_id: str = message["sessionId"]
    await client.start()
    return session_id


def brightness(codec: str, frames: list[Frame]) -> dict[float, float]:
    """Decode, and tell for each position how bright the middle of its picture is, 0 to 255."""
    decoder = CodecContext.create(codec, "r")
    found = {}
    for number, frame in enumerate(frames):
        packet = Packet(frame.data)
        packet.pts = number
        for picture in decoder.decode(packet):  # type: ignore[attr-defined]
            grey = picture.to_ndarray(format="gray")
            found[frames[picture.pts].position_ms] = float(grey[grey.shape[0] * 2 // 5].mean())
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def guarded(script: ScriptedResponder) -> AsyncIterator[LocalService]:
    async with LocalService(port=0, responder=script, license="sk_secret") as service:
        yield service


@pytest.mark.parametrize("codec", ["vp8", "h264"])
async def test_voice_and_picture_of_a_moment_have_the_same_position(service: LocalService, codec: str) -> None:
    async with (
        talking_to(service, TEST_CARD) as client,
        media_of(service, await session_id_of(client), codec=codec) as media,
    ):
        first = await media.next(3)
        assert first.word == 1 + 256 * ["vp8", "h264"].index(codec), "it begins with a key frame"
        pictures: list[Frame] = [first]
        voice: list[Frame] = []
        while not voice or voice[-1].position_ms < first.position_ms + 2_500:
            frame = await media.next()
            (pictures if frame.kind == 3 else voice).append(frame)
    interval_ms = 1_000 * INTERVAL / SAMPLE_RATE
    beeps = [frame.position_ms for frame in voice if np.abs(from_bytes(frame.data).astype(int)).max() > 8_000]
    flashes = [at for at, bright in brightness(codec, pictures).items() if bright > 128]
    assert beeps
    assert flashes
    for moments, step in ((beeps, 20.0), (flashes, 40.0)):
        assert {round(at % interval_ms // 200) for at in moments} == {0}, "beep and flash are in the first 200 ms"
        assert all(at % step == 0 for at in moments)
    assert all(len(frame.data) == 960 for frame in voice)


async def test_a_long_silence_is_not_sent(service: LocalService) -> None:
    async with talking_to(service) as client, media_of(service, await session_id_of(client)) as media:
        kinds = [(await media.next()).kind for _ in range(10)]
        assert kinds == [3] * 10


async def test_a_key_frame_comes_when_it_is_asked_for(service: LocalService) -> None:
    async with talking_to(service) as client, media_of(service, await session_id_of(client)) as media:
        first = await media.key_frame()
        await media.socket.send("nonsense")
        await media.socket.send(KEY_FRAME_WANTED)
        assert (await media.key_frame()).position_ms > first.position_ms


async def test_it_ends_with_the_conversation(service: LocalService) -> None:
    async with talking_to(service) as client, media_of(service, await session_id_of(client)) as media:
        await media.key_frame()
        await client.socket.close()
        assert await media.closed() == 1000


async def test_another_socket_takes_the_media_over(service: LocalService) -> None:
    async with talking_to(service) as client:
        session_id = await session_id_of(client)
        async with media_of(service, session_id) as first:
            await first.key_frame()
            async with media_of(service, session_id) as second:
                assert await first.closed() == 1000
                assert (await second.key_frame()).word & 1


async def test_what_is_recorded_is_sent_beside_what_a_page_shows(service: LocalService) -> None:
    async with talking_to(service) as client:
        session_id = await session_id_of(client)
        async with media_of(service, session_id) as page, media_of(service, session_id, use="recording") as recording:
            shown, recorded = await page.key_frame(), await recording.key_frame()
            assert shown.word & recorded.word & 1
            async with media_of(service, session_id, use="recording") as second:
                assert await recording.closed() == 1000
                await second.key_frame()
            assert (await page.next()).position_ms >= shown.position_ms


@pytest.mark.parametrize("session_id", ["", "sess_nobody"])
async def test_who_names_no_conversation_sees_nothing(service: LocalService, session_id: str) -> None:
    async with talking_to(service) as client, media_of(service, session_id) as media:
        await session_id_of(client)
        assert await media.closed() == 4004


async def test_where_a_licence_is_required_it_is_asked_for(guarded: LocalService) -> None:
    async with talking_to(guarded, "license=sk_secret&characterName=navtalk.Leo") as client:
        session_id = await session_id_of(client)
        async with media_of(guarded, session_id, license="sk_wrong") as media:
            assert await media.closed() == 4004
        async with media_of(guarded, session_id, license="sk_secret") as media:
            await media.key_frame()

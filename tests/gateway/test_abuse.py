"""Strangers at the gateway: they are refused, cost little, and the conversation does not notice them."""

import asyncio
import base64
import json
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from urllib.parse import urlsplit

import pytest

from navtalk_widget.gateway import gateway as gateway_module
from navtalk_widget.gateway.door import MAX_CONNECTIONS
from navtalk_widget.gateway.gateway import MAX_FRAME_BYTES, Gateway
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from navtalk_widget.testing.frames import frame
from navtalk_widget.testing.leftovers import inventory, leftovers
from tests.support.page import ORIGIN, TestPage, page_at
from tests.support.waiting import eventually

ATTEMPTS = 10_000

AT_ONCE = 50
"""Attempts under way at a time."""

PATIENCE = 0.02
"""Seconds that an attacker waits for what the gateway says."""

HANDSHAKE_S = 120.0
"""Seconds that a handshake may take here: what happens before they are over is not because of them."""

BLOCK = b"\x01\x00" * 480


class Talk:
    """A conversation of which one page is the owner."""

    def __init__(self, gateway: Gateway, service: ScriptedService, page: TestPage, invitation: dict[str, str]) -> None:
        self.gateway = gateway
        self.service = service
        self.page = page
        self.port = urlsplit(invitation["url"]).port or 0
        self.used_token = invitation["token"]
        self._rounds = count(1)
        self._blocks = 0

    async def goes_on(self) -> None:
        """Say something by microphone and by typing, and be answered."""
        number = next(self._rounds)
        for _ in range(5):
            self._blocks += 1
            await self.page.speak(BLOCK, sequence=self._blocks)
        await self.page.send({"type": "send_text", "text": f"Question {number}?"})
        await self.service.expect("response.create")
        await self.service.answer(f"Answer {number}.", response_id=f"resp_{number}")
        while (await self.page.expect("turns", reset=False))["turns"][0]["text"] != f"Answer {number}.":
            pass
        assert len(self.service.of("input_audio_buffer.append")) == self._blocks

    async def stranger(self) -> "Stranger":
        """Somebody who connects to the gateway's port."""
        return Stranger(*await asyncio.open_connection("127.0.0.1", self.port))

    async def visitor(self) -> "Stranger":
        """Somebody whose handshake was accepted: a program of this machine, or a page of the notebook's origin."""
        stranger = await self.stranger()
        stranger.say(handshake(self.port))
        assert (await stranger.reads_head()).startswith(b"HTTP/1.1 101 ")
        return stranger


class Stranger:
    """A bare connection to the gateway."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def say(self, data: bytes) -> None:
        """Send bytes; it does not matter whether they arrive."""
        self._writer.write(data)

    async def reads_head(self) -> bytes:
        """The gateway's answer to a handshake."""
        return await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), 30)

    async def is_refused(self) -> bytes:
        """Wait until the gateway ends the connection; what it said until then."""
        said = b""
        with suppress(ConnectionError):
            while data := await asyncio.wait_for(self._reader.read(2**16), 30):
                said += data
        self.leave()
        return said

    def leave(self) -> None:
        """Go without a farewell."""
        self._writer.transport.abort()


def handshake(port: int, *, host: str = "127.0.0.1", origin: str = ORIGIN) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {origin}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    ).encode()


def hello(token: str) -> bytes:
    return frame(json.dumps({"type": "hello", "token": token}).encode(), masked=True)


def closed_with(code: int) -> bytes:
    """The beginning of a close frame's payload."""
    return code.to_bytes(2, "big")


@pytest.fixture(autouse=True)
def _time_for_handshakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_module, "HANDSHAKE_TIMEOUT", HANDSHAKE_S)


@pytest.fixture
async def talk(service: ScriptedService) -> AsyncIterator[Talk]:
    session = Session(service=service.url, license="sk_navtalk_canary")
    gateway = Gateway(session, greet=False)
    await gateway.open()
    try:
        invitation = gateway.invite(ORIGIN)
        async with page_at(invitation) as page:
            await page.send({"type": "start"})
            await page.expect("owner", owner=True)
            talk = Talk(gateway, service, page, invitation)
            await talk.goes_on()
            yield talk
            await talk.goes_on()
    finally:
        await gateway.close()
        await session.close()


@asynccontextmanager
async def nothing_stays() -> AsyncIterator[None]:
    """What the block brings about in the gateway is gone soon after it."""
    before = inventory()
    yield
    assert await leftovers(before) == []


# ── one at a time ────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_page_of_another_origin_is_refused(talk: Talk) -> None:
    async with nothing_stays():
        stranger = await talk.stranger()
        stranger.say(handshake(talk.port, origin="http://evil.example"))
        assert (await stranger.is_refused()).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "[::1].evil"])
async def test_a_name_that_was_made_to_point_here_is_refused(talk: Talk, host: str) -> None:
    async with nothing_stays():
        stranger = await talk.stranger()
        stranger.say(handshake(talk.port, host=host))
        assert (await stranger.is_refused()).startswith(b"HTTP/1.1 421 ")


FIRST_WORDS: dict[str, Callable[[Talk], bytes]] = {
    "a token that was guessed": lambda talk: hello("guess"),
    "a token that was used": lambda talk: hello(talk.used_token),
    "an empty token": lambda talk: hello(""),
    "an order": lambda talk: frame(b'{"type": "stop"}', masked=True),
    "sound": lambda talk: frame(bytes(16) + BLOCK, opcode=2, masked=True),
    "no text": lambda talk: frame(b"\xff\xfe", masked=True),
    "a frame that is none": lambda talk: frame(b"?", opcode=3, masked=True),
    "a farewell": lambda talk: frame(b"", opcode=8, masked=True),
}


@pytest.mark.parametrize("words", FIRST_WORDS)
async def test_who_shows_no_good_token_is_refused(talk: Talk, words: str) -> None:
    async with nothing_stays():
        visitor = await talk.visitor()
        visitor.say(FIRST_WORDS[words](talk))
        said = await visitor.is_refused()
        assert b"welcome" not in said
        assert b"Question" not in said


async def test_a_first_frame_that_is_too_large_is_refused_before_it_has_come(talk: Talk) -> None:
    async with nothing_stays():
        visitor = await talk.visitor()
        visitor.say(frame(bytes(MAX_FRAME_BYTES + 1), masked=True)[:64])
        assert closed_with(1009) in await visitor.is_refused()


async def test_a_first_message_that_does_not_end_is_refused(talk: Talk) -> None:
    piece = bytearray(frame(b"x" * 60_000, masked=True))
    piece[0] &= 0x7F  # not the last of its message
    more = bytearray(piece)
    more[0] &= 0xF0
    async with nothing_stays():
        visitor = await talk.visitor()
        visitor.say(bytes(piece) + bytes(more) * 20)
        assert closed_with(1009) in await visitor.is_refused()


async def test_who_says_the_first_words_byte_by_byte_is_refused(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_module, "HELLO_TIMEOUT", 0.3)

    async def drip(visitor: Stranger) -> None:
        for byte in hello(talk.gateway.invite(ORIGIN)["token"]):
            visitor.say(bytes([byte]))
            await asyncio.sleep(0.05)

    async with nothing_stays():
        visitor = await talk.visitor()
        dripping = asyncio.create_task(drip(visitor))
        assert closed_with(1008) in await visitor.is_refused()
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)


# ── many at a time ───────────────────────────────────────────────────────────────────────────────────────────


async def test_handshakes_that_do_not_end_are_bounded_in_number(talk: Talk) -> None:
    async with nothing_stays():
        strangers = [await talk.stranger() for _ in range(3 * MAX_CONNECTIONS)]
        for stranger in strangers:
            stranger.say(b"GET / HTTP/1.1\r\nHost: ")
        refused = [asyncio.create_task(stranger.is_refused()) for stranger in strangers]

        def were_refused() -> int:
            return sum(task.done() and task.exception() is None for task in refused)

        # Long before their time is up.
        await eventually(lambda: were_refused() > 2 * MAX_CONNECTIONS, HANDSHAKE_S / 2)
        await talk.goes_on()
        for task, stranger in zip(refused, strangers, strict=True):
            stranger.leave()
            task.cancel()
        await asyncio.gather(*refused, return_exceptions=True)


async def test_handshakes_that_do_not_end_are_bounded_in_time(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_module, "HANDSHAKE_TIMEOUT", 0.2)
    session = Session(service=talk.service.url)
    gateway = Gateway(session)
    await gateway.open()
    try:
        port = urlsplit(gateway.invite(ORIGIN)["url"]).port
        stranger = Stranger(*await asyncio.open_connection("127.0.0.1", port))
        stranger.say(b"GET / HTTP/1.1\r\nHost: ")
        await stranger.is_refused()
    finally:
        await gateway.close()


ATTACKS: tuple[Callable[[int], bytes], ...] = (
    lambda port: b"",
    lambda port: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
    lambda port: b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    lambda port: b"GET / HTTP/1.1\r\nHost: 127",
    lambda port: b"GET /" + b"x" * 9_000,
    lambda port: handshake(port, origin="http://evil.example"),
    lambda port: handshake(port, host="evil.example"),
    lambda port: handshake(port),
    lambda port: handshake(port) + hello("guess"),
    lambda port: handshake(port) + frame(bytes(2**17), masked=True)[:100],
)


async def storm(port: int) -> int:
    """Attack the gateway in all ways; how often something was sent."""
    numbers: Iterator[int] = iter(range(ATTEMPTS))
    attempts = 0

    async def attack() -> None:
        nonlocal attempts
        for number in numbers:
            with suppress(OSError):
                reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), 30)
                writer.write(ATTACKS[number % len(ATTACKS)](port))
                attempts += 1
                with suppress(asyncio.TimeoutError, TimeoutError):
                    await asyncio.wait_for(reader.read(1), PATIENCE)
                writer.transport.abort()

    await asyncio.gather(*(attack() for _ in range(AT_ONCE)))
    return attempts


async def test_ten_thousand_attempts_do_not_disturb_a_conversation(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    async with nothing_stays():
        attacking = asyncio.create_task(asyncio.to_thread(lambda: asyncio.run(storm(talk.port))))
        rounds = 0
        while rounds < 3 or not attacking.done():
            await talk.goes_on()
            rounds += 1
        assert await attacking > 0.9 * ATTEMPTS
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING], (
        "nobody's notebook is flooded"
    )
    async with page_at(talk.gateway.invite(ORIGIN)) as other:
        await other.expect("turns", reset=True)

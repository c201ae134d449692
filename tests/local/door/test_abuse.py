from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Callable
from contextlib import suppress

from websockets.asyncio.client import connect

from tests.local.avatar_viewer import viewing
from tests.local.second_generation import SecondGenerationClient
from tests.local.wire_client import PATIENCE_S
from tests.support.local_service import local_service

LICENSE = "sk_navtalk_secret"

ATTEMPTS = 10_000

AT_ONCE = 400
"""More than the service takes."""


def upgrade(target: str, host: str = "localhost") -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    ).encode()


ATTACKS: list[Callable[[], bytes]] = [
    lambda: b"",
    lambda: os.urandom(64),
    lambda: b"GET /wss/v2/realtime-chat HTTP/1.1\r\nHost: loc",  # held half open
    lambda: upgrade("/wss/v2/realtime-chat?license=wrong"),
    lambda: upgrade(f"/api/realtime-api?license={LICENSE}", host="evil.example"),
    lambda: upgrade("/api/realtime-api"),
    lambda: upgrade("/api/webrtc?userId=123"),
    lambda: b"POST /api/realtime_function_call HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{",
]


async def attack(port: int) -> int:
    """Connect thousands of times, and leave without a good-bye; return how often something was sent."""
    numbers = iter(range(ATTEMPTS))
    sent = 0

    async def keep_on() -> None:
        nonlocal sent
        for number in numbers:
            with suppress(OSError):
                reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), PATIENCE_S)
                writer.write(ATTACKS[number % len(ATTACKS)]())
                sent += 1
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(reader.read(1), 0.05)
                writer.transport.abort()

    await asyncio.gather(*(keep_on() for _ in range(AT_ONCE)))
    return sent


async def test_ten_thousand_attempts_do_not_disturb_a_conversation() -> None:
    with local_service(LICENSE) as url:
        address = f"{url}/wss/v2/realtime-chat?license={LICENSE}&name=navtalk.Leo"
        async with connect(address, max_queue=None) as socket:
            client = SecondGenerationClient(socket)
            async with viewing(client) as viewer:
                await viewer.accept()
                await viewer.sees(1)
                attacking = asyncio.create_task(attack(int(url.rpartition(":")[2])))
                answers = 0
                while answers < 3 or not attacking.done():
                    await client.ask("What is two plus two?")
                    said = await client.until("realtime.response.audio_transcript.done", "error")
                    assert "4" in said["data"]["content"] or "four" in said["data"]["content"]
                    await viewer.sees(viewer.frames + 1)
                    answers += 1
                assert await attacking > ATTEMPTS / 2
                await viewer.sees(viewer.frames + 10)
                assert viewer.state == "connected"
        async with connect(address, max_queue=None, open_timeout=PATIENCE_S) as socket:
            await SecondGenerationClient(socket).until("realtime.session.updated")

"""The page's end of the gateway, spoken by a test."""

from __future__ import annotations

import asyncio
import json
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

ORIGIN = "http://localhost:8888"


class TestPage:
    """A page that is connected."""

    __test__ = False  # pytest takes classes named Test* for its own

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self.seen: list[dict[str, Any]] = []
        self.voice: list[bytes] = []
        self.patience = 20.0
        """Seconds to wait for anything."""

    async def send(self, *messages: dict[str, Any] | str | bytes) -> None:
        """Send messages, or frames as they are."""
        for message in messages:
            await self._connection.send(message if isinstance(message, (str, bytes)) else json.dumps(message))

    async def speak(self, pcm: bytes, sequence: int = 0, captured_at_ms: float = 0.0) -> None:
        """Send a block of the microphone."""
        await self.send(struct.pack("<IId", 1, sequence, captured_at_ms) + pcm)

    async def expect(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Wait for the next message of a type that has these fields."""
        while True:
            frame = await asyncio.wait_for(self._connection.recv(), self.patience)
            if isinstance(frame, bytes):
                self.voice.append(frame)
                continue
            message: dict[str, Any] = json.loads(frame)
            self.seen.append(message)
            if message["type"] == kind and all(message[name] == value for name, value in fields.items()):
                return message

    async def expect_voice(self) -> bytes:
        """Wait for a frame of voice and return its sound."""
        return (await self.expect_frame())[16:]

    async def expect_frame(self) -> bytes:
        """Wait for a binary frame, of voice or picture, and return it whole."""
        while not self.voice:
            frame = await asyncio.wait_for(self._connection.recv(), self.patience)
            if isinstance(frame, bytes):
                self.voice.append(frame)
            else:
                self.seen.append(json.loads(frame))
        return self.voice.pop(0)

    async def tell_time(self, ahead: float = 0.0, count: int = 1) -> None:
        """Answer the next pings, by a clock that is so many seconds ahead."""
        for _ in range(count):
            ping = await self.expect("ping")
            now_ms = 1000 * (time.time() + ahead)
            await self.send({"type": "pong", "sent_ms": ping["sent_ms"], "received_ms": now_ms, "answered_ms": now_ms})

    async def closed(self) -> int | None:
        """Wait until the gateway closes the connection; the close code."""
        await asyncio.wait_for(self._connection.wait_closed(), self.patience)
        return self._connection.close_code

    async def leave(self) -> None:
        """Close the connection, as a page does that goes away."""
        await self._connection.close()


@asynccontextmanager
async def page_at(
    invitation: dict[str, str], *, origin: str | None = ORIGIN, name: str = "", connection: int = 0
) -> AsyncIterator[TestPage]:
    """A page that follows an invitation and has been welcomed, perhaps with a name and not for the first time."""
    # Taken in whether it is read or not, as a browser does: behind frames that wait nobody sees the other's farewell.
    async with connect(invitation["url"], origin=origin, proxy=None, max_queue=None) as socket:  # type: ignore[arg-type]
        page = TestPage(socket)
        hello = {"type": "hello", "token": invitation["token"], "name": name, "connection": connection}
        await page.send(hello)
        await page.expect("welcome")
        yield page

"""A second-generation client for tests; like the first one's it speaks raw JSON."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import connect

from navtalk_widget.local.server import LocalService
from tests.local.wire_client import Message, WireClient

SIGNALS = ("offer", "answer", "iceCandidate")

GREETING = "license=sk_1&name=navtalk.Leo"


class SecondGenerationClient(WireClient):
    """One socket for everything. Signals go by their short names, so that an `AvatarViewer` can use it."""

    async def send(self, type: str, **fields: Any) -> None:
        """Send a bare message; a signal is wrapped."""
        if type in SIGNALS:
            fields.pop("targetSessionId", None)
            await self.say(f"webrtc.signaling.{type}", **fields)
        else:
            await super().send(type, **fields)

    async def say(self, type: str, **data: Any) -> None:
        """Send a wrapped message."""
        await self.socket.send(json.dumps({"type": type, "data": data}))

    async def until(self, *types: str) -> Message:
        """Read on until a message of one of these types comes; a signal is unwrapped."""
        message = await super().until(*(f"webrtc.signaling.{each}" if each in SIGNALS else each for each in types))
        if message["type"].startswith("webrtc.signaling."):
            return {**message["data"], "targetSessionId": ""}
        return message

    async def greet(self) -> Message:
        """Wait until the session is set up; return what came first."""
        first = await self.next()
        await self.until("realtime.session.updated")
        return first


@asynccontextmanager
async def chatting_with(service: LocalService, query: str = GREETING) -> AsyncIterator[SecondGenerationClient]:
    """A second-generation client."""
    url = f"{service.url}/wss/v2/realtime-chat?{query}"
    async with connect(url, max_size=None, max_queue=None, compression=None) as socket:
        yield SecondGenerationClient(socket)

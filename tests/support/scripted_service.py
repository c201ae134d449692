"""A NavTalk v1 service that says what a test tells it to, over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve

LIMIT = 5.0
"""Seconds to wait for anything."""


class ScriptedService:
    """One conversation at a time; both sockets on one port."""

    def __init__(self) -> None:
        self.url = ""
        self.queries: list[dict[str, list[str]]] = []
        self.received: list[dict[str, Any]] = []
        self.signals: list[dict[str, Any]] = []
        self.main: ServerConnection | None = None
        self.signalling: ServerConnection | None = None
        self.connections = 0
        self.greets = True
        """Whether `session.created` and `session.updated` are sent by themselves."""
        self._changed = asyncio.Condition()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something has arrived."""
        async with asyncio.timeout(LIMIT) if hasattr(asyncio, "timeout") else _no_limit(), self._changed:
            await self._changed.wait_for(lambda: bool(condition()))

    async def expect(self, kind: str, number: int = 1) -> dict[str, Any]:
        """Wait for the n-th message of a type."""
        await self.until(lambda: len(self._of(kind)) >= number)
        return self._of(kind)[number - 1]

    async def send(self, *messages: dict[str, Any] | str | bytes) -> None:
        """Say something on the main socket."""
        assert self.main is not None
        for message in messages:
            await self.main.send(message if isinstance(message, (str, bytes)) else json.dumps(message))

    async def signal(self, message: dict[str, Any] | str) -> None:
        """Say something on the signalling socket."""
        await self.until(lambda: self.signalling)
        assert self.signalling is not None
        await self.signalling.send(message if isinstance(message, str) else json.dumps(message))

    async def answer(self, text: str, pcm: str = "", response_id: str = "resp_1") -> None:
        """Give a whole spoken answer."""
        ids = {"response_id": response_id, "item_id": f"item_of_{response_id}"}
        await self.send({"type": "response.created", "response": {"id": response_id}})
        await self.send({"type": "response.audio_transcript.delta", "delta": text, **ids})
        if pcm:
            await self.send({"type": "response.audio.delta", "delta": pcm, **ids})
        await self.send({"type": "response.audio_transcript.done", "transcript": text, **ids})
        await self.send({"type": "response.done", "response": {"id": response_id, "status": "completed"}})

    def _of(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in [*self.received, *self.signals] if message["type"] == kind]

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        parts = urlsplit(connection.request.path)
        if parts.path.endswith("realtime-api"):
            await self._serve_main(connection, parse_qs(parts.query))
        else:
            self.signalling = connection
            await self._keep(connection, self.signals)

    async def _serve_main(self, connection: ServerConnection, query: dict[str, list[str]]) -> None:
        self.connections += 1
        self.queries.append(query)
        self.main = connection
        if self.greets:
            await self.send({"type": "session.created", "session": {}})
        await self._keep(connection, self.received)

    async def _keep(self, connection: ServerConnection, where: list[dict[str, Any]]) -> None:
        await self._notify()
        async for text in connection:
            message = json.loads(text)
            where.append(message)
            if message["type"] == "session.update" and self.greets:
                await connection.send(json.dumps({"type": "session.updated", "session": message["session"]}))
            await self._notify()

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()


@asynccontextmanager
async def _no_limit() -> AsyncIterator[None]:
    yield  # Python 3.10 has no asyncio.timeout; pytest's own limit counts there


@asynccontextmanager
async def scripted_service() -> AsyncIterator[ScriptedService]:
    """A service listening on a free port of the loopback interface."""
    service = ScriptedService()
    async with serve(service._serve, "127.0.0.1", 0) as server:
        service.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        yield service

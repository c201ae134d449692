"""What carries the frames of one page: a WebSocket, or the notebook's comm."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Final, Protocol

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from navtalk_widget.session.metrics import PageWay


class Connection(Protocol):
    """The way to a page. Belongs to the gateway's loop."""

    @property
    def way(self) -> PageWay:
        """What it is."""

    def frames(self) -> AsyncGenerator[str | bytes, None]:
        """What the page sends, until the connection ends."""

    async def send(self, frame: str | bytes) -> None:
        """Send a frame, as soon as there is room for it; after the end, nothing happens."""

    def abort(self) -> None:
        """End the connection at once."""


class SocketConnection:
    """A page that is connected by WebSocket."""

    way: Final = "websocket"

    def __init__(self, socket: ServerConnection) -> None:
        self._socket = socket

    async def frames(self) -> AsyncGenerator[str | bytes, None]:
        """What the page sends, until the connection ends."""
        with suppress(ConnectionClosed):
            async for frame in self._socket:
                yield frame

    async def send(self, frame: str | bytes) -> None:
        """Send a frame, as soon as there is room for it; after the end, nothing happens."""
        with suppress(ConnectionClosed):
            await self._socket.send(frame)

    def abort(self) -> None:
        """End the connection at once."""
        self._socket.transport.abort()

"""A server that does one thing with every WebSocket that is opened."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from websockets.asyncio.client import ClientConnection, connect

from navtalk_widget.local.door.listening import Listening
from navtalk_widget.local.door.websocket import WebSocket

MAX_MESSAGE_BYTES = 2**20


@asynccontextmanager
async def client_of(work: Callable[[WebSocket], Awaitable[None]]) -> AsyncIterator[ClientConnection]:
    """A client of a server that does this work for it."""

    async def serve(request: web.Request) -> web.StreamResponse:
        socket = await WebSocket.accept(request, max_message_bytes=MAX_MESSAGE_BYTES)
        await work(socket)
        return socket.response

    app = web.Application()
    app.add_routes([web.get("/", serve)])
    listening = await Listening.begin(app, "127.0.0.1", 0, max_connections=10)
    try:
        url = f"ws://127.0.0.1:{listening.port}"
        async with connect(url, compression=None, max_queue=1, close_timeout=1) as client:
            yield client
    finally:
        await listening.close()

"""A client's WebSocket, as far as the service needs one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from aiohttp import WSCloseCode, WSMsgType, web

logger = logging.getLogger(__name__)

PING_S = 20.0
"""Between keep-alive pings; half of it for the answer to one. The vendor's clients ping at the same pace."""

CLOSE_TIMEOUT_S = 2.0
"""For the closing handshake; the connection is cut afterwards."""

LINGER_S = 1.0
"""For a client to take in that its message is too long: it is still sending it, and closing would cut that off."""

_MAX_REASON_BYTES = 123


class SocketClosed(Exception):
    """The connection has ended, so nothing can be sent any more."""


class _Response(web.WebSocketResponse):
    async def close(self, *, code: int = WSCloseCode.OK, message: bytes = b"", drain: bool = True) -> bool:
        if code == WSCloseCode.MESSAGE_TOO_BIG and not self.closed:
            await self.send_frame(code.to_bytes(2, "big"), WSMsgType.CLOSE)
            await asyncio.sleep(LINGER_S)  # what comes meanwhile is thrown away
        return await super().close(code=code, message=message, drain=drain)


class WebSocket:
    """An open WebSocket: send text, iterate over what comes, close.

    It comes from `accept`. What it is made of:

    Args:
        response: prepared.
        transport: what carries it.
    """

    def __init__(self, response: web.WebSocketResponse, transport: asyncio.BaseTransport) -> None:
        self._response = response
        self._transport = transport
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    async def accept(cls, request: web.Request, *, max_message_bytes: int) -> WebSocket:
        """Open the WebSocket that the request asks for.

        Raises:
            SocketClosed: the client is gone already.
        """
        transport = request.transport
        if transport is None:
            raise SocketClosed
        response = _Response(
            timeout=CLOSE_TIMEOUT_S,
            heartbeat=PING_S,
            compress=False,  # speech in base64 does not shrink, and deflating it costs more than sending it
            max_msg_size=max_message_bytes,
        )
        try:
            await response.prepare(request)
        except ConnectionResetError:
            raise SocketClosed from None
        return cls(response, transport)

    @property
    def response(self) -> web.StreamResponse:
        """What a request's handler must return."""
        return self._response

    @property
    def closed(self) -> bool:
        """Whether closing has begun, from either side."""
        return self._response.closed or self._transport.is_closing()

    async def send(self, message: str | bytes) -> None:
        """Send a message; it waits for a client that is slow to take it.

        Raises:
            SocketClosed: the client is gone.
        """
        try:
            if isinstance(message, str):
                await self._response.send_str(message)
            else:
                await self._response.send_bytes(message)
        except ConnectionError as error:
            raise SocketClosed from error

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        """Yield each message until the socket is closed; one that is too long or malformed closes it."""
        while True:
            message = await self._response.receive()
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            yield message.data

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close within `CLOSE_TIMEOUT_S`, cutting the connection of a client that does not take part."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(code, reason), name="close socket")
        await asyncio.shield(self._closing)

    def abort(self) -> None:
        """Cut the connection."""
        if isinstance(self._transport, asyncio.WriteTransport):
            self._transport.abort()

    async def _close(self, code: int, reason: str) -> None:
        message = reason.encode()[:_MAX_REASON_BYTES]
        try:
            await asyncio.wait_for(self._response.close(code=code, message=message), CLOSE_TIMEOUT_S)
        except asyncio.TimeoutError:
            logger.info("a client did not take part in closing its connection")
            self.abort()
        else:
            if self._response.close_code == 1006 or self._unread:
                self.abort()

    @property
    def _unread(self) -> bool:
        transport = self._transport
        return isinstance(transport, asyncio.WriteTransport) and transport.get_write_buffer_size() > 0

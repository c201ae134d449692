"""What waits to be sent on one socket, with a bound."""

from __future__ import annotations

import asyncio
import logging
from collections import deque

from navtalk_widget.local.door.websocket import CLOSE_TIMEOUT_S, SocketClosed, WebSocket

logger = logging.getLogger(__name__)

MAX_WAITING_BYTES = 8 * 2**20
"""Two minutes of speech. A conversation is never more than `answer.AHEAD_S` ahead of its voice, so that a client
that reads at all stays far below."""

MAX_WAITING_MESSAGES = 10_000


class Outbox:
    """Sends text messages in order, without making those who write them wait.

    Policy: nothing is ever left out, for a client could not tell. When the bound is passed, the client is not reading;
    what waits is dropped and the socket closed with code 1013.

    Its task ends with the socket, or with `close`.
    """

    def __init__(
        self,
        socket: WebSocket,
        *,
        max_waiting_bytes: int = MAX_WAITING_BYTES,
        max_waiting_messages: int = MAX_WAITING_MESSAGES,
    ) -> None:
        self._socket = socket
        self._max_bytes = max_waiting_bytes
        self._max_messages = max_waiting_messages
        self._waiting: deque[str] = deque()
        self._waiting_bytes = 0
        self._closing: tuple[int, str] | None = None
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name="outbox")

    def put(self, message: str) -> None:
        """Send a message when those before it are sent; after `close` it is dropped."""
        if self._closing is not None:
            return
        too_much = self._waiting_bytes + len(message) > self._max_bytes or len(self._waiting) >= self._max_messages
        if self._waiting and too_much:
            logger.warning("a client does not read its messages; its connection is closed")
            self._waiting.clear()
            self._closing = (1013, "the client does not read its messages")
            self._task.cancel()  # it may be in the midst of a message that the client does not take
        else:
            self._waiting.append(message)
            self._waiting_bytes += len(message)
        self._changed.set()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Send what waits as far as that is quick, then close the socket and wait until it is closed."""
        if self._closing is None:
            self._closing = (code, reason)
            self._changed.set()
        _, late = await asyncio.wait([self._task], timeout=CLOSE_TIMEOUT_S)
        if late:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            while self._waiting or self._closing is None:
                if self._waiting:
                    message = self._waiting.popleft()
                    self._waiting_bytes -= len(message)
                    await self._socket.send(message)
                else:
                    self._changed.clear()
                    await self._changed.wait()
        except SocketClosed:
            self._closing = self._closing or (1000, "")  # the client was quicker
            self._waiting.clear()
        finally:
            await self._socket.close(*(self._closing or (1001, "")))

"""WebRTC signalling on the socket that carries everything else."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from navtalk_widget.errors import NotConnectedError, ProtocolError
from navtalk_widget.protocol.signalling import Signal

WAITING_SIGNALS = 64
"""Descriptions and candidates that wait for a page; the oldest are dropped, for a newer offer replaces them."""


class OneSocketSignalling:
    """What the second generation says about WebRTC, for the one page that takes it.

    Args:
        send: sends a signal to the service.
    """

    def __init__(self, send: Callable[[Signal], None]) -> None:
        self._send = send
        self._waiting: deque[Signal] = deque(maxlen=WAITING_SIGNALS)
        self._changed = asyncio.Event()
        self._closed = False
        self.taken = False
        """Whether a page has it: the service offers once."""

    def put(self, signal: Signal) -> None:
        """Keep what the service says until it is read."""
        self._waiting.append(signal)
        self._changed.set()

    async def send(self, signal: Signal) -> None:
        """Send a description or candidate.

        Raises:
            NotConnectedError: the connection is gone.
        """
        if self._closed:
            raise NotConnectedError("The connection to the service is gone.")
        self._send(signal)

    async def signals(self) -> AsyncIterator[Signal | ProtocolError]:
        """Receive descriptions and candidates until `close`."""
        while not self._closed:
            while self._waiting and not self._closed:
                yield self._waiting.popleft()
            self._changed.clear()
            if not self._closed:
                await self._changed.wait()

    async def close(self) -> None:
        """End it; the socket stays."""
        self._closed = True
        self._changed.set()

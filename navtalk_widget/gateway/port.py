"""The port of the loopback interface at which pages find the gateway, open while one may come."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from websockets.asyncio.server import Server

from navtalk_widget.errors import NotConnectedError

REST_AFTER = 90.0
"""Seconds without a page after which the port is closed: the widget of a cell that was run again must cost nothing.

Longer than an invitation is good for.
"""


class Port:
    """Listens from `open` on, until nobody has come for a while. Belongs to the gateway's loop.

    Args:
        listen: begins to listen.
        needed: whether somebody is there, or may come uninvited.
    """

    def __init__(self, listen: Callable[[], Awaitable[Server]], needed: Callable[[], bool]) -> None:
        self._listen = listen
        self._needed = needed
        self._changing = asyncio.Lock()
        self._server: Server | None = None
        self._resting: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def number(self) -> int:
        """The port; only while it is open."""
        assert self._server is not None
        number: int = next(iter(self._server.sockets)).getsockname()[1]
        return number

    async def open(self) -> None:
        """Listen, if that is not so yet, for as long as an invited page may take.

        Raises:
            NotConnectedError: the port was closed for good.
        """
        async with self._changing:
            if self._closed:
                raise NotConnectedError("This widget was closed.", hint="Make a new Avatar.")
            if self._server is None:
                self._server = await self._listen()
        self.rest_later()

    def rest_later(self) -> None:
        """Close the port after a while without a page; to be called whenever one has gone."""
        if self._closed:
            return
        if self._resting is not None:
            self._resting.cancel()
        self._resting = asyncio.create_task(self._rest(), name="navtalk-rest")

    async def close(self) -> None:
        """End all connections and stop listening."""
        self._closed = True
        if self._resting is not None:
            self._resting.cancel()
            await asyncio.gather(self._resting, return_exceptions=True)
        await self._stop_listening()

    async def _rest(self) -> None:
        while True:  # who was expected, uninvited, may never come
            await asyncio.sleep(REST_AFTER)
            if not self._needed():
                break
        await self._stop_listening()

    async def _stop_listening(self) -> None:
        async with self._changing:
            server, self._server = self._server, None
            if server is not None:
                server.close()
                await server.wait_closed()

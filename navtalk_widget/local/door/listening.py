"""The service's port: HTTP and WebSocket on one, with a bound on connections and on what each may idle."""

from __future__ import annotations

import asyncio
import logging
import ssl

from aiohttp import web
from aiohttp.http import HttpProcessingError

IDLE_S = 10.0
"""For a request's headers to come in full, and for a TLS handshake."""

END_S = 5.0
"""For requests that are being answered when the service ends."""

LINGER_S = 2.0
"""For the rest of a body that nobody reads."""

BACKLOG = 128


class _Arrival(asyncio.Protocol):
    """A connection on which nobody has answered yet."""

    def __init__(self, door: _Door) -> None:
        self.early = b""
        self.lost = False
        self._door = door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._door.let_in(self, transport)

    def data_received(self, data: bytes) -> None:
        self.early += data  # what came with the last of the handshake, before that was known

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True


class _Door:
    """Counts the connections, those in their TLS handshake too, and cuts those above the bound at once.

    The newest are refused, not the oldest cut: a conversation must not end because others come.
    """

    def __init__(self, server: web.Server, max_connections: int, tls: ssl.SSLContext | None) -> None:
        self._server = server
        self._max_connections = max_connections
        self._tls = tls
        self._handshakes: set[asyncio.Task[None]] = set()

    def __call__(self) -> asyncio.Protocol:
        return _Arrival(self)

    def let_in(self, arrival: _Arrival, transport: asyncio.Transport) -> None:
        if len(self._server.connections) + len(self._handshakes) >= self._max_connections:
            transport.abort()
        elif self._tls is None:
            self._hand_over(arrival, transport)
        else:
            # It begins before anything can be read. (Pausing the transport already here would confuse Python 3.10.)
            task = asyncio.create_task(self._shake_hands(arrival, transport, self._tls), name="TLS handshake")
            self._handshakes.add(task)
            task.add_done_callback(self._handshakes.discard)

    async def close(self) -> None:
        for task in self._handshakes:
            task.cancel()
        await asyncio.gather(*self._handshakes, return_exceptions=True)

    async def _shake_hands(self, arrival: _Arrival, transport: asyncio.Transport, tls: ssl.SSLContext) -> None:
        loop = asyncio.get_running_loop()
        try:
            secured = await loop.start_tls(transport, arrival, tls, server_side=True, ssl_handshake_timeout=IDLE_S)
        except OSError:  # of which TLS's own errors are some
            transport.abort()
            return
        if secured is not None:
            self._hand_over(arrival, secured)

    def _hand_over(self, arrival: _Arrival, transport: asyncio.Transport) -> None:
        if arrival.lost:
            return
        handler = self._server()
        transport.set_protocol(handler)
        handler.connection_made(transport)
        if arrival.early:
            handler.data_received(arrival.early)


class Listening:
    """An application on its port; made by `begin`, ended by `stop` and `close`."""

    def __init__(self, runner: web.AppRunner, server: asyncio.Server, door: _Door) -> None:
        self._runner = runner
        self._server = server
        self._door = door
        self.port: int = server.sockets[0].getsockname()[1]

    @classmethod
    async def begin(
        cls,
        app: web.Application,
        host: str,
        port: int,
        *,
        max_connections: int,
        tls: ssl.SSLContext | None = None,
    ) -> Listening:
        """Listen.

        Raises:
            OSError: the port cannot be had.
        """
        runner = web.AppRunner(
            app,
            access_log=None,  # it would show the licences
            logger=_discreet_logger(),
            keepalive_timeout=IDLE_S,
            lingering_time=LINGER_S,
            shutdown_timeout=END_S,
        )
        await runner.setup()
        assert runner.server is not None
        door = _Door(runner.server, max_connections, tls)
        try:
            server = await asyncio.get_running_loop().create_server(door, host or None, port, backlog=BACKLOG)
        except BaseException:
            await runner.cleanup()
            raise
        return cls(runner, server, door)

    def stop(self) -> None:
        """Take no more connections."""
        self._server.close()

    async def close(self) -> None:
        """Wait for the requests that are being answered, and end those that take too long."""
        self.stop()
        await self._door.close()
        await self._runner.cleanup()
        await self._server.wait_closed()


class _WithoutRequests(logging.Filter):
    """Leaves the cause of malformed requests out of the log: it quotes the URL, and the licence is in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


def _discreet_logger() -> logging.Logger:
    """A logger for aiohttp that never comes to show requests, whatever the level of the root logger is."""
    requests = logging.getLogger(f"{__name__}.requests")
    requests.setLevel(logging.WARNING)
    if not requests.filters:
        requests.addFilter(_WithoutRequests())
    return requests

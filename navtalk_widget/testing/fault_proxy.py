"""A proxy between client and service that breaks connections in every way a network can, on command."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urlsplit

from navtalk_widget.testing.lane import MAX_HEAD_BYTES
from navtalk_widget.testing.proxied_connection import BOTH, Direction, ProxiedConnection, Streams

MAX_CONNECTIONS = 100
"""More connections at a time are reset."""

Act = Callable[[ProxiedConnection], object]


@dataclass(frozen=True, slots=True)
class _Trigger:
    text: bytes
    act: Act
    directions: tuple[Direction, ...]


class FaultProxy:
    """Stands before a service on a port of its own; at first it passes everything on as it is.

    Its verbs do the same to every open connection as those of `ProxiedConnection`; what `swallow` and `delay` set
    holds for later connections too, from their handshake on, until `release` and ``delay(0)``. Compression is
    negotiated away, so that `when` can read.

    Args:
        target: the service's address, such as ``ws://127.0.0.1:8810``.
    """

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self.url = ""
        """Where the proxy listens; clients connect to it instead of the service."""
        self.connections: list[ProxiedConnection] = []
        """The open ones, oldest first."""
        self.accepted = 0
        """How many there ever were."""
        self._triggers: list[_Trigger] = []
        self._swallowing: set[Direction] = set()
        self._delays: dict[Direction, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._reserved: socket.socket | None = None

    async def __aenter__(self) -> FaultProxy:
        await self._listen(_bound(0))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        if self._reserved is not None:
            self._reserved.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()

    def when(self, text: str, act: Act, *directions: Direction) -> None:
        """Do something once to the connection on which a text passes, right after the frame that has it.

        Args:
            text: what must be inside one frame.
            act: such as ``ProxiedConnection.reset``.
            directions: where to look; both by default.
        """
        self._triggers.append(_Trigger(text.encode(), act, directions or BOTH))

    def refuse(self) -> None:
        """Refuse new connections; open ones stay."""
        if self._server is not None and self._reserved is None:
            port = self._server.sockets[0].getsockname()[1]
            self._server.close()
            self._reserved = _bound(port)  # bound and not listening, so that nobody else gets the port

    async def accept(self) -> None:
        """Take new connections again."""
        if self._reserved is not None:
            reserved, self._reserved = self._reserved, None
            await self._listen(reserved)

    def reset(self) -> None:
        """Break every connection (TCP RST)."""
        for connection in list(self.connections):
            connection.reset()

    def finish(self) -> None:
        """End every connection without the farewell of a WebSocket (TCP FIN)."""
        for connection in list(self.connections):
            connection.finish()

    def swallow(self, *directions: Direction) -> None:
        """Let everything disappear, while all think that they are connected (half-open)."""
        self._swallowing.update(directions or BOTH)
        for connection in self.connections:
            connection.swallow(*directions)

    def delay(self, seconds: float, *directions: Direction) -> None:
        """Let everything that comes from now on take some seconds to pass."""
        self._delays.update(dict.fromkeys(directions or BOTH, seconds))
        for connection in self.connections:
            connection.delay(seconds, *directions)

    def hold(self, *directions: Direction) -> None:
        """Let nothing pass on the open connections until `release`."""
        for connection in self.connections:
            connection.hold(*directions)

    def release(self, *directions: Direction) -> None:
        """End `hold` and `swallow`."""
        self._swallowing.difference_update(directions or BOTH)
        for connection in self.connections:
            connection.release(*directions)

    def inject(self, data: bytes, direction: Direction) -> None:
        """Write bytes between two frames of every connection."""
        for connection in self.connections:
            connection.inject(data, direction)

    def inject_frame(self, payload: bytes | str, direction: Direction, *, opcode: int = 0x1) -> None:
        """Write a frame that nobody sent into every connection."""
        for connection in self.connections:
            connection.inject_frame(payload, direction, opcode=opcode)

    def truncate(self, direction: Direction) -> None:
        """Let half of the next frame of every connection pass, and then end its stream."""
        for connection in self.connections:
            connection.truncate(direction)

    async def _listen(self, listening: socket.socket) -> None:
        self._server = await asyncio.start_server(self._arrived, sock=listening, limit=MAX_HEAD_BYTES)
        self.url = f"ws://127.0.0.1:{listening.getsockname()[1]}"

    def _arrived(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve((reader, writer)), name="fault-proxy")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, client: Streams) -> None:
        connection = None
        try:
            if len(self.connections) >= MAX_CONNECTIONS:
                return
            service = await asyncio.open_connection(self._host, self._port, limit=MAX_HEAD_BYTES)
            connection = ProxiedConnection(client, service, self._passed)
        except OSError:
            return  # the service is not there, and the client is to see that
        finally:
            if connection is None:
                client[1].transport.abort()
        for direction, seconds in self._delays.items():
            connection.delay(seconds, direction)
        if self._swallowing:
            connection.swallow(*self._swallowing)
        self.connections.append(connection)
        self.accepted += 1
        try:
            await connection.run()
        finally:
            self.connections.remove(connection)

    def _passed(self, connection: ProxiedConnection, direction: Direction, payload: bytes) -> None:
        for trigger in [each for each in self._triggers if direction in each.directions and each.text in payload]:
            self._triggers.remove(trigger)
            trigger.act(connection)


def _bound(port: int) -> socket.socket:
    # asyncio switches Nagle's algorithm off only for sockets whose protocol was named.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    bound.setblocking(False)
    return bound

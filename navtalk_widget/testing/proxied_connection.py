"""One connection through the fault proxy, and the faults that it can have."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Literal

from navtalk_widget.testing.frames import frame
from navtalk_widget.testing.lane import Lane

Direction = Literal["up", "down"]
"""``up`` is from the client to the service."""

BOTH: tuple[Direction, Direction] = ("up", "down")

_RESET = struct.pack("ii", 1, 0)  # linger for 0 s: the connection is reset instead of ended

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class ProxiedConnection:
    """A client's connection to the service; `Direction` arguments default to both.

    Args:
        client: the streams to the client.
        service: the streams to the service.
        passed: called with the connection, direction and payload of each frame that has passed.
    """

    def __init__(
        self, client: Streams, service: Streams, passed: Callable[[ProxiedConnection, Direction, bytes], None]
    ) -> None:
        self._finished = False
        self._broken = asyncio.Event()
        self._writers = {"down": client[1], "up": service[1]}
        self._lanes = {
            "up": Lane(client[0], service[1], lambda payload: passed(self, "up", payload)),
            "down": Lane(service[0], client[1], lambda payload: passed(self, "down", payload)),
        }

    @property
    def path(self) -> str:
        """The path and query that the client asked for; empty as long as it has not."""
        words = self._lanes["up"].head.split(b" ", 2)
        return words[1].decode("ascii", "replace") if len(words) == 3 else ""

    def reset(self) -> None:
        """Break the connection for both ends at once (TCP RST)."""
        self._broken.set()
        for writer in self._writers.values():
            if not writer.is_closing():
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()

    def finish(self) -> None:
        """End the stream for both ends (TCP FIN), without the farewell of a WebSocket."""
        if self._finished:
            return
        self._finished = True
        for lane in self._lanes.values():
            lane.swallowing = True
        for writer in self._writers.values():
            if not writer.is_closing():
                writer.write_eof()

    def swallow(self, *directions: Direction) -> None:
        """Let everything disappear, while both ends think that they are connected (half-open)."""
        for direction in directions or BOTH:
            self._lanes[direction].swallowing = True

    def delay(self, seconds: float, *directions: Direction) -> None:
        """Let everything that comes from now on take some seconds to pass."""
        for direction in directions or BOTH:
            self._lanes[direction].delay = seconds

    def hold(self, *directions: Direction) -> None:
        """Let nothing pass until `release`; what other connections carry overtakes it."""
        for direction in directions or BOTH:
            self._lanes[direction].hold()

    def release(self, *directions: Direction) -> None:
        """Let pass what was held; a direction that swallows passes on again what comes from now on."""
        for direction in directions or BOTH:
            self._lanes[direction].swallowing = self._finished
            self._lanes[direction].release()

    def inject(self, data: bytes, direction: Direction) -> None:
        """Write bytes between two frames, as they are."""
        self._lanes[direction].write(data)

    def inject_frame(self, payload: bytes | str, direction: Direction, *, opcode: int = 0x1) -> None:
        """Write a frame that the sender did not send; 3 to 7 and 11 to 15 are opcodes that mean nothing."""
        data = payload.encode() if isinstance(payload, str) else payload
        self.inject(frame(data, opcode=opcode, masked=direction == "up"), direction)

    def truncate(self, direction: Direction) -> None:
        """Let half of the next frame pass, and then end the stream for both ends."""
        self._lanes[direction].cut_next = self.finish

    async def run(self) -> None:
        """Pass everything on until both ends have finished, or one has broken the connection."""
        lanes = [asyncio.create_task(lane.run(), name="fault-proxy-lane") for lane in self._lanes.values()]
        try:
            await asyncio.gather(*lanes)
        except (ConnectionError, TimeoutError, ValueError, asyncio.LimitOverrunError) as error:
            swallowing = any(lane.swallowing for lane in self._lanes.values())
            if swallowing and isinstance(error, ConnectionError):
                await self._broken.wait()  # the other end is not to learn of it
            self.reset()
        finally:
            for lane in lanes:
                lane.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)
            for writer in self._writers.values():
                writer.transport.abort()

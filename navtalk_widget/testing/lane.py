"""One direction of a connection through the fault proxy."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from navtalk_widget.testing.frames import Frame, read_frame

MAX_WAITING_BYTES = 16 * 2**20
"""Bytes that wait in one direction; while there are more, nothing is read, and the sender feels that."""

MAX_HEAD_BYTES = 64 * 2**10

_EXTENSIONS = re.compile(rb"\r\nsec-websocket-extensions:[^\r\n]*", re.IGNORECASE)
_UPGRADE = re.compile(rb"\r\nupgrade:\s*websocket\s*\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Waiting:
    due: float
    data: bytes
    frame: Frame | None


class Lane:
    """Reads HTTP heads and WebSocket frames, keeps them as long as it should, and writes them on.

    Args:
        reader: where the bytes come from.
        writer: where they go.
        passed: called with the payload of each frame that was written.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passed: Callable[[bytes], None]
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._passed = passed
        self._waiting: deque[_Waiting | None] = deque()
        self._waiting_bytes = 0
        self._moved = asyncio.Condition()
        self._free = asyncio.Event()
        self._free.set()
        self.delay = 0.0
        """Seconds that everything takes to pass."""
        self.swallowing = False
        """Whether everything disappears, the end of the stream too."""
        self.cut_next: Callable[[], None] | None = None
        """Called after half of the next frame has passed."""
        self.head = b""
        """The HTTP head that the stream began with."""

    def hold(self) -> None:
        """Let nothing pass until `release`."""
        self._free.clear()

    def release(self) -> None:
        """Let pass what was held."""
        self._free.set()

    def write(self, data: bytes) -> None:
        """Write bytes between two frames, at once; where everything disappears, they do too."""
        if not self.swallowing and not self._writer.is_closing():
            self._writer.write(data)

    async def run(self) -> None:
        """Pass bytes on until the stream ends.

        Raises:
            ConnectionError: one of the two ends broke the connection.
        """
        reading = asyncio.create_task(self._read(), name="fault-proxy-read")
        writing = asyncio.create_task(self._write(), name="fault-proxy-write")
        try:
            done, _ = await asyncio.wait({reading, writing}, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            for task in (reading, writing):
                task.cancel()
            await asyncio.gather(reading, writing, return_exceptions=True)

    async def _read(self) -> None:
        with suppress(asyncio.IncompleteReadError):
            self.head = _EXTENSIONS.sub(b"", await self._reader.readuntil(b"\r\n\r\n"))
            await self._put(self.head, None)
            if _UPGRADE.search(self.head):
                while True:
                    frame = await read_frame(self._reader)
                    await self._put(frame.data, frame)
            while data := await self._reader.read(2**16):
                await self._put(data, None)
        async with self._moved:
            self._waiting.append(None)
            self._moved.notify_all()

    async def _put(self, data: bytes, frame: Frame | None) -> None:
        due = asyncio.get_running_loop().time() + self.delay
        async with self._moved:
            await self._moved.wait_for(lambda: self._waiting_bytes <= MAX_WAITING_BYTES)
            self._waiting.append(_Waiting(due, data, frame))
            self._waiting_bytes += len(data)
            self._moved.notify_all()

    async def _write(self) -> None:
        while True:
            async with self._moved:
                await self._moved.wait_for(lambda: self._waiting)
                next_ = self._waiting.popleft()
                self._waiting_bytes -= len(next_.data) if next_ else 0
                self._moved.notify_all()
            if next_ is not None:
                await asyncio.sleep(next_.due - asyncio.get_running_loop().time())
            await self._free.wait()
            if next_ is None:
                self._end()
                return
            if not self.swallowing:
                await self._pass(next_)

    async def _pass(self, next_: _Waiting) -> None:
        if next_.frame is not None and self.cut_next is not None:
            self._writer.write(next_.data[: (len(next_.data) + 1) // 2])
            cut, self.cut_next = self.cut_next, None
            cut()
            return
        self._writer.write(next_.data)
        await self._writer.drain()
        if next_.frame is not None:
            self._passed(next_.frame.payload)

    def _end(self) -> None:
        if not self.swallowing and not self._writer.is_closing():
            with suppress(OSError):  # the other end is gone already
                self._writer.write_eof()

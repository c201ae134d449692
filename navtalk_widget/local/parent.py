"""The process that started the service: what it says on our standard input, what it is told, and its death."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

MAX_FIRST_LINE_BYTES = 64 * 2**10

MAX_LINE_BYTES = 16 * 2**20
"""A longer line is passed over."""

LINE_TIMEOUT_S = 10.0

WAITING_LINES = 512
"""Lines that may wait for a parent that does not read; further ones are dropped."""

logger = logging.getLogger(__name__)

Message = dict[str, Any]


class ParentError(Exception):
    """The parent did not say what it should."""


class Parent:
    """Reads and writes in threads of its own: not every platform can wait for pipes in an event loop.

    The end of the pipe is the one sign of a parent's death that comes however it dies.

    Args:
        on_gone: called in the reading thread, once, when the pipe has ended.
        ear: the descriptor on which the parent speaks.
        mouth: the descriptor on which it is told something.
    """

    def __init__(self, on_gone: Callable[[], None], *, ear: int = 0, mouth: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_gone = on_gone
        self._ear = ear
        self._mouth = mouth
        self._first: asyncio.Future[bytes] = self._loop.create_future()
        self._handler: Callable[[Message], None] | None = None
        self._waiting: queue.Queue[bytes] = queue.Queue(WAITING_LINES)
        threading.Thread(target=self._read, name="parent", daemon=True).start()
        threading.Thread(target=self._write, name="to parent", daemon=True).start()

    async def license(self) -> str:
        """Wait for the first line, and return the licence in it.

        Raises:
            ParentError: no such line came.
        """
        try:
            message = json.loads(await asyncio.wait_for(self._first, LINE_TIMEOUT_S))
        except asyncio.TimeoutError as error:
            raise ParentError(f"the parent wrote no line within {LINE_TIMEOUT_S:.0f} s") from error
        except ValueError as error:
            raise ParentError("the parent's line is not JSON") from error
        if not isinstance(message, dict) or not isinstance(message.get("license"), str) or not message["license"]:
            raise ParentError('the parent\'s line must be {"license": "<key>"}')
        return str(message["license"])

    def listen(self, handler: Callable[[Message], None]) -> None:
        """Have each further message handed over in the loop; those that come before are lost."""
        self._handler = handler

    def tell(self, message: Message) -> None:
        """Say something soon; what is more than the parent reads is lost with a line in the log.

        Raises:
            ValueError: it is too long.
        """
        line = json.dumps(message).encode() + b"\n"
        if len(line) > MAX_LINE_BYTES:
            raise ValueError(f"{len(line) / 2**20:.0f} MB are more than the pipe to the kernel takes at once")
        try:
            self._waiting.put_nowait(line)
        except queue.Full:
            logger.warning("the parent is not told a %s: it does not read", message.get("type"))

    def _write(self) -> None:
        with suppress(OSError), open(self._mouth, "wb", closefd=False) as stream:
            while True:
                stream.write(self._waiting.get())
                stream.flush()

    def _read(self) -> None:
        line, limit = bytearray(), MAX_FIRST_LINE_BYTES
        while block := os.read(self._ear, 65_536):
            *ended, rest = block.split(b"\n")
            for end in ended:
                self._hand_over(bytes(line + end), limit)
                line, limit = bytearray(), MAX_LINE_BYTES
            line += rest
            if len(line) > limit:
                if limit == MAX_FIRST_LINE_BYTES:
                    self._hand_over(bytes(line), limit)
                del line[limit + 1 :]  # and so the rest of it, until its end
        if limit == MAX_FIRST_LINE_BYTES:
            self._hand_over(bytes(line), limit)
        self._on_gone()

    def _hand_over(self, line: bytes, limit: int) -> None:
        if self._loop.is_closed():
            return
        if limit == MAX_FIRST_LINE_BYTES:
            self._loop.call_soon_threadsafe(self._take_first, line)
        elif len(line) <= limit:
            self._loop.call_soon_threadsafe(self._take, line)
        else:
            logger.warning("the parent said more than %d bytes at once", limit)

    def _take_first(self, line: bytes) -> None:
        if not self._first.done():
            self._first.set_result(line)

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except ValueError:
            logger.warning("the parent said something that is no message")
            return
        if self._handler is not None and isinstance(message, dict) and isinstance(message.get("type"), str):
            self._handler(message)

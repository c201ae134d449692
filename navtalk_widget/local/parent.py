"""The process that started the service: what it says on our standard input, and noticing that it is gone."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Callable

MAX_LINE_BYTES = 64 * 2**10

LINE_TIMEOUT_S = 10.0


class ParentError(Exception):
    """The parent did not say what it should."""


class Parent:
    """Reads the pipe from the parent, in a thread of its own: not every platform can wait for it in an event loop.

    The end of the pipe is the one sign of a parent's death that comes however it dies.

    Args:
        on_gone: called in that thread, once, when the pipe has ended.
    """

    def __init__(self, on_gone: Callable[[], None], descriptor: int = 0) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_gone = on_gone
        self._descriptor = descriptor
        self._line: asyncio.Future[bytes] = self._loop.create_future()
        threading.Thread(target=self._read, name="parent", daemon=True).start()

    async def license(self) -> str:
        """Wait for the first line, and return the licence in it.

        Raises:
            ParentError: no such line came.
        """
        try:
            message = json.loads(await asyncio.wait_for(self._line, LINE_TIMEOUT_S))
        except asyncio.TimeoutError as error:
            raise ParentError(f"the parent wrote no line within {LINE_TIMEOUT_S:.0f} s") from error
        except ValueError as error:
            raise ParentError("the parent's line is not JSON") from error
        if not isinstance(message, dict) or not isinstance(message.get("license"), str) or not message["license"]:
            raise ParentError('the parent\'s line must be {"license": "<key>"}')
        return str(message["license"])

    def _read(self) -> None:
        line = b""
        told = False
        while block := os.read(self._descriptor, 4096):
            line += b"" if told else block
            if not told and (b"\n" in line or len(line) > MAX_LINE_BYTES):
                told = True
                self._hand_over(line.partition(b"\n")[0])
        self._hand_over(line)
        self._on_gone()

    def _hand_over(self, line: bytes) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell, line)

    def _tell(self, line: bytes) -> None:
        if not self._line.done():
            self._line.set_result(line)

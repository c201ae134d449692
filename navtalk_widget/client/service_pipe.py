"""The pipe to the embedded service's process: JSON, one message a line, both ways.

Its end, however it comes about, is the end of the process.
"""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import threading
from collections.abc import Callable
from typing import IO, Any

MAX_LINE_BYTES = 16 * 2**20
"""Half a minute of an engine's sound, or a conversation with its pictures; a longer line ends the pipe."""

WAITING_LINES = 512
"""Lines that may wait for a process that does not read, which is stopped or broken; further ones are dropped."""

_logger = logging.getLogger(__name__)

Message = dict[str, Any]


class ServicePipe:
    """Writes and reads in threads of its own, so that nobody waits for the process.

    Args:
        to_process: its standard input.
        from_process: its standard output.
        received: called with each message, in the reading thread.
        ended: called once when the process says no more, in that thread.
    """

    def __init__(
        self,
        to_process: IO[bytes],
        from_process: IO[bytes],
        *,
        received: Callable[[Message], None],
        ended: Callable[[], None],
    ) -> None:
        self._to_process = to_process
        self._from_process = from_process
        self._received = received
        self._ended = ended
        self._lines: queue.Queue[bytes | None] = queue.Queue(WAITING_LINES)
        self._hung_up = False
        threading.Thread(target=self._write, name="navtalk-pipe-out", daemon=True).start()
        threading.Thread(target=self._read, name="navtalk-pipe-in", daemon=True).start()

    def tell(self, message: Message) -> None:
        """Send a message soon, from any thread; nothing is sent after `hang_up`.

        Raises:
            ValueError: it is too large.
        """
        if self._hung_up:
            return
        line = json.dumps(message).encode() + b"\n"
        if len(line) > MAX_LINE_BYTES:
            raise ValueError(f"a message of {len(line) / 2**20:.0f} MB is too large for the local service")
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            _logger.warning("The embedded service does not read; a message is lost")

    def hang_up(self) -> None:
        """Ask the process to end; what waits is not sent."""
        self._hung_up = True
        with contextlib.suppress(queue.Empty):
            while True:
                self._lines.get_nowait()
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(None)

    def _write(self) -> None:
        with contextlib.suppress(OSError), self._to_process as stream:
            while (line := self._lines.get()) is not None:
                stream.write(line)
                stream.flush()

    def _read(self) -> None:
        try:
            with contextlib.suppress(OSError), self._from_process as stream:
                while (line := stream.readline(MAX_LINE_BYTES)).endswith(b"\n"):
                    self._take(line)
        finally:
            self.hang_up()
            self._ended()

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            _logger.warning("The embedded service said something that is no message")
            return
        try:
            self._received(message)
        except Exception:
            # What cannot be made sense of is lost; all other conversations depend on this thread.
            _logger.exception("A message of the embedded service is lost")

"""A thread for the callbacks of users, so that a slow one holds up neither speech nor the kernel."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

LIMIT = 10_000
"""Calls that may wait behind one that does not return; older ones are dropped."""

_logger = logging.getLogger(__name__)


class Dispatcher:
    """Calls functions one after the other, in the order in which they were posted."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], object]] = deque(maxlen=LIMIT)
        self._filled = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="navtalk-callbacks", daemon=True)
        self._thread.start()

    def post(self, function: Callable[[], object]) -> None:
        """Have a function called soon; after `close` it is not."""
        with self._filled:
            if not self._closed:
                self._waiting.append(function)
                self._filled.notify()

    def close(self) -> None:
        """End the thread after what was posted so far; does not wait for it."""
        with self._filled:
            self._closed = True
            self._filled.notify()

    def _run(self) -> None:
        while True:
            with self._filled:
                self._filled.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    return
                function = self._waiting.popleft()
            try:
                function()
            except Exception:
                _logger.exception("A callback failed; the conversation goes on")

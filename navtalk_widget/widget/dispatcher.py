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
    """Calls functions one after the other, in the order in which they were posted.

    The thread lives while there is something to call: a widget that is left alone costs none.

    Args:
        name: the thread's name.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: deque[Callable[[], object]] = deque(maxlen=LIMIT)
        self._lock = threading.Lock()
        self._running = False

    def post(self, function: Callable[[], object]) -> None:
        """Have a function called soon, from any thread."""
        with self._lock:
            self._waiting.append(function)
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._running = False
                    return
                function = self._waiting.popleft()
            try:
                function()
            except BaseException:
                _logger.exception("A callback failed; the conversation goes on")

"""A clock for asyncio that jumps over waiting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

GRACE = 0.002
"""Real seconds without any I/O after which everything counts as idle."""

_RESOLUTION = 1e-6


class VirtualClock:
    """Makes a loop's time jump to the next timer as soon as nothing else can happen.

    ``asyncio.sleep(30)``, ``call_later`` and time limits pass at once when all tasks are idle; the order of events is
    as it was. Sockets stay real: before every jump the loop looks for I/O, and gives it `grace` real seconds to come.
    While nothing but I/O is waited for, the loop waits in real time, and its clock stands still.

    Limits:

    - Only ``loop.time()`` is virtual, and what asyncio builds on it. ``time.monotonic()`` and ``time.time()`` are not.
    - Work of threads and other processes takes real time, of which the loop knows nothing: if it takes longer than
      `grace`, the clock jumps meanwhile, past time limits too. Wrap such moments in ``with clock.in_real_time():``.
    - The loop must be one of the standard library's. Afterwards its time is real again, and so may step back: timers
      that are left then go off late.

    Args:
        grace: real seconds without any I/O after which everything counts as idle.
    """

    def __init__(self, grace: float = GRACE) -> None:
        self._grace = grace
        self._now = 0.0
        self._real = 0

    def time(self) -> float:
        """The virtual time, in seconds; it begins at the loop's own."""
        return self._now

    @contextmanager
    def running(self) -> Iterator[VirtualClock]:
        """Replace the running loop's clock.

        Raises:
            TypeError: the loop has no selector: it is not one of the standard library's.
        """
        loop: Any = asyncio.get_running_loop()
        selector = getattr(loop, "_selector", None)
        if selector is None:
            raise TypeError(f"{type(loop).__name__} has no clock that could be replaced")
        real_select, resolution = selector.select, loop._clock_resolution

        def select(timeout: float | None = None) -> Any:
            ready = real_select(0)
            if ready or (timeout is not None and timeout <= 0):
                return ready
            if timeout is None:
                return real_select(None)
            if self._real:
                began = time.monotonic()
                ready = real_select(timeout)
                self._now += time.monotonic() - began if ready else timeout
                return ready
            ready = real_select(min(self._grace, timeout))
            if not ready:
                self._now += timeout
            return ready

        self._now = loop.time()
        selector.select, loop.time, loop._clock_resolution = select, self.time, _RESOLUTION
        try:
            yield self
        finally:
            del selector.select, loop.time
            loop._clock_resolution = resolution

    @contextmanager
    def in_real_time(self) -> Iterator[None]:
        """Let waiting take as long as it says, while threads or other processes are at work."""
        self._real += 1
        try:
            yield
        finally:
            self._real -= 1

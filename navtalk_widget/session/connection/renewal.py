"""Renewing a connection before the service ends it for its age."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

AHEAD = 60.0
"""Seconds before the end from which on a moment of rest is waited for."""

AT_THE_LATEST = 5.0
"""Seconds before the end at which rest is no longer waited for."""

SHORTEST_SESSION = 30.0
"""A session that ends sooner, or has ended already by this machine's clock, is not renewed: clocks may differ, and a
service that ends it all the same is connected to again then."""

LOOK = 0.25
"""Seconds between looks at whether there is rest."""


class Renewal:
    """Waits for a moment of rest shortly before a session's end.

    Args:
        at_rest: whether nobody speaks and nothing is under way.
        renew: called once, at the right moment.
    """

    def __init__(self, at_rest: Callable[[], bool], renew: Callable[[], None]) -> None:
        self._at_rest = at_rest
        self._renew = renew
        self._timer: asyncio.TimerHandle | None = None

    def plan(self, expires_at: float | None) -> None:
        """Renew before this time, in seconds since 1970; never if the service names none."""
        self.cancel()
        remaining = 0.0 if expires_at is None else expires_at - time.time()
        if expires_at is not None and remaining >= SHORTEST_SESSION:
            # A session that is short from the beginning gets at least half of its time.
            self._later(max(remaining - AHEAD, remaining / 2), expires_at)

    def cancel(self) -> None:
        """Renew nothing."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _later(self, delay: float, expires_at: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(max(0.0, delay), self._look, expires_at)

    def _look(self, expires_at: float) -> None:
        self._timer = None
        if self._at_rest() or time.time() > expires_at - AT_THE_LATEST:
            self._renew()
        else:
            self._later(LOOK, expires_at)

"""Silence that is too long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

THINKING_LIMIT = 30.0
"""Seconds of silence after which an answer, begun or not, is no longer waited for."""


class ThinkingLimit:
    """Ends the wait for an answer of which nothing more comes.

    Args:
        give_up: called at the end of `THINKING_LIMIT`.
    """

    def __init__(self, give_up: Callable[[], None]) -> None:
        self._give_up = give_up
        self._timer: asyncio.TimerHandle | None = None

    @property
    def running(self) -> bool:
        """Whether the wait will end by itself."""
        return self._timer is not None

    def restart(self, *, waits: bool) -> None:
        """Something has happened; what follows is waited for anew, or nothing is."""
        self.stop()
        if waits:
            self._timer = asyncio.get_running_loop().call_later(THINKING_LIMIT, self._give_up)

    def stop(self) -> None:
        """Stop the clock."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

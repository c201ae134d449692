"""A page's clock, compared with ours."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from navtalk_widget.gateway.clock_offset import ClockOffset
from navtalk_widget.gateway.from_page import Pong

UNANSWERED = 16
"""Pings that may be under way: a comm holds them up while a cell runs."""

TRUSTED_S = 0.25
"""By how much times of a page may be wrong. A ping that waited behind a cell leaves more open, and no time is better
than one that is off by a second."""


class PageClock:
    """Belongs to one page.

    Args:
        tell: sends the page a message.
        now: our clock, in seconds since 1970.
    """

    def __init__(self, tell: Callable[[dict[str, Any]], None], now: Callable[[], float] = time.time) -> None:
        self._tell = tell
        self._now = now
        self._offset = ClockOffset()
        self._asked: deque[float] = deque(maxlen=UNANSWERED)

    def ask(self) -> None:
        """Ask the page for its time."""
        sent_ms = 1000 * self._now()
        self._asked.append(sent_ms)
        self._tell({"type": "ping", "sent_ms": sent_ms, "round_trip_ms": self.round_trip_ms})

    def take(self, pong: Pong) -> None:
        """Take in the page's answer; what was not asked is no answer."""
        if pong.sent_ms in self._asked:
            self._asked.remove(pong.sent_ms)
            back = self._now()
            self._offset.note(pong.sent_ms / 1000, pong.received_ms / 1000, pong.answered_ms / 1000, back)

    @property
    def round_trip_ms(self) -> float | None:
        """To the page and back, as the last ping took; None before the first."""
        return None if self._offset.round_trip is None else 1000 * self._offset.round_trip

    @property
    def ahead_ms(self) -> float | None:
        """How far the page's clock is ahead of ours; None while that is not known to `TRUSTED_S`."""
        return 1000 * self._offset.ahead if self._offset.ahead is not None and self._trusted() else None

    def by_ours(self, at: float) -> float | None:
        """A time that the page tells, as our clock tells it, in seconds since 1970; None while `ahead_ms` is."""
        return self._offset.by_ours(at) if self._trusted() else None

    def _trusted(self) -> bool:
        error = self._offset.error(self._now())
        return error is not None and error <= TRUSTED_S

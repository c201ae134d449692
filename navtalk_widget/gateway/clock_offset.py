"""How far another clock is ahead of ours, as NTP reckons it: from questions that it answered."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

REMEMBERED = 32
"""Answers that are compared: the last minute."""

DRIFT = 500e-6
"""Seconds per second by which two clocks may part, one of which is being corrected over the network; crystals
themselves do not stray by a tenth of that."""

RESOLUTION = 1e-3
"""Seconds to which a clock may be rounded, as browsers round theirs."""


@dataclass(frozen=True, slots=True)
class _Answer:
    ahead: float
    round_trip: float
    asked: float

    def error(self, now: float) -> float:
        return self.round_trip / 2 + RESOLUTION + DRIFT * abs(now - self.asked)


class ClockOffset:
    """Compares two clocks; all times are in seconds.

    What a question and its answer took on their way is known as a sum only. If both took the same, the other clock read
    what ours read half-way; if one took all of it, that is wrong by half the round trip, and by no more than that. So
    the answer counts that leaves the least room for error, by its round trip and by its age.
    """

    def __init__(self) -> None:
        self._answers: deque[_Answer] = deque(maxlen=REMEMBERED)
        self._best: _Answer | None = None

    def note(self, asked: float, received: float, answered: float, back: float) -> None:
        """Take in a question and its answer.

        Args:
            asked: when the question left, by our clock.
            received: when it arrived, by the other clock.
            answered: when the answer left, by the other clock.
            back: when it arrived, by our clock.
        """
        round_trip = (back - asked) - (answered - received)
        if round_trip < -2 * RESOLUTION or answered < received:  # a clock was set meanwhile
            self._forget()
            return
        answer = _Answer((received - asked + answered - back) / 2, max(0.0, round_trip), asked)
        best = self._best
        if best is not None and abs(answer.ahead - best.ahead) > best.error(back) + answer.error(back):
            self._forget()  # they cannot both be right: a clock was set since
        self._answers.append(answer)
        self._best = min(self._answers, key=lambda each: each.error(back))

    @property
    def ahead(self) -> float | None:
        """How far the other clock is ahead; None before there was an answer."""
        return None if self._best is None else self._best.ahead

    @property
    def round_trip(self) -> float | None:
        """How long the last question and its answer were on their way; None before there was one."""
        return self._answers[-1].round_trip if self._answers else None

    def error(self, now: float) -> float | None:
        """By how much `ahead` may be wrong at a time of our clock; None before there was an answer."""
        return None if self._best is None else self._best.error(now)

    def by_ours(self, other: float) -> float | None:
        """A time of the other clock as ours tells it; None before there was an answer."""
        return None if self._best is None else other - self._best.ahead

    def _forget(self) -> None:
        self._answers.clear()
        self._best = None

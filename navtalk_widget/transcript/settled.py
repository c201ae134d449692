"""The older turns of a transcript: an append-only log that all its snapshots share."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from navtalk_widget.transcript.turn import Turn


class SettledTurns:
    """Turns in order, which only grow. A snapshot sees the first so many of them and never notices the growth.

    Args:
        turns: in order, none twice.
    """

    def __init__(self, turns: Sequence[Turn] = ()) -> None:
        self.turns = list(turns)
        self._positions = {turn.key: position for position, turn in enumerate(self.turns)}
        self._lock = threading.Lock()

    def extended(self, count: int, more: Sequence[Turn]) -> SettledTurns:
        """The log with `more` after its first `count` turns: this one, or a copy if it already goes on differently."""
        with self._lock:
            if count == len(self.turns):
                self._positions.update((turn.key, count + offset) for offset, turn in enumerate(more))
                self.turns.extend(more)
                return self
        return SettledTurns([*self.turns[:count], *more])

    def holds(self, key: tuple[str, str], count: int) -> bool:
        """Whether one of the first `count` turns has this key."""
        return self._positions.get(key, count) < count

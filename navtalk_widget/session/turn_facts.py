"""What is learnt of turns besides their words, and not by whoever follows the words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from navtalk_widget.transcript.turn import Turn

REMEMBERED = 256
"""Turns of which something is known that their next state is to have too."""


class TurnFacts:
    """Adds to each state of a turn what is known of it from elsewhere: its latency, its place in a recording.

    Args:
        **of_all: fields that all turns have in common, such as `conversation_id`.
    """

    def __init__(self, **of_all: Any) -> None:
        self._of_all = of_all
        self._facts: dict[str, dict[str, Any]] = {}

    def learn(self, turn_id: str, **facts: Any) -> None:
        """Take in fields of a turn, whether there is such a turn already or not."""
        self._facts[turn_id] = self._facts.pop(turn_id, {}) | facts
        if len(self._facts) > REMEMBERED:
            del self._facts[next(iter(self._facts))]

    def added_to(self, turn: Turn) -> Turn:
        """The turn with what is known of it."""
        return replace(turn, **self._of_all, **self._facts.get(turn.id, {}))

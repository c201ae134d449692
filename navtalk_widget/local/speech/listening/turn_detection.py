"""When a turn begins and ends, as a listener is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from navtalk_widget.local.speech.listening.completeness import Completeness, completeness

SHORTEST_SILENCE_MS = 250
LONGEST_SILENCE_MS = 1_500
"""Milliseconds: whatever was said, the turn is over after that."""

_SILENCE_MS: dict[Completeness, int] = {"complete": 250, "open": 600, "hanging": 1_500}
_PATIENCE = {"low": 1.5, "medium": 1.0, "auto": 1.0, "high": 0.7}


class TurnDetection(Protocol):
    """What a listener asks."""

    @property
    def threshold(self) -> float:
        """Probability from which sound counts as voice."""

    @property
    def prefix_padding_ms(self) -> int:
        """How much sound before the voice belongs to the turn."""

    def silence_after(self, words: str, language: str) -> int:
        """How many milliseconds of silence end the turn.

        Args:
            words: what was understood of it so far, without punctuation.
            language: they are in; ``""`` where nobody said.
        """
        ...


@dataclass(frozen=True, slots=True)
class ServerVad:
    """A turn ends after a silence of always the same length, in the words of OpenAI's ``server_vad``."""

    threshold: float = 0.5
    prefix_padding_ms: int = 300
    silence_duration_ms: int = 500

    def silence_after(self, words: str, language: str) -> int:
        """Always the same, see `TurnDetection`."""
        return self.silence_duration_ms


@dataclass(frozen=True, slots=True)
class SemanticVad:
    """A turn ends the sooner the more what was said sounds complete, in the words of OpenAI's ``semantic_vad``."""

    eagerness: Literal["low", "medium", "high", "auto"] = "auto"
    threshold: float = 0.5
    prefix_padding_ms: int = 300

    def silence_after(self, words: str, language: str) -> int:
        """Short after a question, long in the middle of a clause, see `TurnDetection`."""
        wanted = round(_SILENCE_MS[completeness(words, language)] * _PATIENCE[self.eagerness])
        return min(LONGEST_SILENCE_MS, max(SHORTEST_SILENCE_MS, wanted))

"""Which words of a spoken message sound when."""

from __future__ import annotations

from dataclasses import dataclass

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import SpokenPiece, Word


@dataclass(frozen=True, slots=True)
class _Clause:
    start: int
    end: int
    text: str
    words: tuple[Word, ...]


class SpokenWords:
    """The clauses of one message as they were spoken, one after another, without their sound."""

    def __init__(self) -> None:
        self._clauses: list[_Clause] = []
        self._samples = 0
        self._heard: int | None = None  # samples; None for all

    @property
    def duration_ms(self) -> int:
        """How long the message is."""
        return self._samples * 1000 // SAMPLE_RATE

    def add(self, piece: SpokenPiece) -> None:
        """Add the next clause."""
        start, self._samples = self._samples, self._samples + piece.pcm.size
        self._clauses.append(_Clause(start, self._samples, piece.text, piece.words))

    def limit(self, heard_s: float) -> None:
        """Note that no more than this was heard, whatever somebody believes who did not notice a pause."""
        self._heard = round(heard_s * SAMPLE_RATE)

    def cut(self, end_ms: int) -> str:
        """Forget what comes after a moment, and return the words that were at least begun before it."""
        end = min(self._samples, end_ms * SAMPLE_RATE // 1000)
        self._samples = end
        if self._heard is not None:
            end = min(end, self._heard)
        self._clauses = [_until(clause, end) for clause in self._clauses if clause.start < end]
        return "".join(clause.text for clause in self._clauses).strip()


def _until(clause: _Clause, end: int) -> _Clause:
    if clause.end <= end:
        return clause
    words = tuple(word for word in clause.words if clause.start + word.start_s * SAMPLE_RATE < end)
    return _Clause(clause.start, end, " ".join(word.text for word in words), words)

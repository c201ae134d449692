"""Cutting a stream of speech into pieces while it is still coming."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import SpokenPiece

SHORTEST_S, LONGEST_S = 0.3, 1.2
"""Seconds of a piece: enough to play while the next one comes, and so little that nobody waits for it."""

CHARACTERS_PER_S = 15.0
"""How fast letters are spoken; which words are in a piece of a stream can only be guessed."""

_FRAME = SAMPLE_RATE // 100
_QUIET = 0.05
_BROAD = 3.0  # a Chinese character takes as long as this many letters


class SpokenStream:
    """Takes the sound of one text bit by bit and gives out pieces that end where the voice is quiet.

    The playout softens both ends of each piece, which would be heard in the middle of a vowel.

    Args:
        text: what is spoken; its words are shared out by the time they should take.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._pcm = np.zeros(0, dtype=np.int16)
        self._peak = 0.0
        self._credit = 0.0  # in characters

    def feed(self, pcm: NDArray[np.int16]) -> list[SpokenPiece]:
        """Take the next sound, mono int16 of shape (samples,) at 24,000 Hz; return the pieces that are complete."""
        self._pcm = np.concatenate((self._pcm, pcm))
        pieces = []
        while (cut := self._cut()) is not None:
            head, self._pcm = self._pcm[:cut], self._pcm[cut:]
            pieces.append(self._piece(head))
        return pieces

    def add(self, piece: SpokenPiece) -> Iterator[SpokenPiece]:
        """Take a piece that knows its own times, and so stays whole; give it its text, and what came before it."""
        if self._pcm.size:
            yield self._piece(self._pcm)
            self._pcm = self._pcm[:0]
        yield replace(piece, text=self._share(piece.duration_s))

    def finish(self) -> SpokenPiece:
        """Return the rest of sound and text; a stream without any sound is a moment of silence."""
        pcm = self._pcm if self._pcm.size else np.zeros(_FRAME, dtype=np.int16)
        text, self._text, self._pcm = self._text, "", self._pcm[:0]
        return SpokenPiece(text, pcm, (), ())

    def _piece(self, pcm: NDArray[np.int16]) -> SpokenPiece:
        return SpokenPiece(self._share(pcm.size / SAMPLE_RATE), pcm, (), ())

    def _cut(self) -> int | None:
        """Where the next piece may end: at the first quiet moment, else at the least loud one when it gets too long."""
        levels = _levels(self._pcm)
        self._peak = max(self._peak, float(levels.max(initial=0.0)))
        first, last = round(SHORTEST_S * SAMPLE_RATE / _FRAME), round(LONGEST_S * SAMPLE_RATE / _FRAME)
        allowed = levels[first:last]
        quiet = np.flatnonzero(allowed < _QUIET * self._peak)
        if quiet.size:
            frame = first + int(quiet[0])
        elif levels.size > last:
            frame = first + int(np.argmin(allowed))
        else:
            return None
        # Within the frame, between the two samples that are nearest to zero.
        inside = np.abs(self._pcm[frame * _FRAME : (frame + 1) * _FRAME].astype(np.int32))
        return frame * _FRAME + int(np.argmin(inside[:-1] + inside[1:])) + 1

    def _share(self, seconds: float) -> str:
        """Take the words that are spoken in a time off the text; the end of the text is for the end of the sound."""
        self._credit += seconds * CHARACTERS_PER_S
        end, cost, paid = 0, 0.0, 0.0
        for position, character in enumerate(self._text[:-1], start=1):
            cost += _BROAD if character >= "\u2e80" else 1.0
            if cost > self._credit:
                break
            if character.isspace() or character >= "\u2e80":
                end, paid = position, cost
        self._credit -= paid
        share, self._text = self._text[:end], self._text[end:]
        return share


def _levels(pcm: NDArray[np.int16]) -> NDArray[np.float64]:
    frames = pcm[: pcm.size // _FRAME * _FRAME].reshape(-1, _FRAME).astype(np.float64)
    return np.asarray(np.sqrt(np.mean(np.square(frames), axis=1)), dtype=np.float64)

"""Synthesised speech with the times of its sounds, as it travels from the synthesiser to voice and face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Phoneme:
    """One sound of speech.

    Attributes:
        symbol: in the International Phonetic Alphabet, with length and tie marks (``"ə"``, ``"iː"``, ``"tʃ"``,
            ``"aɪ"``) and without stress marks; ``""`` for silence.
        start_s: seconds from the first sample of the piece.
        end_s: seconds from the first sample of the piece; the start of the next phoneme.
    """

    symbol: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the text, and the second, from the first sample of the piece, at which it begins to sound."""

    text: str
    start_s: float


@dataclass(frozen=True, slots=True)
class SpokenPiece:
    """One clause of an answer, with the pause that follows it.

    Attributes:
        text: the clause as it was written, with the white space that follows it: the texts of all pieces, put
            together, are the text that was given. What cannot be pronounced (an emoji) is a piece of silence.
        pcm: mono int16 of shape (samples,) at 24,000 Hz, which begins and ends in silence; never empty.
        phonemes: in order and without gaps, covering the piece from its first sample to its last.
        words: in order.
    """

    text: str
    pcm: NDArray[np.int16]
    phonemes: tuple[Phoneme, ...]
    words: tuple[Word, ...]

    @property
    def duration_s(self) -> float:
        """Seconds of sound, the closing pause included."""
        return self.pcm.size / SAMPLE_RATE

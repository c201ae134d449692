"""Times of sounds and words for pieces of speech whose engine did not tell them."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import SpokenPiece, Word
from navtalk_widget.local.speech.synthesizers.sounded import phonemes_by_sound

# A word with spaces around it, or a sign of a script that has none.
_WORD = re.compile(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+")
_BROAD = 3.0  # a Chinese character takes as long as this many letters
_AUDIBLE = 200  # of 32768


def with_mouth_times(piece: SpokenPiece) -> SpokenPiece:
    """Return the piece with phonemes heard in its sound, and with its words spread over it, if it has none."""
    phonemes = piece.phonemes or phonemes_by_sound(piece.pcm)
    return replace(piece, phonemes=phonemes, words=piece.words or _spread(piece.text, piece.pcm))


def _spread(text: str, pcm: NDArray[np.int16]) -> tuple[Word, ...]:
    """Give each word a share of the audible time that is as long as its letters are many."""
    words = _WORD.findall(text)
    audible = np.flatnonzero(np.abs(pcm.astype(np.int32)) > _AUDIBLE)
    if not words or not audible.size:
        return ()
    # The space after a word counts as a letter: short words would be too short without.
    lengths = np.array([_BROAD if word[0] >= "\u2e80" else len(word) + 1.0 for word in words])
    shares = np.concatenate(([0.0], np.cumsum(lengths)[:-1])) / lengths.sum()
    first_s, last_s = audible[0] / SAMPLE_RATE, audible[-1] / SAMPLE_RATE
    starts = first_s + shares * (last_s - first_s)
    return tuple(Word(word, start_s) for word, start_s in zip(words, starts.tolist(), strict=True))

"""Engines that speak whatever they are given as a whole, made to speak clause by clause, with times for the mouth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import Phoneme, SpokenPiece
from navtalk_widget.engines.synthesizer import Synthesizer
from navtalk_widget.local.speech.synthesizers.clauses import Clause, split_clauses
from navtalk_widget.local.speech.synthesizers.espeak import pronounceable
from navtalk_widget.local.speech.synthesizers.mouth_times import with_mouth_times

_AUDIBLE = 60  # of 32768


class Clausewise:
    """A `Synthesizer` that gives another one clauses without unspeakable signs, and completes what it makes of them.

    Args:
        voice: speaks one clause at a time. It may leave out the phonemes and the words of its pieces.
    """

    def __init__(self, voice: Synthesizer) -> None:
        self._voice = voice

    def synthesize(self, text: str, *, voice: str, language: str) -> Iterator[SpokenPiece]:
        """Speak ``text`` clause by clause; see `Synthesizer`."""
        for clause in split_clauses(text):
            words = pronounceable(clause.text)
            if not words:
                yield _silence(clause.text, clause.pause_s)
                continue
            pieces = self._voice.synthesize(words, voice=voice, language=language)
            for piece in _as_written(clause, words, pieces):
                yield with_mouth_times(piece)


def _as_written(clause: Clause, words: str, pieces: Iterator[SpokenPiece]) -> Iterator[SpokenPiece]:
    """Give the pieces the clause's own words in place of those that were spoken, and the last one its pause."""
    written = spoken = 0
    for piece in pieces:
        spoken += len(piece.text)
        if spoken >= len(words):  # the last one, for the rest of the text comes with the rest of the sound
            yield _with_pause(replace(piece, text=clause.text[written:]), clause.pause_s)
            return
        end = max(written, _word_end(clause.text, len(clause.text) * spoken // len(words)))
        yield replace(piece, text=clause.text[written:end])
        written = end
    yield _silence(clause.text[written:], clause.pause_s)


def _word_end(text: str, position: int) -> int:
    """The end of the word, and of the white space after it, that a position is in."""
    while position < len(text) and position > 0 and not text[position - 1].isspace() and text[position] < "\u2e80":
        position += 1
    return position


def _with_pause(piece: SpokenPiece, pause_s: float) -> SpokenPiece:
    """End a piece in just as much silence as is wanted, where the engine made too much or too little of it."""
    audible = np.flatnonzero(np.abs(piece.pcm.astype(np.int32)) > _AUDIBLE)
    size = (int(audible[-1]) + 1 if audible.size else 0) + max(1, round(pause_s * SAMPLE_RATE))
    pcm = np.zeros(size, dtype=np.int16)
    kept = min(size, piece.pcm.size)
    pcm[:kept] = piece.pcm[:kept]
    return replace(piece, pcm=pcm, phonemes=_until(piece.phonemes, kept / SAMPLE_RATE, size / SAMPLE_RATE))


def _until(phonemes: tuple[Phoneme, ...], sounds_s: float, duration_s: float) -> tuple[Phoneme, ...]:
    """Cut phonemes where the sound was cut, and add silence up to the end of the piece."""
    if not phonemes:
        return ()
    kept = [replace(each, end_s=min(each.end_s, sounds_s)) for each in phonemes if each.start_s < sounds_s]
    start_s = kept[-1].end_s
    if not kept[-1].symbol:
        start_s = kept.pop().start_s
    return (*kept, Phoneme("", start_s, duration_s)) if start_s < duration_s else tuple(kept)


def _silence(text: str, seconds: float) -> SpokenPiece:
    pause: NDArray[np.int16] = np.zeros(max(1, round(seconds * SAMPLE_RATE)), dtype=np.int16)
    return SpokenPiece(text, pause, (Phoneme("", 0.0, pause.size / SAMPLE_RATE),), ())

"""Speech on the playout's clock: sound, phonemes and words of a piece, how it ends early, and how it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import SpokenPiece

EDGE_SAMPLES = SAMPLE_RATE * 3 // 1000
"""Ramp at both ends of a piece: an engine may begin or end it away from zero, which would click."""

FADE_SAMPLES = SAMPLE_RATE * 10 // 1000
"""Ramp down after a flush or at the beginning of a hold."""


@dataclass(frozen=True, slots=True)
class ScheduledPhoneme:
    """A phoneme on the clock: positions in samples, from `start` up to `end`."""

    symbol: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ScheduledText:
    """The words of a piece on the clock: positions in samples, from `start` up to `end`."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Span:
    """A piece as it is scheduled, without its sound.

    `start` is where its first sample is, or would be if it had been played in one; `cut` where it ends, or a flush or a
    hold ended it; `played` how many samples had been played when it was last held; `paused` whether it was, between
    its first sample and its last.
    """

    piece: SpokenPiece
    start: int
    cut: int
    played: int = 0
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """Sound on the clock, not overlapping any other: that of its span from `start` up to `end`.

    `ebbing` is what of it fades out after a cut: nothing of the span goes on there.
    """

    start: int
    end: int
    pcm: NDArray[np.int16]
    phonemes: tuple[ScheduledPhoneme, ...]
    span: Span
    ebbing: bool = False

    @property
    def text(self) -> str:
        """The words of the whole piece."""
        return self.span.piece.text


def scheduled_phonemes(piece: SpokenPiece, start: int) -> Iterator[ScheduledPhoneme]:
    """The phonemes of a piece whose first sample is at `start`."""
    for phoneme in piece.phonemes:
        yield ScheduledPhoneme(phoneme.symbol, start + _samples(phoneme.start_s), start + _samples(phoneme.end_s))


def _samples(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


def _ramp(count: int) -> NDArray[np.float32]:
    """A smooth way from 0 to 1, both excluded."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 1) / (count + 1)), dtype=np.float32)


def with_soft_edges(pcm: NDArray[np.int16]) -> NDArray[np.int16]:
    """A copy that begins and ends near zero, int16 of the same shape."""
    out = pcm.copy()
    count = min(EDGE_SAMPLES, out.size // 2)
    if count:
        ramp = _ramp(count)
        out[:count] = out[:count] * ramp
        out[-count:] = out[-count:] * ramp[::-1]
    return out


def faded(segment: Segment, cut: int) -> Segment:
    """The segment with everything from `cut` on faded out and ended."""
    end = min(segment.end, cut + FADE_SAMPLES)
    pcm = segment.pcm[: end - segment.start].copy()
    first = max(cut, segment.start)
    falling = _ramp(FADE_SAMPLES)[::-1][first - cut : end - cut]
    pcm[first - segment.start :] = pcm[first - segment.start :] * falling
    phonemes = tuple(replace(p, end=min(p.end, end)) for p in segment.phonemes if p.start < end)
    return Segment(segment.start, end, pcm, phonemes, segment.span, ebbing=True)


def resumed(segment: Segment, at: int) -> Segment:
    """The rest of a held segment, put at `at`."""
    span = segment.span
    skipped = max(0, resumption(segment) - (segment.start - span.start))
    moved = at - (segment.start + skipped)
    span.paused = span.paused or span.played > 0
    span.start += moved
    span.cut = segment.end + moved
    pcm = segment.pcm[skipped:]
    if skipped:
        pcm = pcm.copy()
        edge = min(EDGE_SAMPLES, pcm.size)
        pcm[:edge] = pcm[:edge] * _ramp(edge)
    phonemes = tuple(
        replace(p, start=max(at, p.start + moved), end=p.end + moved) for p in segment.phonemes if p.end + moved > at
    )
    return Segment(at, segment.end + moved, pcm, phonemes, span)


def resumption(segment: Segment) -> int:
    """At which sample of its piece a segment that was held is taken up again: where the word begins that was cut."""
    span = segment.span
    reached = span.start + span.played
    if any(phoneme.start <= reached < phoneme.end and not phoneme.symbol for phoneme in segment.phonemes):
        return span.played  # between words
    words = (_samples(word.start_s) for word in span.piece.words)
    return max((start for start in words if start <= span.played), default=span.played)

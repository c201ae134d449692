"""What the avatar plays and when: the one clock of its voice and its face."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import SpokenPiece

EDGE_SAMPLES = SAMPLE_RATE * 3 // 1000
"""Ramp at both ends of a piece: an engine may begin or end it away from zero, which would click."""

FADE_SAMPLES = SAMPLE_RATE * 10 // 1000
"""Ramp down after a flush."""

MEMORY_SAMPLES = 2 * SAMPLE_RATE
"""How much of the past is kept, for a reader that lags behind and for the mouth closing after the last sound."""

MAX_QUEUED_S = 600.0
"""A longer queue is a fault of the caller: ten minutes of speech are 29 MB."""

HEARD_PIECES = 512
"""Of how many pieces, counted back from the newest, `heard` can tell."""


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


@dataclass(frozen=True, slots=True)
class Heard:
    """Which part of a piece has been played.

    `text` holds the words that were at least begun; it is the whole text as soon as the last sample was played.
    """

    seconds: float
    text: str
    complete: bool


@dataclass(frozen=True, slots=True)
class _Segment:
    """Sound on the clock, not overlapping any other."""

    start: int
    end: int
    pcm: NDArray[np.int16]
    phonemes: tuple[ScheduledPhoneme, ...]
    text: str


@dataclass(slots=True)
class _Span:
    """A piece as it was scheduled, without its sound; `cut` is where a flush ended it."""

    piece: SpokenPiece
    cut: int


class Playout:
    """Schedules spoken pieces on a clock that never stops, and hands out the sound and the phonemes of any moment.

    A position counts samples at 24 kHz since the playout was made, by the monotonic clock, so it advances whether
    anybody reads or not. The audio and the video of every peer are stamped with positions of this clock and made
    from what is scheduled at them: lip sync holds by construction.

    It belongs to one asyncio loop: all calls come from that loop, none of them blocks.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._origin = clock()
        self._segments: deque[_Segment] = deque()
        self._spans: dict[tuple[int, int], _Span] = {}
        self._read_until = 0
        self._ends_at = 0

    @property
    def position(self) -> int:
        """Now, in samples."""
        return int((self._clock() - self._origin) * SAMPLE_RATE)

    @property
    def ends_at(self) -> int:
        """The position after the last sample scheduled so far; it lies in the past while nothing plays."""
        return self._ends_at

    @property
    def seconds_left(self) -> float:
        """How long the queue still plays; 0 when silent."""
        return max(0.0, self._ends_at / SAMPLE_RATE - (self._clock() - self._origin))

    @property
    def speaking(self) -> bool:
        """Whether something is playing or waits to be played."""
        return self.seconds_left > 0.0

    def say(self, piece: SpokenPiece, *, joined: bool = False) -> tuple[int, int]:
        """Schedule a piece after everything queued, or at once when nothing is.

        Args:
            piece: not changed, and not to be changed by the caller any more.
            joined: whether its sound goes on where that of the piece before it ended, so that its edges stay as they
                are.

        Returns:
            The positions of its first sample and after its last one.

        Raises:
            OverflowError: if more than `MAX_QUEUED_S` would be queued; `seconds_left` tells how much is.
        """
        start = max(self._ends_at, self._read_until, self.position)
        end = start + piece.pcm.size
        if end - self.position > MAX_QUEUED_S * SAMPLE_RATE:
            raise OverflowError(f"no more than {MAX_QUEUED_S:.0f} s of speech can be queued")
        pcm = piece.pcm if joined else _with_soft_edges(piece.pcm)
        self._segments.append(_Segment(start, end, pcm, tuple(_scheduled(piece, start)), piece.text))
        self._ends_at = end
        self._remember(piece, start, end)
        self._forget()
        return start, end

    def flush(self) -> int:
        """Cut everything that nobody has read yet, with a short fade.

        Returns:
            The position of the cut: what was scheduled before it has been (or is being) heard.
        """
        cut = max(self._read_until, self.position)
        if self._ends_at > cut:
            silent_from = cut + FADE_SAMPLES
            self._segments = deque(
                _faded(s, cut) if s.end > cut else s for s in self._segments if s.start < silent_from
            )
            self._ends_at = min(self._ends_at, silent_from)
            for (start, _), span in self._spans.items():
                span.cut = min(span.cut, max(cut, start))
        return cut

    def read(self, start: int, count: int) -> NDArray[np.int16]:
        """Return the sound of `count` samples from position `start`, shape (count,), zero where there is silence.

        Any number of readers may read the same positions. What has been read by one of them is never changed.
        """
        self._read_until = max(self._read_until, start + count)
        self._forget()
        out = np.zeros(count, dtype=np.int16)
        for segment in self._between(start, start + count):
            first, last = max(start, segment.start), min(start + count, segment.end)
            out[first - start : last - start] = segment.pcm[first - segment.start : last - segment.start]
        return out

    def phonemes_between(self, start: int, end: int) -> list[ScheduledPhoneme]:
        """Return the phonemes that touch the positions from `start` up to `end`, in order; silence is left out."""
        return [
            phoneme
            for segment in self._between(start, end)
            for phoneme in segment.phonemes
            if phoneme.start < end and phoneme.end > start and phoneme.symbol
        ]

    def texts_between(self, start: int, end: int) -> list[ScheduledText]:
        """Return what is said from position `start` up to `end`, piece by piece, in order."""
        return [
            ScheduledText(segment.text, segment.start, segment.end)
            for segment in self._between(start, end)
            if segment.text.strip()
        ]

    def heard(self, start: int, end: int) -> Heard | None:
        """Tell which part of the piece that `say` put at (`start`, `end`) has been played by now.

        Returns:
            None if no such piece is among the newest `HEARD_PIECES`.
        """
        span = self._spans.get((start, end))
        if span is None:
            return None
        until = min(max(self._read_until, self.position), span.cut)
        if until >= end:
            return Heard((end - start) / SAMPLE_RATE, span.piece.text, True)
        seconds = max(0, until - start) / SAMPLE_RATE
        return Heard(seconds, " ".join(word.text for word in span.piece.words if word.start_s < seconds), False)

    async def reach(self, position: int) -> None:
        """Wait until the clock stands at `position`; return at once if it lies in the past."""
        left = self._origin + position / SAMPLE_RATE - self._clock()
        if left > 0:
            await asyncio.sleep(left)

    def _between(self, start: int, end: int) -> Iterator[_Segment]:
        for segment in self._segments:
            if segment.start >= end:
                break
            if segment.end > start:
                yield segment

    def _remember(self, piece: SpokenPiece, start: int, end: int) -> None:
        self._spans.pop((start, end), None)
        self._spans[start, end] = _Span(replace(piece, pcm=piece.pcm[:0].copy(), phonemes=()), end)
        while len(self._spans) > HEARD_PIECES:
            del self._spans[next(iter(self._spans))]

    def _forget(self) -> None:
        horizon = self.position - MEMORY_SAMPLES
        while self._segments and self._segments[0].end < horizon:
            self._segments.popleft()


def _scheduled(piece: SpokenPiece, start: int) -> Iterator[ScheduledPhoneme]:
    for phoneme in piece.phonemes:
        yield ScheduledPhoneme(phoneme.symbol, start + _samples(phoneme.start_s), start + _samples(phoneme.end_s))


def _samples(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


def _ramp(count: int) -> NDArray[np.float32]:
    """A smooth way from 0 to 1, both excluded."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 1) / (count + 1)), dtype=np.float32)


def _with_soft_edges(pcm: NDArray[np.int16]) -> NDArray[np.int16]:
    out = pcm.copy()
    count = min(EDGE_SAMPLES, out.size // 2)
    if count:
        ramp = _ramp(count)
        out[:count] = out[:count] * ramp
        out[-count:] = out[-count:] * ramp[::-1]
    return out


def _faded(segment: _Segment, cut: int) -> _Segment:
    """The segment with everything from `cut` on faded out and ended."""
    end = min(segment.end, cut + FADE_SAMPLES)
    pcm = segment.pcm[: end - segment.start].copy()
    first = max(cut, segment.start)
    falling = _ramp(FADE_SAMPLES)[::-1][first - cut : end - cut]
    pcm[first - segment.start :] = pcm[first - segment.start :] * falling
    phonemes = tuple(replace(p, end=min(p.end, end)) for p in segment.phonemes if p.start < end)
    return _Segment(segment.start, end, pcm, phonemes, segment.text)

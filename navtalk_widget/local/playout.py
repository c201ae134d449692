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
from navtalk_widget.local.scheduled import (
    FADE_SAMPLES,
    ScheduledPhoneme,
    ScheduledText,
    Segment,
    Span,
    faded,
    resumed,
    resumption,
    scheduled_phonemes,
    with_soft_edges,
)

__all__ = [
    "FADE_SAMPLES",
    "HEARD_PIECES",
    "MAX_QUEUED_S",
    "MEMORY_SAMPLES",
    "Heard",
    "Playout",
    "ScheduledPhoneme",
    "ScheduledText",
]

MEMORY_SAMPLES = 2 * SAMPLE_RATE
"""How much of the past is kept, for a reader that lags behind and for the mouth closing after the last sound."""

MAX_QUEUED_S = 600.0
"""A longer queue is a fault of the caller: ten minutes of speech are 29 MB."""

HEARD_PIECES = 512
"""Of how many pieces, counted back from the newest, `heard` can tell."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Which part of a piece has been played.

    `text` holds the words that were at least begun; it is the whole text as soon as the last sample was played.
    `paused` tells that there was a hold in it, which those who count seconds elsewhere know nothing of.
    """

    seconds: float
    text: str
    complete: bool
    paused: bool = False


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
        self._segments: deque[Segment] = deque()
        self._held: deque[Segment] | None = None  # at the places where they would have been played
        self._spans: dict[tuple[int, int], Span] = {}
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
        """How long the queue still plays, what is held included; 0 when silent."""
        held = sum(each.end - max(each.start, each.span.start + resumption(each)) for each in self._held or ())
        return max(0.0, self._ends_at / SAMPLE_RATE - (self._clock() - self._origin)) + held / SAMPLE_RATE

    @property
    def speaking(self) -> bool:
        """Whether something is playing or waits to be played."""
        return self.seconds_left > 0.0

    @property
    def held(self) -> bool:
        """Whether the voice is kept back until `resume` or `flush`."""
        return self._held is not None

    def say(self, piece: SpokenPiece, *, joined: bool = False) -> tuple[int, int]:
        """Schedule a piece after everything queued, or at once when nothing is; during a hold it waits, too.

        Args:
            piece: not changed, and not to be changed by the caller any more.
            joined: whether its sound goes on where that of the piece before it ended, so that its edges stay as they
                are.

        Returns:
            The positions of its first sample and after its last one, which name the piece for `heard`. A hold moves
            what had not been played to later positions; the name stays.

        Raises:
            OverflowError: if more than `MAX_QUEUED_S` would be queued; `seconds_left` tells how much is.
        """
        if self.seconds_left + piece.pcm.size / SAMPLE_RATE > MAX_QUEUED_S:
            raise OverflowError(f"no more than {MAX_QUEUED_S:.0f} s of speech can be queued")
        start = self._next()
        if self._held:
            start = max(start, self._held[-1].end)
        end = start + piece.pcm.size
        span = self._remember(piece, start, end)
        pcm = piece.pcm if joined else with_soft_edges(piece.pcm)
        segment = Segment(start, end, pcm, tuple(scheduled_phonemes(piece, start)), span)
        if self._held is not None:
            span.cut = start
            self._held.append(segment)
        else:
            self._segments.append(segment)
            self._ends_at = end
        self._forget()
        return start, end

    def flush(self) -> int:
        """Cut everything that nobody has read yet, with a short fade, and drop what is held.

        Returns:
            The position of the cut: what was scheduled before it has been (or is being) heard.
        """
        self._held = None
        return self._cut()

    def hold(self) -> None:
        """Fall silent with a short fade, and keep what nobody has read yet; without effect while held."""
        if self._held is None:
            cut = max(self._read_until, self.position)
            self._held = deque(each for each in self._segments if each.end > cut and not each.ebbing)
            self._cut()

    def resume(self) -> None:
        """Go on from the beginning of the word in which `hold` fell, or where no word is known, from there."""
        held, self._held = self._held, None
        at = self._next()
        for segment in held or ():
            rest = resumed(segment, at)
            self._segments.append(rest)
            self._ends_at = at = rest.end

    def _next(self) -> int:
        return max(self._ends_at, self._read_until, self.position)

    def _cut(self) -> int:
        cut = max(self._read_until, self.position)
        if self._ends_at > cut:
            silent_from = cut + FADE_SAMPLES
            for segment in self._segments:
                span = segment.span
                if segment.end > cut and not segment.ebbing:
                    span.cut = min(span.cut, max(cut, segment.start))
                    span.played = max(span.played, span.cut - span.start)
            self._segments = deque(faded(s, cut) if s.end > cut else s for s in self._segments if s.start < silent_from)
            self._ends_at = min(self._ends_at, silent_from)
        return cut

    def read(self, start: int, count: int) -> NDArray[np.int16]:
        """Return the sound of `count` samples from position `start`, shape (count,), zero where there is silence.

        Any number of readers may read the same positions. What has been read by one of them is never changed.
        """
        self._read_until = max(self._read_until, start + count)
        self._forget()
        return self.sound_between(start, start + count)

    def sound_between(self, start: int, end: int) -> NDArray[np.int16]:
        """Return the sound from position `start` up to `end`, shape (end - start,), without having it played.

        Of the past, `MEMORY_SAMPLES` are known.
        """
        out = np.zeros(end - start, dtype=np.int16)
        for segment in self._between(start, end):
            first, last = max(start, segment.start), min(end, segment.end)
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
        samples = max(0, until - span.start, span.played)
        if samples >= end - start:
            return Heard((end - start) / SAMPLE_RATE, span.piece.text, True, span.paused)
        seconds = samples / SAMPLE_RATE
        return Heard(
            seconds, " ".join(word.text for word in span.piece.words if word.start_s < seconds), False, span.paused
        )

    async def reach(self, position: int) -> None:
        """Wait until the clock stands at `position`; return at once if it lies in the past."""
        left = self._origin + position / SAMPLE_RATE - self._clock()
        if left > 0:
            await asyncio.sleep(left)

    def _between(self, start: int, end: int) -> Iterator[Segment]:
        for segment in self._segments:
            if segment.start >= end:
                break
            if segment.end > start:
                yield segment

    def _remember(self, piece: SpokenPiece, start: int, end: int) -> Span:
        self._spans.pop((start, end), None)
        span = self._spans[start, end] = Span(replace(piece, pcm=piece.pcm[:0].copy(), phonemes=()), start, end)
        while len(self._spans) > HEARD_PIECES:
            del self._spans[next(iter(self._spans))]
        return span

    def _forget(self) -> None:
        horizon = self.position - MEMORY_SAMPLES
        while self._segments and self._segments[0].end < horizon:
            self._segments.popleft()

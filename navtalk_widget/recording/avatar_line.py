"""Where the avatar's voice belongs: where it is heard, which is later than it is received, and not all of it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE

MOST_AHEAD = 600 * SAMPLE_RATE
"""Samples that may wait to be heard: 29 MB. Of a voice that is further ahead the rest is lost."""

REMEMBERED = 32
"""Answers of which it is known where they were heard."""


@dataclass(slots=True)
class Span:
    """From a place up to another, in samples."""

    start: int
    end: int
    sounds: int
    """Where it is not silent any more."""


class AvatarLine:
    """Keeps the voice until it is heard; in samples of this process's monotonic time.

    A voice that is heard without pause stays in one piece: how much later than received it is heard is asked when it
    begins.
    """

    def __init__(self) -> None:
        self._waiting: deque[tuple[int, NDArray[np.int16]]] = deque()
        self._spans: dict[str, Span] = {}
        self._received_until = -1
        self._end = 0
        self._delay = 0
        self._audible = True
        self.lost = 0
        """Samples that were too far ahead."""

    def add(self, samples: NDArray[np.int16], received: int, answer: str) -> None:
        """Take in a piece.

        Args:
            samples: shape (n,).
            received: the place where it begins if it is heard at once; what follows the piece before goes on with it.
            answer: whose voice it is.
        """
        if received == self._received_until and self._waiting:
            start = self._end
        else:
            start = max(
                received + self._delay, self._waiting[-1][0] + self._waiting[-1][1].size if self._waiting else 0
            )
        self._received_until = received + samples.size
        self._end = start + samples.size
        if self._waiting and self._end - self._waiting[0][0] > MOST_AHEAD:
            self.lost += samples.size
            return
        self._waiting.append((start, samples))
        span = self._spans.get(answer)
        if span is None:
            self._spans[answer] = Span(start, self._end, start + silence_before(samples))
            if len(self._spans) > REMEMBERED:
                del self._spans[next(iter(self._spans))]
        else:
            span.end = self._end

    def begin(self, answer: str) -> None:
        """An answer begins: what was heard under its name was another's, if its service names none or counts anew."""
        if not answer or not self._waiting:
            self._spans.pop(answer, None)

    def note_delay(self, seconds: float | None) -> None:
        """Note how much later than received sound is heard; None if it is not, from now on."""
        self._audible = seconds is not None
        if seconds is not None:
            self._delay = round(seconds * SAMPLE_RATE)

    def take(self, now: int) -> list[tuple[int, NDArray[np.int16]]]:
        """What has been heard up to now, and was not taken before: places and samples."""
        heard = []
        while self._waiting and self._waiting[0][0] < now:
            start, samples = self._waiting.popleft()
            until = now - start
            if until < samples.size:
                self._waiting.appendleft((now, samples[until:]))
            heard.append((start, samples[:until]))
        return heard if self._audible else []

    def cut(self, now: int) -> None:
        """Nothing more is heard of what is waiting."""
        self._waiting.clear()
        self._received_until = -1
        for answer, span in list(self._spans.items()):
            span.end = min(span.end, now)
            if span.end <= span.start:
                del self._spans[answer]

    def span(self, answer: str) -> Span | None:
        """Where an answer is heard, as far as is known."""
        return self._spans.get(answer)


def silence_before(samples: NDArray[np.int16]) -> int:
    """How many samples of silence a sound begins with; of silence alone, none."""
    return int(np.argmax(samples != 0)) if samples.size else 0

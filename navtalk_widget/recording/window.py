"""The last seconds of a recording, for files that can only be written from beginning to end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.recording.sides import CHANNELS

LOOK_BACK = 3 * SAMPLE_RATE
"""Samples for which a late block is waited; one that is later is lost."""

MOST_AHEAD = 60 * SAMPLE_RATE
"""Samples that are kept at most, even if somebody sends sound faster than it is heard."""


class Window:
    """Takes sound at any place not long ago, and gives it in order."""

    def __init__(self) -> None:
        self._both = np.zeros((0, CHANNELS), dtype=np.int16)
        self._begin = 0
        self._end = 0
        self.lost = 0
        """Samples that came too late."""

    def write(self, side: int, start: int, samples: NDArray[np.int16]) -> None:
        """Put sound of one side at a place."""
        late = min(samples.size, max(0, self._begin - start))
        self.lost += late
        at = start + late - self._begin
        self._reach(at + samples.size - late)
        self._both[at : at + samples.size - late, side] = samples[late:]

    def extend(self, end: int) -> None:
        """Nothing is expected after this place yet, and with time nothing before it any more."""
        self._end = max(self._end, end)

    def take(self, *, all: bool = False) -> NDArray[np.int16]:
        """What will not change any more, shape (n, 2), and was not taken before.

        Args:
            all: whether nothing more comes, so that it is the rest.
        """
        until = self._end if all else max(self._end - LOOK_BACK, self._begin + len(self._both) - MOST_AHEAD)
        count = max(0, until - self._begin)
        self._reach(count)
        taken, self._both = self._both[:count], self._both[count:].copy()
        self._begin += count
        return taken

    def _reach(self, count: int) -> None:
        missing = count - len(self._both)
        if missing > 0:
            self._both = np.concatenate([self._both, np.zeros((missing, CHANNELS), dtype=np.int16)])

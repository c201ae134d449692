"""The outline of a recording: how loud each side was from moment to moment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.audio.recorded_sound import read_recording

STRETCH = SAMPLE_RATE // 100
"""Samples of which the lowest and the highest are kept."""

_BLOCK_MS = 60_000.0
"""Milliseconds of sound that are read at once: a recording of hours need not fit into memory."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The lowest and highest samples of each stretch of a recording.

    Attributes:
        lowest, highest: shape (2, stretches), the person first, in [-1, 1].
        stretch_s: seconds of a stretch.
    """

    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    stretch_s: float = STRETCH / SAMPLE_RATE

    @classmethod
    def of(cls, path: str | Path) -> Envelope:
        """Read a recording.

        Raises:
            RecordingError: it is not there, or cannot be read.
        """
        blocks = [np.zeros((2, 2, 0))]
        while True:
            start_ms = (len(blocks) - 1) * _BLOCK_MS
            block = read_recording(Path(path).expanduser(), start_ms, start_ms + _BLOCK_MS)
            blocks.append(_extremes(block) / 32768)
            if len(block) < _BLOCK_MS * SAMPLE_RATE / 1000:
                return cls(*np.concatenate(blocks, axis=2))

    @property
    def seconds(self) -> float:
        """How long the recording is, to the next stretch."""
        return float(self.lowest.shape[1] * self.stretch_s)

    @property
    def times(self) -> NDArray[Any]:
        """Seconds at which the stretches begin, shape (stretches,)."""
        return np.arange(self.lowest.shape[1]) * self.stretch_s

    def coarser(self, times: int) -> Envelope:
        """The same in stretches so many times as long."""
        if times <= 1:
            return self
        padded = [
            np.pad(side, ((0, 0), (0, -side.shape[1] % times)), mode="edge") for side in (self.lowest, self.highest)
        ]
        lowest, highest = (side.reshape(2, -1, times) for side in padded)
        return Envelope(lowest.min(axis=2), highest.max(axis=2), self.stretch_s * times)


def _extremes(samples: NDArray[np.int16]) -> NDArray[Any]:
    """The extremes of a block: shape (2 for lowest and highest, 2 channels, stretches)."""
    if not len(samples):
        return np.zeros((2, 2, 0))
    stretches = np.pad(samples, ((0, -len(samples) % STRETCH), (0, 0)), mode="edge").reshape(-1, STRETCH, 2)
    return np.stack([stretches.min(axis=1).T, stretches.max(axis=1).T])

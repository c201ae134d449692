"""Sample-rate conversion of PCM16 streams, by soxr."""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray


class Resampler:
    """Converts a mono PCM16 stream block by block.

    The filter keeps its tail between blocks: resampling each block alone would put a seam in every one.
    """

    def __init__(self, source_rate: int, target_rate: int) -> None:
        self._stream = soxr.ResampleStream(source_rate, target_rate, 1, dtype="int16", quality="HQ")

    def process(self, samples: NDArray[np.int16]) -> NDArray[np.int16]:
        """Convert the next block; the filter's delay makes the first results shorter than their input."""
        return np.asarray(self._stream.resample_chunk(samples), dtype=np.int16)

    def finish(self) -> NDArray[np.int16]:
        """Return what the filter still holds; the resampler is used up afterwards."""
        return np.asarray(self._stream.resample_chunk(np.zeros(0, dtype=np.int16), last=True), dtype=np.int16)


def resample(samples: NDArray[np.int16], source_rate: int, target_rate: int) -> NDArray[np.int16]:
    """Convert a whole recording at once."""
    if source_rate == target_rate:
        return samples
    return np.asarray(soxr.resample(samples, source_rate, target_rate, quality="HQ"), dtype=np.int16)

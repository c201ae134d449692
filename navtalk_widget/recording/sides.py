"""The two sides of a recording, and what takes their sound."""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

PERSON: Literal[0] = 0
AVATAR: Literal[1] = 1
"""Channels of a stereo file: the person is heard left, the avatar right."""

CHANNELS = 2


class SoundFile(Protocol):
    """A file that is being written, by one thread."""

    @property
    def lost(self) -> int:
        """Samples of either side that came too late to be written."""

    def write(self, side: int, start: int, samples: NDArray[np.int16]) -> None:
        """Put sound of one side at a place, in samples since the beginning.

        Raises:
            OSError: the file cannot be written.
        """

    def extend(self, end: int) -> None:
        """Let the file reach to a place, with silence where nothing was written.

        Raises:
            OSError: the file cannot be written.
        """

    def close(self) -> None:
        """Finish the file.

        Raises:
            OSError: the file cannot be written.
        """

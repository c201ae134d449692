"""Stereo WAV files that grow: whole at any moment, whatever becomes of the process.

The sizes in the header are brought up to date with each `extend`, so a reader that looks in, and one that comes after
the process was killed, find all but the last moment. Beyond 4 GiB, after 12 hours, the file becomes an RF64 as EBU Tech
3306 has it, which FFmpeg and Audacity read: the place for its larger numbers is kept free from the beginning.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.private_file import open_private
from navtalk_widget.recording.sides import CHANNELS

FRAME_BYTES = 2 * CHANNELS

_RESERVED = struct.Struct("<4sIQQQI")
"""``JUNK``, or in an RF64 ``ds64``: sizes of the whole, of the data, and in frames; of a table, nothing."""
_FORMAT = struct.Struct("<4sIHHIIHH")
_CHUNK = struct.Struct("<4sI")
_RIFF = struct.Struct("<4sI4s")

DATA_AT = _RIFF.size + _RESERVED.size + _FORMAT.size + _CHUNK.size
"""Bytes before the first sample."""

_UNKNOWN = 0xFFFFFFFF
"""In an RF64, in the place of sizes that do not fit."""


class WavFile:
    """Writes PCM16 at 24,000 Hz, each side wherever and whenever it comes.

    Args:
        path: a new file.

    Raises:
        OSError: the file cannot be made.
    """

    lost = 0
    """Nothing comes too late for it."""

    def __init__(self, path: Path) -> None:
        self._file = open(path, "xb+", buffering=0, opener=open_private)  # noqa: SIM115 - `close` closes it
        self._frames = 0
        self._file.write(header(0))

    def write(self, side: int, start: int, samples: NDArray[np.int16]) -> None:
        """Put sound of one side at a place."""
        at = DATA_AT + start * FRAME_BYTES
        self._file.seek(at)
        there = np.frombuffer(self._file.read(samples.size * FRAME_BYTES), dtype="<i2")
        both = np.zeros((samples.size, CHANNELS), dtype="<i2")
        both.reshape(-1)[: there.size] = there
        both[:, side] = samples
        self._file.seek(at)
        self._file.write(both.tobytes())
        self._frames = max(self._frames, start + samples.size)

    def extend(self, end: int) -> None:
        """Let the file reach to a place, and say so in its header."""
        self._frames = max(self._frames, end)
        self._file.truncate(DATA_AT + self._frames * FRAME_BYTES)  # what it adds is zeros
        self._file.seek(0)
        self._file.write(header(self._frames))

    def close(self) -> None:
        """Finish the file."""
        try:
            self.extend(self._frames)
        finally:
            self._file.close()


def header(frames: int) -> bytes:
    """The header of a file with so many samples of either side."""
    data = frames * FRAME_BYTES
    whole = DATA_AT - 8 + data
    small = whole < _UNKNOWN
    rate = SAMPLE_RATE * FRAME_BYTES
    return b"".join(
        (
            _RIFF.pack(b"RIFF" if small else b"RF64", whole if small else _UNKNOWN, b"WAVE"),
            _RESERVED.pack(
                b"JUNK" if small else b"ds64", _RESERVED.size - 8, *((0,) * 3 if small else (whole, data, frames)), 0
            ),
            _FORMAT.pack(b"fmt ", _FORMAT.size - 8, 1, CHANNELS, SAMPLE_RATE, rate, FRAME_BYTES, 16),
            _CHUNK.pack(b"data", data if small else _UNKNOWN),
        )
    )

"""What was recorded of a conversation, read from its file."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.audio.stereo_files import read_piece
from navtalk_widget.errors import ConfigurationError, RecordingError

Side = Literal["user", "avatar", "both"]

_CHANNELS = {"user": 0, "avatar": 1}

PATIENCE_S = 0.5
"""Seconds that whoever writes the file may be behind."""

SHORT_MS = 20
"""Milliseconds that may be missing at the end of a piece."""


def recorded_sound(path: Path, side: Side, *, start_ms: float = 0.0, end_ms: float | None = None) -> NDArray[np.int16]:
    """Read a piece of a recording, of which the person is the left channel and the avatar the right.

    Args:
        path: the recording.
        side: whose voice.
        start_ms: where the piece begins, in milliseconds.
        end_ms: and where it ends; None for the file's end.

    Returns:
        int16 at 24,000 Hz, shape (n,); of both sides (n, 2).

    Raises:
        ConfigurationError: there is no such side.
        RecordingError: the file is gone, cannot be read, or does not reach so far.
    """
    if side != "both" and side not in _CHANNELS:
        raise ConfigurationError(f"{side!r} is nobody's voice.", hint='Ask for "user", "avatar" or "both".')
    both = read_recording(path, start_ms, end_ms)
    if end_ms is not None:
        wanted = round((end_ms - start_ms - SHORT_MS) * SAMPLE_RATE / 1000)
        deadline = time.monotonic() + PATIENCE_S
        while len(both) < wanted and time.monotonic() < deadline:
            time.sleep(PATIENCE_S / 10)
            both = read_recording(path, start_ms, end_ms)
        if len(both) < wanted:
            reached_s = start_ms / 1000 + len(both) / SAMPLE_RATE
            raise RecordingError(
                f"The recording {path} reaches to {reached_s:.1f} s, and this goes on to {end_ms / 1000:.1f} s.",
                hint="While a recording goes on, files other than .wav are a few seconds behind: ask again then, or "
                "end it by stop_recording(). A file that was cut off has no more.",
            )
    return both if side == "both" else np.ascontiguousarray(both[:, _CHANNELS[side]])


def read_recording(path: Path, start_ms: float, end_ms: float | None) -> NDArray[np.int16]:
    """Read what there is of a part of a recording, see `read_piece`.

    Raises:
        RecordingError: it is not there, or cannot be read.
    """
    try:
        return read_piece(path, start_ms, end_ms)
    except FileNotFoundError:
        raise RecordingError(
            f"The recording {path} is not there.",
            hint="Put the file back, or look at the turn's `recorded.path`: it says where it was.",
        ) from None
    except (OSError, ValueError) as error:
        raise RecordingError(f"The recording {path} cannot be read: {error}.", hint="Look at the file.") from error

"""Where the person's sound belongs: by when it was captured.

A microphone's blocks follow each other without a gap, so they are put one after the other, and only when that has
drifted from when they were captured is it corrected: in silence soon, within speech only before it would be noticed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE

LONGEST_WAY_S = 10.0
"""Seconds for which a block may have been on its way. What seems older was stamped by a clock that was set, or is not
ours, and is placed by its arrival."""

PAUSE = SAMPLE_RATE * 60 // 1000
"""A block that was captured so much later than the one before ended does not follow it: there was a pause."""

UNSTAMPED_PAUSE = SAMPLE_RATE // 4
"""The same where only the arrival is known, which is late now and then."""

DRIFT_IN_SILENCE = SAMPLE_RATE * 2 // 1000
DRIFT_IN_SPEECH = SAMPLE_RATE * 6 // 1000
"""Samples of drift that are corrected."""

SMOOTHING = 0.05
"""Weight of a block's own deviation: stamps are uneven by some milliseconds, their mean over a second is not."""

QUIET = 200
"""Peak of a block in which nobody would hear a few samples too many or too few."""


class MicrophoneLine:
    """Places the blocks of a microphone; in samples of this process's monotonic time."""

    def __init__(self) -> None:
        self._next = 0
        self._drift = 0.0
        self._quiet = 0

    def place(self, samples: NDArray[np.int16], now: float, ago: float | None = None) -> int:
        """Tell where a block begins.

        Args:
            samples: shape (n,).
            now: in seconds.
            ago: seconds since its last sample was captured; None if nobody knows.

        Returns:
            The place of its first sample: the end of the block before, or a pause later. It is earlier than that only
            by what is corrected.
        """
        if ago is not None and ago > LONGEST_WAY_S:
            ago = None
        quiet = samples.size == 0 or int(np.abs(samples.astype(np.int32)).max()) < QUIET
        captured = now - max(0.0, ago or 0.0)
        deviation = round(captured * SAMPLE_RATE) - samples.size - self._next
        if deviation > (UNSTAMPED_PAUSE if ago is None else PAUSE):
            self._next += deviation
            self._drift, self._quiet = 0.0, 0
        elif ago is not None:
            self._correct(deviation, samples.size, quiet=quiet)
        start = self._next
        self._next += samples.size
        self._quiet = self._quiet + samples.size if quiet else 0
        return start

    def _correct(self, deviation: int, count: int, *, quiet: bool) -> None:
        if deviation <= -PAUSE:
            # Those before were placed too late, as by their arrival on a busy machine. Silence that is left out makes
            # up for it.
            left_out = min(-deviation, self._quiet)
            self._next -= left_out
            self._quiet -= left_out
            return
        self._drift += SMOOTHING * (deviation - self._drift)
        if abs(self._drift) >= (DRIFT_IN_SILENCE if quiet else DRIFT_IN_SPEECH):
            self._next += max(round(self._drift), -count)
            self._drift = 0.0

"""Where the person's sound belongs: by when it was captured, on the kernel's own clock.

A page stamps its blocks by a clock of its own, which may be hours off and runs a little faster or slower. The quickest
of the last blocks tells how the two clocks stand to each other; the others were only longer on their way. A
microphone's blocks follow each other without a gap, so they are put one after the other, and only when that has drifted
from their stamps is it corrected: in silence soon, within speech only before it would be noticed.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE

QUICKEST_OF_S = 10.0
"""Seconds of blocks whose quickest tells how the clocks stand: two clocks of 100 ppm drift apart by 1 ms meanwhile."""

PAUSE = SAMPLE_RATE * 60 // 1000
"""A block that was captured so much later than the one before ended does not follow it: there was a pause."""

UNSTAMPED_PAUSE = SAMPLE_RATE // 4
"""The same where only the arrival is known, which is late now and then."""

DRIFT_IN_SILENCE = SAMPLE_RATE * 2 // 1000
DRIFT_IN_SPEECH = SAMPLE_RATE * 6 // 1000
"""Samples of drift that are corrected."""

LATE_S = 0.005
LONGEST_DELAY = 5 * SAMPLE_RATE
"""All blocks so far may have been late by so much."""

SMOOTHING = 0.05
"""Weight of a block's own deviation: stamps are uneven by some milliseconds, their mean over a second is not."""

QUIET = 200
"""Peak of a block in which nobody would hear a few samples too many or too few."""


class ClockOffset:
    """What to add to another clock's time to have this one's, in seconds."""

    def __init__(self) -> None:
        self._delays: deque[tuple[float, float]] = deque()  # rising: each stamp's delay is below those that follow it
        self._latest = float("-inf")

    @property
    def seconds(self) -> float | None:
        """What is known so far; None before the first stamp."""
        return self._delays[0][1] if self._delays else None

    def note(self, stamp: float, arrived: float) -> float:
        """Take in when something was stamped there and when it arrived here. Returns the offset."""
        if stamp < self._latest - 0.5:  # another page, and another clock
            self._delays.clear()
        self._latest = stamp
        delay = arrived - stamp
        while self._delays and self._delays[-1][1] >= delay:
            self._delays.pop()
        self._delays.append((stamp, delay))
        while self._delays[0][0] < stamp - QUICKEST_OF_S:
            self._delays.popleft()
        return self._delays[0][1]


class MicrophoneLine:
    """Places the blocks of a microphone; in samples of this process's monotonic time."""

    def __init__(self) -> None:
        self._offset = ClockOffset()
        self._next = 0
        self._drift = 0.0
        self._late = 0
        self._quiet = 0

    def place(self, samples: NDArray[np.int16], arrived: float, captured_at: float | None = None) -> int:
        """Tell where a block begins.

        Args:
            samples: shape (n,).
            arrived: now, in seconds.
            captured_at: when its last sample was captured, in seconds of whatever clock; None if nobody tells.

        Returns:
            The place of its first sample: the end of the block before, or a pause later. It is earlier than that only
            by what is corrected.
        """
        heard = arrived if captured_at is None else self._own_time(captured_at, arrived)
        quiet = samples.size == 0 or int(np.abs(samples.astype(np.int32)).max()) < QUIET
        deviation = round(heard * SAMPLE_RATE) - samples.size - self._next
        if deviation > (UNSTAMPED_PAUSE if captured_at is None else PAUSE):
            self._next += deviation
            self._drift, self._late, self._quiet = 0.0, 0, 0
        elif captured_at is not None:
            self._make_up()
            self._correct(deviation + self._late, samples.size, quiet=quiet)
        start = self._next
        self._next += samples.size
        self._quiet = self._quiet + samples.size if quiet else 0
        return start

    def _own_time(self, captured_at: float, arrived: float) -> float:
        before = self._offset.seconds
        offset = self._offset.note(captured_at, arrived)
        if before is not None and before - offset > LATE_S:
            # All blocks so far came late, and so they were placed: as when a conversation begins on a busy machine.
            self._late = min(LONGEST_DELAY, self._late + round((before - offset) * SAMPLE_RATE))
        return captured_at + offset

    def _make_up(self) -> None:
        """What has been placed too late is made up for by leaving silence out."""
        left_out = min(self._late, self._quiet)
        self._late -= left_out
        self._quiet -= left_out
        self._next -= left_out

    def _correct(self, deviation: int, count: int, *, quiet: bool) -> None:
        # What is far too early was sent faster than it was heard: no clock is to blame.
        if deviation <= -PAUSE:
            return
        self._drift += SMOOTHING * (deviation - self._drift)
        if abs(self._drift) >= (DRIFT_IN_SILENCE if quiet else DRIFT_IN_SPEECH):
            self._next += max(round(self._drift), -count)
            self._drift = 0.0

"""When the avatar's voice will have been played.

The service sends sound faster than it is heard, and says nothing when the hearing is over. What was received,
played without pause from its first sample, tells.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from navtalk_widget.audio.pcm import SAMPLE_RATE

BYTES_PER_SECOND = 2 * SAMPLE_RATE


class VoiceClock:
    """Follows the avatar's voice, answer by answer.

    Args:
        ended: called with the answer's name when its voice has been played to its end; not after `flush`.
    """

    def __init__(self, ended: Callable[[str], None]) -> None:
        self._ended = ended
        self._ends: dict[str, float] = {}  # by answer, in the order in which they are heard
        self._timer: asyncio.TimerHandle | None = None

    @property
    def playing(self) -> bool:
        """Whether there is sound that has not been heard."""
        return bool(self._ends)

    def plays(self, answer: str) -> bool:
        """Whether there is sound of this answer that has not been heard."""
        return answer in self._ends

    def add(self, pcm: bytes, answer: str = "") -> None:
        """Note sound that was received and will be heard after what is there already."""
        now = asyncio.get_running_loop().time()
        latest = max([now, *self._ends.values()])
        self._ends[answer] = latest + len(pcm) / BYTES_PER_SECOND
        self._wait()

    def flush(self) -> dict[str, float]:
        """Forget what has not been heard. Returns how many seconds each answer would have gone on."""
        now = asyncio.get_running_loop().time()
        rest = {answer: max(0.0, end - now) for answer, end in self._ends.items()}
        self._ends.clear()
        self._wait()
        return rest

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._ends:
            self._timer = asyncio.get_running_loop().call_at(min(self._ends.values()), self._finish)

    def _finish(self) -> None:
        self._timer = None
        answer = min(self._ends, key=self._ends.__getitem__)
        del self._ends[answer]
        self._wait()
        self._ended(answer)

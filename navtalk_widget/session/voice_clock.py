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
    """Follows one avatar's voice.

    Args:
        ended: called when the voice has been played to its end; not after `flush`.
    """

    def __init__(self, ended: Callable[[], None]) -> None:
        self._ended = ended
        self._ends_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def playing(self) -> bool:
        """Whether there is sound that has not been heard."""
        return self._timer is not None

    def add(self, pcm: bytes) -> None:
        """Note sound that was received and will be heard after what is there already."""
        loop = asyncio.get_running_loop()
        self._ends_at = max(self._ends_at, loop.time()) + len(pcm) / BYTES_PER_SECOND
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(self._ends_at, self._finish)

    def flush(self) -> bool:
        """Forget what has not been heard. Returns whether there was anything."""
        if self._timer is None:
            return False
        self._timer.cancel()
        self._timer = None
        self._ends_at = 0.0
        return True

    def _finish(self) -> None:
        self._timer = None
        self._ended()

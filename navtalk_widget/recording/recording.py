"""A recording, as those who asked for it see it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.audio.recorded_sound import Side, recorded_sound
from navtalk_widget.errors import RecordingError

FINISH_LIMIT = 20.0
"""Seconds that is waited for a file to be finished: its last moments may have to wait for a disk."""


class Recording:
    """A file in which both voices are kept, and how far it has got. It ends with its ``with``, or by `stop`.

    Args:
        path: of the file.
        origin: the moment of its first sample, in samples of this process's monotonic time.
        stop: ends the recording, from any thread; the future ends when the file is finished.
    """

    def __init__(self, path: Path, origin: int, stop: Callable[[], Future[None]]) -> None:
        self.path = path
        self.started_at = datetime.now(timezone.utc)
        self.origin = origin
        self.samples = 0
        """Of either side, so far, at 24,000 Hz."""
        self.lost_s = 0.0
        """Seconds of either side that came too late or could not be written, and are silent in the file."""
        self.active = True
        """Whether it goes on."""
        self._stop = stop

    def __repr__(self) -> str:
        state = "goes on" if self.active else "has ended"
        return f"<Recording {str(self.path)!r}: {self.duration_s:.1f} s, {state}>"

    @property
    def duration_s(self) -> float:
        """Seconds, so far."""
        return self.samples / SAMPLE_RATE

    def audio(self, side: Side = "both", *, start_ms: float = 0.0, end_ms: float | None = None) -> NDArray[np.int16]:
        """Read a piece of the file.

        Args:
            side: ``"user"``, ``"avatar"``, or ``"both"``.
            start_ms: where the piece begins, in milliseconds.
            end_ms: and where it ends; None for the file's end.

        Returns:
            int16 at 24,000 Hz, shape (n,); of both sides (n, 2), the person first.

        Raises:
            RecordingError: the file is gone, or cannot be read.
        """
        return recorded_sound(self.path, side, start_ms=start_ms, end_ms=end_ms)

    def stop(self) -> Future[None]:
        """End the recording, from any thread. What is returned ends when the file is finished."""
        return self._stop()

    def __enter__(self) -> Recording:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._stop().result(FINISH_LIMIT)
        except FutureTimeout:  # not the built-in TimeoutError before Python 3.11
            raise _unfinished(self.path) from None

    async def __aenter__(self) -> Recording:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await finished(self._stop(), self.path)


async def finished(ending: Future[None], path: Path) -> None:
    """Wait until a recording's file is finished.

    Raises:
        RecordingError: it takes too long; it goes on.
    """
    _, pending = await asyncio.wait({asyncio.wrap_future(ending)}, timeout=FINISH_LIMIT)
    if pending:
        raise _unfinished(path)


def _unfinished(path: Path) -> RecordingError:
    return RecordingError(
        f"The recording {path} has ended, and its file is still being written.", hint="Its disk is slow; it goes on."
    )

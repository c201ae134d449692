"""The thread that writes a recording."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.recording.sides import SoundFile

WAITING_LIMIT = 2_000
"""Pieces of at most 0.2 s that may wait for a disk that stalls: half a minute of both sides. Further ones are lost, and
silence is in their place."""

Job: TypeAlias = "Callable[[], None]"


class Writer:
    """Writes in the order in which it is told, until `close` or the first error.

    Args:
        file: belongs to the thread from now on.
        failed: called in the thread, once, if the file cannot be written any further.
    """

    def __init__(self, file: SoundFile, failed: Callable[[Exception], None]) -> None:
        self._file = file
        self._failed = failed
        self._jobs: queue.Queue[Job | None] = queue.Queue()  # bounded by `put`, so that `close` need not wait
        self._finished: Future[None] = Future()
        self._finished.set_running_or_notify_cancel()  # who waits for the file may give up; the file is finished
        self._closing = False
        self._lost = 0
        threading.Thread(target=self._run, name="navtalk-recording", daemon=True).start()

    @property
    def lost(self) -> int:
        """Samples of either side that came too late, or for which there was no place."""
        return self._lost + self._file.lost

    @property
    def waiting(self) -> int:
        """How many pieces wait."""
        return self._jobs.qsize()

    def write(self, side: int, start: int, samples: NDArray[np.int16]) -> None:
        """Have sound of one side written at a place."""
        if not self.put(lambda: self._file.write(side, start, samples)):
            self._lost += samples.size

    def put(self, job: Job) -> bool:
        """Have something else done to the file. Returns whether it will be."""
        if self._closing or self._jobs.qsize() >= WAITING_LIMIT:
            return False
        self._jobs.put(job)
        return True

    def extend(self, end: int) -> None:
        """Have the file reach to a place."""
        self.put(lambda: self._file.extend(end))

    def close(self) -> Future[None]:
        """Finish the file, once all that waits is written. Returns a future of the end."""
        if not self._closing:
            self._closing = True
            self._jobs.put(None)
        return self._finished

    def _run(self) -> None:
        error: Exception | None = None
        while (job := self._jobs.get()) is not None:
            if error is None and (error := self._attempt(job)) is not None:
                self._failed(error)
        closing = self._attempt(self._file.close)
        if error is None and closing is not None:
            self._failed(closing)
        self._finished.set_result(None)

    def _attempt(self, job: Job) -> Exception | None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 - whatever it is, a recording must not seem to go on
            return error
        return None

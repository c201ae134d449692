"""What a tool may know of its call, and tell while it runs."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

PROGRESS_INTERVAL = 0.1
"""Seconds between two reports that are passed on; of those in between, only the last counts."""

MAX_MESSAGE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a tool has come."""

    share: float | None
    """How much of it is done, 0 to 1; None where that is unknown."""
    message: str


def _tell_nobody(progress: Progress) -> None:
    """Outside of a conversation nobody waits for the tool."""


class ToolContext:
    """The call of a tool, for a function with a parameter of this type; to the model it is no argument.

    ::

        @avatar.tool(timeout=120)
        def summarise(folder: str, ctx: ToolContext) -> str:
            "Summarise all notes in a folder."
            for number, path in enumerate(paths := sorted(Path(folder).glob("*.md"))):
                if ctx.cancelled:
                    return "stopped"
                ctx.progress(number / len(paths), f"reading {path.name}…")
            return f"{len(paths)} notes"

    One that is made by hand, as in ``summarise("notes", ToolContext())``, tells nobody.

    Args:
        call_id: the service's identifier of the call.
        tell: called with each report, from whichever thread it comes.
        cancelled: tells whether nobody waits for the result any more; callable from any thread.
    """

    def __init__(
        self,
        call_id: str = "",
        tell: Callable[[Progress], None] = _tell_nobody,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.call_id = call_id
        self._tell = tell
        self._cancelled = cancelled

    @property
    def cancelled(self) -> bool:
        """Whether nobody waits for the result any more; from any thread.

        The person interrupted, where the tool says ``on_interruption="cancel"``, or the time limit is over, or the
        conversation. A plain function cannot be stopped from outside: one that takes long looks here and returns. An
        ``async`` one is cancelled besides.
        """
        return self._cancelled()

    def progress(self, share: float | None = None, message: str = "") -> None:
        """Show how far the tool has come; from any thread, as often as is convenient. Its time limit stays.

        Args:
            share: how much is done, 0 to 1; None if that is unknown.
            message: what is being done, in a few words.
        """
        share = None if share is None or math.isnan(share) else min(max(float(share), 0.0), 1.0)
        self._tell(Progress(share, str(message)[:MAX_MESSAGE_CHARACTERS]))


class ProgressFeed:
    """Brings the reports of one call, from whichever thread, to the loop in which this is made.

    Args:
        told: called in the loop, at once and then each `PROGRESS_INTERVAL` at most, with the latest report.
    """

    def __init__(self, told: Callable[[Progress], None]) -> None:
        self._told = told
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._latest: Progress | None = None
        self._pending = False
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    def report(self, progress: Progress) -> None:
        """Take in a report, from any thread; after `close` nothing comes of it."""
        with self._lock:
            if self._closed:
                return
            self._latest = progress
            if not self._pending:
                self._pending = True
                self._loop.call_soon_threadsafe(self._pass_on)

    def close(self) -> None:
        """The call is over; the function may go on all the same."""
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()

    def _pass_on(self) -> None:
        with self._lock:
            if self._closed:
                return
            latest, self._latest = self._latest, None
            self._pending = latest is not None
            self._timer = self._loop.call_later(PROGRESS_INTERVAL, self._pass_on) if self._pending else None
        if latest is not None:
            self._told(latest)

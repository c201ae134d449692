"""Stores a conversation while it goes on."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import threading
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from navtalk_widget.daemon_thread import run_in_daemon_thread
from navtalk_widget.errors import HistoryError, NavTalkError
from navtalk_widget.history.conversion import convert, convert_abandoned, remove_from_tables
from navtalk_widget.history.held import PATIENCE, hold, let_go
from navtalk_widget.history.journal import Journal
from navtalk_widget.history.layout import Layout
from navtalk_widget.transcript.files.jsonl import dump_turn
from navtalk_widget.transcript.turn import Turn

if TYPE_CHECKING:
    from filelock import BaseFileLock

Redact = Callable[[Turn], Turn | None]
"""Makes of a turn what is stored of it; None for nothing."""

END_LIMIT = 20.0
"""Seconds that the end of a conversation waits for the rest of it to be stored."""

EXIT_LIMIT = 3.0
"""Seconds that the end of the process waits for a turn that is being stored."""

_logger = logging.getLogger(__name__)


class Keeper:
    """Adds the turns of one conversation to its journal, and makes its table when it has ended.

    Journals of processes that are gone are made tables at the beginning.

    A turn is stored once it is final, and again when it changes after that. It is written in a thread that lives while
    there is something to write. What waits is one state per turn, the latest, and nothing is dropped: it never holds
    more than the transcript does. What cannot be written waits for the next turn.

    Args:
        layout: where to store.
        conversation_id: which conversation.
        redact: called in that thread with each turn before it is stored; a turn for which it fails is not stored.
        failed: told, in the loop in which turns are noted, of what could not be stored.
    """

    def __init__(
        self, layout: Layout, conversation_id: str, *, redact: Redact | None, failed: Callable[[NavTalkError], None]
    ) -> None:
        self._layout = layout
        self._conversation_id = conversation_id
        self._redact = redact
        self._failed = failed
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()
        """For what is next, which the loop changes too."""
        self._waiting: dict[str, Turn] = {}
        self._running = False
        self._resting = False
        self._storing = threading.Lock()
        """For what is below: held by the one thread that writes."""
        self._journal: Journal | None = None
        self._hold: BaseFileLock | None = None
        self._stored: set[str] = set()
        self._deleted: set[str] = set()
        """Turns that somebody has deleted since they were stored: they do not come back."""
        self._process = os.getpid()
        if layout.journalled():  # now, while nobody is talking yet
            run_in_daemon_thread(self._tidy, "navtalk-history")

    def note(self, turn: Turn) -> None:
        """Have a turn stored soon, if it is final. Called in the conversation's loop; takes no time."""
        if not turn.final:
            return
        self._loop = asyncio.get_running_loop()
        with self._lock:
            if not self._waiting:
                atexit.unregister(self._store_at_exit)  # registering twice would call it twice
                atexit.register(self._store_at_exit)
            self._waiting[turn.id] = turn
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="navtalk-history", daemon=True).start()

    def resume(self) -> None:
        """The conversation goes on: from now on it has a journal again."""
        with self._lock:
            self._resting = False

    async def rest(self) -> None:
        """The conversation has ended: store the rest of it, and make its table. Turns may still change afterwards."""
        with self._lock:
            self._resting = True
            if not self._waiting and self._hold is None:
                return
        work = asyncio.wrap_future(run_in_daemon_thread(self._store, "navtalk-history"))
        try:
            outcome = await asyncio.wait_for(work, END_LIMIT)
        except (asyncio.TimeoutError, TimeoutError):
            self._failed(HistoryError("The conversation is still being stored.", hint="Its disk is slow; it goes on."))
            return
        if outcome.error is not None:
            _logger.error("The end of a conversation could not be stored", exc_info=outcome.error)
            self._failed(HistoryError(f"The conversation is not stored: {type(outcome.error).__name__}."))

    # ── in the thread that writes ────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        going_on = True
        while going_on:
            going_on = False
            try:
                going_on = self._store()
            finally:
                with self._lock:
                    self._running = going_on = going_on and bool(self._waiting)

    def _store(self) -> bool:
        """Store what waits. Returns whether all of it could be stored."""
        with self._storing:
            while (turn := self._next()) is not None:
                try:
                    self._store_turn(turn)
                except (NavTalkError, OSError) as error:
                    self._tell(error)
                    return False
                with self._lock:
                    if self._waiting.get(turn.id) is turn:  # it has not changed meanwhile
                        del self._waiting[turn.id]
            if self._resting:
                self._finish()
            return True

    def _tidy(self) -> None:
        """Make tables of the journals that killed processes left."""
        for failure in convert_abandoned(self._layout):
            self._tell(failure)

    def _next(self) -> Turn | None:
        with self._lock:
            return next(iter(self._waiting.values()), None)

    def _store_turn(self, turn: Turn) -> None:
        try:
            stored = self._redacted(turn)
            line = None if stored is None else dump_turn(stored)
        except HistoryError as error:
            self._tell(error)
            return
        except ValueError as error:  # a hook can put into a turn what is no JSON
            self._tell(
                HistoryError(f"A turn was not stored: {type(error).__name__}.", hint="See what redact= returns.")
            )
            return
        journal = self._journal = self._opened()
        if turn.id in self._deleted:
            return
        if line is not None:
            journal.append(turn.id, line)
            self._stored.add(turn.id)
        else:  # nor may what was stored of it before it changed remain
            self._stored.discard(turn.id)
            journal.remove(turn.id)
            remove_from_tables(self._layout, self._conversation_id, turn.id)

    def _opened(self) -> Journal:
        if self._journal is not None:
            if not self._journal.gone:
                return self._journal
            self._close()
        layout, conversation_id = self._layout, self._conversation_id
        self._hold = self._hold or hold(layout, conversation_id, patience=PATIENCE)
        path = layout.journal(conversation_id)
        if not path.exists() and not layout.tables(conversation_id):
            self._deleted |= self._stored
        return Journal(path)

    def _redacted(self, turn: Turn) -> Turn | None:
        if self._redact is None:
            return turn
        try:
            stored = self._redact(turn)
        except Exception as error:  # noqa: BLE001 - the code of others
            # Without the error's own words: they may quote what was to be redacted.
            at = traceback.extract_tb(error.__traceback__)[-1]
            raise HistoryError(
                f"A turn was not stored: redact= failed with {type(error).__name__} in {at.name}, line {at.lineno}.",
                hint="Correct that function; the conversation goes on.",
            ) from None
        if stored is None:
            return None
        if not isinstance(stored, Turn):
            raise HistoryError(
                f"A turn was not stored: redact= returned {type(stored).__name__}.",
                hint="Return a Turn, such as dataclasses.replace(turn, text=...), or None to store nothing.",
            )
        # Or a later state of the turn would not be known as such.
        return replace(stored, id=turn.id, conversation_id=turn.conversation_id)

    def _finish(self) -> None:
        if self._hold is not None:
            self._close_journal()  # an open file cannot be removed everywhere
            try:
                convert(self._layout, self._conversation_id)
            except (NavTalkError, OSError) as error:
                self._tell(error)  # the journal stays, and is read as well
        self._close()
        with self._lock:
            if not self._waiting:
                atexit.unregister(self._store_at_exit)

    def _close_journal(self) -> None:
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def _close(self) -> None:
        self._close_journal()
        if self._hold is not None:
            let_go(self._hold, self._layout, self._conversation_id)
            self._hold = None

    # ── at the end ───────────────────────────────────────────────────────────────────────────────────────

    def _store_at_exit(self) -> None:
        """Store what waits, in the thread that ends the process; the next session makes the table."""
        if os.getpid() != self._process:
            return  # a copy of it, which has nothing to store
        if not self._storing.acquire(timeout=EXIT_LIMIT):
            _logger.error("The last turns of %s could not be stored in time", self._conversation_id)
            return
        self._storing.release()
        self._loop, self._resting = None, False
        self._store()

    def _tell(self, error: Exception) -> None:
        """Make an error known where the conversation goes on."""
        known = error if isinstance(error, NavTalkError) else HistoryError(f"The conversation is not stored: {error}.")
        try:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._failed, known)
                return
        except RuntimeError:
            pass  # the loop has ended
        _logger.error("%s", known)

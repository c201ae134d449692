"""A conversation of a store, held by whoever changes it: at most one at a time, in all processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from navtalk_widget.errors import HistoryError
from navtalk_widget.history.layout import Layout

if TYPE_CHECKING:
    from filelock import BaseFileLock

PATIENCE = 5.0
"""Seconds to wait for somebody who turns a journal into a table."""


def hold(layout: Layout, conversation_id: str, *, patience: float = 0.0) -> BaseFileLock:
    """Hold a conversation until ``release()`` is called or the process ends, in whatever way.

    Args:
        layout: its folder.
        conversation_id: which.
        patience: seconds to wait for who holds it.

    Raises:
        HistoryError: somebody else holds it.
        OSError: the folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    layout.journals.mkdir(parents=True, exist_ok=True)
    # Whichever thread holds it, another may release it.
    lock = FileLock(layout.lock(conversation_id), mode=0o600, thread_local=False)
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        raise HistoryError(
            f"The conversation {conversation_id} is open: a session adds to it.",
            hint="End that session, or its kernel, and try again.",
        ) from None
    return lock


@contextmanager
def held(layout: Layout, conversation_id: str, *, patience: float = 0.0) -> Iterator[None]:
    """Hold a conversation within a ``with`` statement; see `hold`."""
    lock = hold(layout, conversation_id, patience=patience)
    try:
        yield
    finally:
        let_go(lock, layout, conversation_id)


def let_go(lock: BaseFileLock, layout: Layout, conversation_id: str) -> None:
    """Hold a conversation no longer; the lock's file goes with the journal."""
    if not layout.journal(conversation_id).exists():
        # While it is held: whoever waits for it sees that the file has no name any more, and makes a new one.
        layout.lock(conversation_id).unlink(missing_ok=True)
    lock.release()

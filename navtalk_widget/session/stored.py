"""Has what is said in a session stored."""

from __future__ import annotations

from typing import Any

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.history.folder import folder_to_write
from navtalk_widget.history.keeper import Keeper, Redact
from navtalk_widget.session.followed import Followed
from navtalk_widget.session.news import StatusChanged, TurnChanged


def keep(session: Followed, history_dir: Any, redact: Redact | None) -> Keeper | None:
    """Have the turns of a session stored from now on; None if no folder is given.

    Args:
        session: which.
        history_dir: the path of a folder.
        redact: makes of each turn what is stored of it.

    Raises:
        ConfigurationError: nothing can be stored there, or there is something to redact but no folder.
    """
    if redact is not None and not callable(redact):
        raise ConfigurationError("redact= takes a function of a turn.", hint="It returns a Turn, or None.")
    if history_dir is None:
        if redact is not None:
            raise ConfigurationError(
                "redact= is for what is stored, and nothing is stored here.", hint="Pass history_dir=, too."
            )
        return None
    keeper = Keeper(folder_to_write(history_dir), session.conversation_id, redact=redact, failed=session.note_error)

    def note_turn(news: TurnChanged) -> None:
        keeper.note(news.turn)

    def note_status(news: StatusChanged) -> None:
        if news.status == "connecting":
            keeper.resume()

    session.on("turn", note_turn)
    session.on("status", note_status)
    return keeper

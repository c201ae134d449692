"""Which conversations a store has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from navtalk_widget.history.reading import stored_columns

if TYPE_CHECKING:
    import pandas


def conversations(path: str | Path) -> pandas.DataFrame:
    """List the stored conversations, those that go on included, in the order in which they began.

    Returns:
        One row each, by ``conversation_id``: ``character``, ``began_at`` and ``ended_at`` (UTC; of the first turn and
        of the last), ``turns``. Of the files only these columns are read.

    Raises:
        ConfigurationError: there is no such folder.
        MissingExtraError: packages that this needs are not installed; it says which.
        TranscriptFileError: a journal is damaged; it says where.
        OSError: a file cannot be read.
    """
    turns = stored_columns(path, ["conversation_id", "character", "started_at", "ended_at"])
    turns["ended_at"] = turns["ended_at"].fillna(turns["started_at"])
    listed = turns.groupby("conversation_id").agg(
        character=("character", "last"),
        began_at=("started_at", "min"),
        ended_at=("ended_at", "max"),
        turns=("started_at", "size"),
    )
    return listed.sort_values("began_at", kind="stable")

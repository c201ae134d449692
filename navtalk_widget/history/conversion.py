"""Journals turned into tables."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence

from navtalk_widget.errors import HistoryError, NavTalkError
from navtalk_widget.history.held import held
from navtalk_widget.history.journal import read_journal, sync_folder
from navtalk_widget.history.layout import Layout
from navtalk_widget.transcript.files.parquet import read_parquet, write_parquet
from navtalk_widget.transcript.transcript import Transcript
from navtalk_widget.transcript.turn import Turn


def stored_turns(layout: Layout, conversation_id: str) -> Transcript:
    """All turns of a conversation, of its tables and of its journal, which has the later word.

    Raises:
        TranscriptFileError: a file is damaged.
        MissingExtraError: there is a table, and pyarrow is not installed.
        OSError: a file cannot be read.
    """
    # The journal first: it is removed only when all of it is in a table.
    try:
        journal = read_journal(layout.journal(conversation_id))
    except FileNotFoundError:
        journal = []
    tables = [turn for table in layout.tables(conversation_id) for turn in read_parquet(table)]
    return Transcript([*tables, *journal])


def convert(layout: Layout, conversation_id: str) -> None:
    """Turn the journal of a conversation that the caller holds into its table; without pyarrow it stays a journal.

    Wherever this is interrupted, nothing is lost: the journal goes last.

    Raises:
        TranscriptFileError: a file is damaged.
        OSError: a file cannot be written.
    """
    journal = layout.journal(conversation_id)
    if not journal.exists() or importlib.util.find_spec("pyarrow") is None:
        return
    _replace_tables(layout, conversation_id, stored_turns(layout, conversation_id))
    journal.unlink()
    sync_folder(journal.parent)


def remove_from_tables(layout: Layout, conversation_id: str, turn_id: str) -> None:
    """Leave nothing of a turn in the tables of a conversation that the caller holds.

    Raises:
        OSError: a file cannot be written.
    """
    tables = layout.tables(conversation_id)
    turns = [turn for table in tables for turn in read_parquet(table)]
    kept = [turn for turn in turns if turn.id != turn_id]
    if len(kept) < len(turns):
        _replace_tables(layout, conversation_id, kept)


def convert_abandoned(layout: Layout) -> list[Exception]:
    """Turn the journals of processes that are gone into tables, and leave those that somebody writes.

    Returns:
        What went wrong, of each that could not be turned.
    """
    failures: list[Exception] = []
    for conversation_id in layout.journalled():
        try:
            with held(layout, conversation_id):
                convert(layout, conversation_id)
        except HistoryError:
            continue  # it goes on
        except (NavTalkError, OSError) as error:
            failures.append(error)
    return failures


def _replace_tables(layout: Layout, conversation_id: str, turns: Sequence[Turn]) -> None:
    """Put one table in the place of all that there are of a conversation."""
    before = layout.tables(conversation_id)
    if turns:
        table = layout.table(conversation_id, min(turn.started_at for turn in turns).date())
        write_parquet(turns, table)
        for folder in (table.parent, table.parent.parent, layout.root):
            sync_folder(folder)
        before = [path for path in before if path != table]
    for path in before:
        path.unlink()

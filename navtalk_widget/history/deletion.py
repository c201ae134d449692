"""Conversations taken out of the store."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from navtalk_widget.history.held import held
from navtalk_widget.history.layout import Layout
from navtalk_widget.transcript.files.file_error import TranscriptFileError
from navtalk_widget.transcript.files.jsonl import load_turn
from navtalk_widget.transcript.files.parquet import read_parquet
from navtalk_widget.transcript.turn import Turn


@dataclass(frozen=True, slots=True)
class Deleted:
    """What became of a conversation that was to be deleted."""

    conversation_id: str
    removed: tuple[Path, ...]
    """Files that are gone; none if nothing was stored."""
    left: tuple[Path, ...]
    """Recordings that are still there, since they lie outside the folder of conversations."""


def delete_conversation(path: str | Path, conversation_id: str) -> Deleted:
    """Remove a conversation from the store: what was said, and recordings of it that lie in the same folder.

    Nothing happens if it is not there. Copies are not looked for: backups, notebooks that were saved with the
    conversation, files that were exported. Where recordings are is known from the turns that were stored: of a damaged
    file it is not, nor of a recording in which nothing was said, or nothing that `redact=` let be stored.

    Args:
        path: what was given as ``history_dir=``.
        conversation_id: which, as ``session.conversation_id`` and the tables say.

    Raises:
        HistoryError: a session is adding to it; end that first.
        MissingExtraError: it is a Parquet file, and pyarrow is not installed.
        OSError: a file cannot be removed.
    """
    layout = Layout(Path(path).expanduser().absolute())
    journal, tables = layout.journal(conversation_id), layout.tables(conversation_id)
    if not layout.root.is_dir() or not (journal.exists() or tables):
        return Deleted(conversation_id, (), ())
    with held(layout, conversation_id):
        tables = layout.tables(conversation_id)
        turns = [*_turns_of_journal(journal), *(turn for table in tables for turn in _turns_of_table(table))]
        recordings = {Path(turn.recorded.path).absolute() for turn in turns if turn.recorded is not None}
        within = {recording for recording in recordings if _may_be_removed(recording, layout)}
        removed = [file for file in (*sorted(within), journal, journal.with_suffix(".new"), *tables) if file.is_file()]
        for file in removed:  # what tells of the recordings goes after them: if one stays, it can be tried again
            file.unlink(missing_ok=True)
        for folder in {table.parent for table in tables}:
            shutil.rmtree(folder)  # with what a killed process left half-written
            with contextlib.suppress(OSError):  # other conversations of that day are there
                folder.parent.rmdir()
    return Deleted(
        conversation_id, tuple(removed), tuple(sorted(file for file in recordings - within if file.exists()))
    )


def _turns_of_journal(journal: Path) -> list[Turn]:
    turns = []
    for line in journal.read_bytes().split(b"\n") if journal.exists() else ():
        with contextlib.suppress(ValueError):
            turns.append(load_turn(line))
    return turns


def _turns_of_table(table: Path) -> list[Turn]:
    try:
        return list(read_parquet(table))
    except TranscriptFileError:
        return []


def _may_be_removed(recording: Path, layout: Layout) -> bool:
    """Whether a path is of a file in the folder, and not of what is stored of another conversation."""
    real, root = recording.resolve(), layout.root.resolve()
    if not real.is_relative_to(root):
        return False
    top = real.relative_to(root).parts[0] if real != root else ""
    return real.is_file() and top != layout.journals.name and not top.startswith("date=")

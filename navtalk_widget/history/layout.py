"""Where a folder of conversations keeps what.

``journals/ID.jsonl`` is a conversation that goes on, or whose process died; ``journals/ID.lock`` is held by whoever
changes it. ``date=2026-01-02/conversation=ID/part-0.parquet`` is one that has ended, by the day (UTC) on which it
began.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from glob import escape
from pathlib import Path
from urllib.parse import quote, unquote

_JOURNAL = ".jsonl"
_DATE, _CONVERSATION = "date=", "conversation="


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths within one folder; none of them need exist."""

    root: Path

    @property
    def journals(self) -> Path:
        """The folder of the journals."""
        return self.root / "journals"

    def journal(self, conversation_id: str) -> Path:
        """The journal of a conversation."""
        return self.journals / f"{_name(conversation_id)}{_JOURNAL}"

    def lock(self, conversation_id: str) -> Path:
        """What is locked by whoever changes a conversation."""
        return self.journals / f"{_name(conversation_id)}.lock"

    def journalled(self) -> list[str]:
        """Conversations that have a journal."""
        return sorted(unquote(path.stem) for path in self.journals.glob(f"*{_JOURNAL}"))

    def table(self, conversation_id: str, began_on: date) -> Path:
        """The Parquet file of a conversation that has ended."""
        return self.root / f"{_DATE}{began_on}" / f"{_CONVERSATION}{_name(conversation_id)}" / "part-0.parquet"

    def tables(self, conversation_id: str | None = None) -> list[Path]:
        """The Parquet files, of all conversations or of one.

        What others put beside them is passed over, such as the ``date=2026-01-02 (copy)`` of a program that syncs.
        """
        name = "*" if conversation_id is None else escape(_name(conversation_id))
        found = self.root.glob(f"{_DATE}*/{_CONVERSATION}{name}/*.parquet")
        return sorted(filter(_is_of_a_day, found))


def conversation_of(table: Path) -> str:
    """Whose Parquet file this is."""
    return unquote(table.parent.name.removeprefix(_CONVERSATION))


def began_on(table: Path) -> date:
    """The day on which the conversation of a Parquet file began."""
    return date.fromisoformat(table.parent.parent.name.removeprefix(_DATE))


def _is_of_a_day(table: Path) -> bool:
    try:
        return table.parent.parent.name == f"{_DATE}{began_on(table)}"  # Python knows more ways to write a day
    except ValueError:
        return False


def _name(conversation_id: str) -> str:
    return quote(conversation_id, safe="")

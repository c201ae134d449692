"""Stores of conversations for tests, written by what writes them in earnest."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from navtalk_widget.errors import NavTalkError
from navtalk_widget.history.keeper import Keeper
from navtalk_widget.history.layout import Layout
from navtalk_widget.transcript import Turn
from tests.support.waiting import eventually
from tests.transcript.turns import said


def turn(number: int, text: str = "", conversation: str = "conv_a", **more: Any) -> Turn:
    """A turn that is over; the number tells when it began."""
    return said(number, text or f"words {number}", conversation_id=conversation, final=True, **more)


@dataclass
class Told:
    """What a keeper tells of its failures."""

    errors: list[NavTalkError] = field(default_factory=list)

    def keeper(self, root: Path, conversation: str = "conv_a", redact: Any = None) -> Keeper:
        return Keeper(Layout(root), conversation, redact=redact, failed=self.errors.append)


async def store(root: Path, *turns: Turn, ended: bool = True) -> None:
    """Store turns, of one conversation or several, as sessions do."""
    for conversation in dict.fromkeys(each.conversation_id for each in turns):
        told = Told()
        keeper = told.keeper(root, conversation)
        for each in turns:
            if each.conversation_id == conversation:
                keeper.note(each)
        if ended:
            await keeper.rest()
        else:
            await eventually(lambda keeper=keeper: not keeper._waiting)  # type: ignore[misc]
        assert told.errors == []


def files(root: Path) -> list[str]:
    """All files of a store, but locks."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and path.suffix != ".lock")


def on_disk(root: Path) -> bytes:
    """The bytes of all files of a store."""
    return b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())

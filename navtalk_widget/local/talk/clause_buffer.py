"""Collecting a stream of text until there is something to say."""

from __future__ import annotations

from navtalk_widget.local.speech.synthesizers.clauses import split_clauses


class ClauseBuffer:
    """Takes text in pieces of any size and gives out the clauses that are complete.

    A clause is complete when the next one has begun: "Dr." may go on, and so may "3.".
    """

    def __init__(self) -> None:
        self._text = ""

    def add(self, piece: str) -> str:
        """Add a piece; return everything that can be spoken now, ``""`` if there is nothing."""
        self._text += piece
        clauses = split_clauses(self._text)
        ready = "".join(clause.text for clause in clauses[:-1])
        self._text = self._text[len(ready) :]
        return ready

    def rest(self) -> str:
        """Return what is left when nothing more will come."""
        rest, self._text = self._text, ""
        return rest if rest.strip() else ""

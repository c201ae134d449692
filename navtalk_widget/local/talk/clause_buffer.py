"""Collecting a stream of text until there is something to say."""

from __future__ import annotations

import re

from navtalk_widget.local.speech.synthesizers.clauses import split_clauses

_SENTENCE = re.compile(r"""[.!?…。！？]["'”’»)\]」）]*\s*$""")

# Titles, initials, "U.S.", "e.g." and "3." go on more often than not.
_UNFINISHED = re.compile(
    r"(?:(?<!\w)(?:\w\.)+|\d\.|(?<!\w)(?:mrs?|ms|drs?|prof|st|vs|sra?|ca|approx|etc|no|nr|vol|fig|gen|col|lt|bzw|usw|inkl|"
    r"mme|mlle|mm|sig|dott|ing|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.)\s*$",
    re.IGNORECASE,
)


class ClauseBuffer:
    """Takes text in pieces of any size and gives out the clauses that are complete.

    A clause is complete when the next one has begun: "Dr." may go on, and so may "3.".
    """

    def __init__(self) -> None:
        self._text = ""

    @property
    def holds_sentence(self) -> bool:
        """Whether what is left may well be all there is for the moment: the end of a sentence, and no abbreviation."""
        return _SENTENCE.search(self._text) is not None and _UNFINISHED.search(self._text) is None

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

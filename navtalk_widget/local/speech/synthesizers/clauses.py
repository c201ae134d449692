"""Cutting a text into clauses, so that the first words can sound while the others are still being made."""

from __future__ import annotations

import re
from dataclasses import dataclass

SENTENCE_PAUSE_S = 0.25
CLAUSE_PAUSE_S = 0.12

LONGEST_CLAUSE = 140
"""Letters. A clause is synthesised as a whole, so this bounds the wait for its first sample."""

_SYLLABLE = 3
"""Letters to which a sign amounts in scripts of which each sign is a syllable, such as Chinese."""

# A mark ends a clause before white space, or at once where the script has none; so "3.5" and "1,000" stay whole.
_CLOSING = r"""["'”’»)\]]*(?=\s|$)"""
_END = re.compile(
    rf"(?P<sentence>[.!?…]+{_CLOSING}|[。！？]+[”’」）]*|\n+)|[,;:—–]+{_CLOSING}|[，；：、]+",
)
_ABBREVIATION = re.compile(r"(?<![^\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|No|vs|e\.g|i\.e|z\.B|Sr|Sra)\.$")


@dataclass(frozen=True, slots=True)
class Clause:
    """Words that are spoken in one breath.

    Attributes:
        text: as written, with the white space that follows, so that the clauses put together are the text.
        pause_s: how long to be silent afterwards.
    """

    text: str
    pause_s: float


def split_clauses(text: str) -> list[Clause]:
    """Cut ``text`` at its punctuation, and where it has too little of that, between words.

    Returns:
        Clauses that hold more than white space; none for a text that is nothing but that.
    """
    clauses: list[Clause] = []
    start = 0
    for mark in _END.finditer(text):
        if mark.end() <= start or not text[start : mark.end()].strip():
            continue
        is_sentence = mark["sentence"] is not None
        if is_sentence and _ABBREVIATION.search(text, start, mark.end()) and mark.end() < len(text):
            continue
        end = _skip_space(text, mark.end())
        clauses += _shorten(text[start:end], SENTENCE_PAUSE_S if is_sentence else CLAUSE_PAUSE_S)
        start = end
    if text[start:].strip():
        clauses += _shorten(text[start:], SENTENCE_PAUSE_S)
    return clauses


def _shorten(text: str, pause_s: float) -> list[Clause]:
    """Cut a clause that is too long near its middle rather than at its very end, so that no stump is left over."""
    parts = []
    syllables = sum(character >= "\u2e80" for character in text)
    longest = LONGEST_CLAUSE // _SYLLABLE if 2 * syllables > len(text) else LONGEST_CLAUSE
    while len(text) > longest:
        wanted = longest if len(text) > 2 * longest else len(text) // 2 + longest // 14
        space = text.rfind(" ", longest // 4, wanted)
        cut = space + 1 if space >= 0 else wanted
        parts.append(Clause(text[:cut], 0.0))
        text = text[cut:]
    return [*parts, Clause(text, pause_s)]


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position

"""Days and months as people speak of them."""

from __future__ import annotations

from collections.abc import Sequence

from navtalk_widget.local.responders.rules.numbers import read_number

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)

_TIME_WORD_TEXT = (
    "today tomorrow yesterday tonight now morning afternoon evening week weekend month year day days right currently "
    "soon later next last"
)
TIME_WORDS = frozenset([*DAYS, *_TIME_WORD_TEXT.split()])
# By themselves these tell no day: "which day", "right now", "next".
_NO_DAY = frozenset(["right", "currently", "soon", "later", "day", "days", "next", "last"])
_PERIODS = frozenset([*DAYS, "week", "weekend", "month", "year"])
_POINTING = frozenset(["this", "next", "last"])

_BEFORE_MAY_WORDS = "of in for since until till by from to about during on last next this and or the"
_BEFORE_MAY = frozenset(_BEFORE_MAY_WORDS.split())
_ASKING_LEAVE_WORDS = "i we you he she it they one the this that there be"
_ASKING_LEAVE = frozenset(_ASKING_LEAVE_WORDS.split())


def without_possessive(word: str) -> str:
    """The word itself: "Anna" of "Anna's"."""
    return word[:-2] if word[-2:].lower() in ("'s", "’s") else word


def is_month(words: Sequence[str], at: int) -> bool:
    """Whether the word is a month's name; "may" is one only where it cannot be a verb."""
    word = without_possessive(words[at])
    if word.lower() != "may":
        return word.lower() in MONTHS
    if at and words[at - 1].lower() in _BEFORE_MAY:
        return True
    following = words[at + 1].lower() if at + 1 < len(words) else ""
    return word == "May" and following not in _ASKING_LEAVE


def find_month(words: Sequence[str]) -> str | None:
    """The first month of a sentence as a name: "May"; or "last month" and the like."""
    for at in range(len(words)):
        if is_month(words, at):
            return without_possessive(words[at]).capitalize()
        if at and words[at].lower() == "month" and words[at - 1].lower() in _POINTING:
            return f"{words[at - 1].lower()} month"
    return None


def find_day(words: Sequence[str]) -> str | None:
    """The first day or other time that a sentence speaks of: "today", "Monday", "next week", "May 5"."""
    for at in range(len(words)):
        word = without_possessive(words[at]).lower()
        if word in TIME_WORDS and word not in _NO_DAY:
            said = word.capitalize() if word in DAYS else word
            points = at > 0 and words[at - 1].lower() in _POINTING and word in _PERIODS
            return f"{words[at - 1].lower()} {said}" if points and words[at - 1].lower() != "this" else said
        if is_month(words, at):
            return _with_number(words, at)
    return None


def _with_number(words: Sequence[str], at: int) -> str:
    month = without_possessive(words[at]).capitalize()
    behind = read_number(words, at + 1) if at + 1 < len(words) else None
    if behind is not None:
        return f"{month} {behind.value}"
    before = read_number(words, at - 1) if at else None
    return month if before is None else f"{before.value} {month}"

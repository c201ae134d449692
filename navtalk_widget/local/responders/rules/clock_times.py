"""Times of day, found among the words of a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from navtalk_widget.local.responders.rules.numbers import read_number

_NAMED_TIMES = frozenset(["noon", "midnight", "midday", "lunchtime"])
_HALVES = frozenset(["am", "pm", "a.m", "p.m", "o'clock", "oclock", "o’clock"])
_SPELT = re.compile(r"\d{1,2}(?:[:.]\d\d)?(?:am|pm)|\d{1,2}:\d\d", re.IGNORECASE)
_BEFORE = frozenset(["at", "by", "until", "before", "after", "around", "about"])
_FRACTIONS = frozenset(["half", "quarter", "five", "ten", "twenty"])
_PARTS_OF_THE_DAY = frozenset(["morning", "afternoon", "evening"])


@dataclass(frozen=True, slots=True)
class ClockTime:
    """Words that tell a time of day: from ``start`` up to but not including ``end``."""

    start: int
    end: int


def find_clock_time(words: Sequence[str]) -> ClockTime | None:
    """The first time of day among the words of a sentence, such as "7 pm", or "seven" behind "at"."""
    lower = [word.lower() for word in words]
    for start in range(len(lower)):
        end = _end_of_time(lower, start)
        if end is not None:
            return ClockTime(start, end)
    return None


def _end_of_time(words: Sequence[str], start: int) -> int | None:
    if words[start] in _NAMED_TIMES or _SPELT.fullmatch(words[start]):
        return _with_half(words, start + 1)
    if words[start] in _FRACTIONS and start + 2 < len(words) and words[start + 1] in ("past", "to"):
        return _with_half(words, start + 3) if _hour_end(words, start + 2) is not None else None
    end = _hour_end(words, start)
    if end is None:
        return None
    minutes = read_number(words, end) if end < len(words) else None
    if minutes is not None and 0 <= minutes.value < 60:
        end = minutes.end
    whole = _with_half(words, end)
    return whole if whole > end or (start and words[start - 1] in _BEFORE) else None


def _hour_end(words: Sequence[str], start: int) -> int | None:
    number = read_number(words, start)
    return number.end if number is not None and 0 <= number.value <= 24 and float(number.value).is_integer() else None


def _with_half(words: Sequence[str], end: int) -> int:
    if end < len(words) and words[end] in _HALVES:
        return end + 1
    if words[end : end + 2] == ["in", "the"] and end + 2 < len(words) and words[end + 2] in _PARTS_OF_THE_DAY:
        return end + 3
    return end

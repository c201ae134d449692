"""Numbers in English words and in digits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_UNIT_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = _UNIT_WORDS.split()
_TENS = _TEN_WORDS.split()
_SMALL = {word: value for value, word in enumerate(_UNITS)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
_SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,15})?|\d{1,15}(?:\.\d{1,15})?")


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A number, and the words it was made of: from ``start`` up to but not including ``end``."""

    value: int | float
    start: int
    end: int


def find_numbers(words: Sequence[str]) -> list[FoundNumber]:
    """All numbers among ``words``, such as ``["twenty", "one"]`` or ``["3.5"]``, in order."""
    found: list[FoundNumber] = []
    position = 0
    while position < len(words):
        number = read_number(words, position)
        if number is None:
            position += 1
        else:
            found.append(number)
            position = number.end
    return found


def read_number(words: Sequence[str], start: int) -> FoundNumber | None:
    """The number that begins with the word at ``start``, if one does."""
    first = words[start].lower()
    if _DIGITS.fullmatch(first):
        text = first.replace(",", "")
        value = float(text) if "." in text else int(text)
        scale = _SCALES.get(words[start + 1].lower()) if start + 1 < len(words) else None
        return FoundNumber(value * scale, start, start + 2) if scale else FoundNumber(value, start, start + 1)
    whole = _read_whole(words, start)
    return _with_decimals(words, whole) if whole is not None else None


def _read_whole(words: Sequence[str], start: int) -> FoundNumber | None:
    total, group, end = 0, -1, start
    while end < len(words):
        word = words[end].lower()
        parts = word.split("-")
        if len(parts) == 2 and parts[0] in _TENS and parts[1] in _UNITS[1:10] and _fits(group, 21):
            group = max(group, 0) + _SMALL[parts[0]] + _SMALL[parts[1]]
        elif word in _SMALL and _fits(group, _SMALL[word]):
            group = max(group, 0) + _SMALL[word]
        elif word == "hundred" and 0 < group < 100:
            group *= 100
        elif word in _SCALES and group > 0:
            total, group = total + group * _SCALES[word], -1
        elif word in ("a", "an") and group < 0 and _follows(words, end, {"hundred", *_SCALES}):
            group = 1
        elif word == "and" and (group >= 100 or total) and _follows(words, end, set(_SMALL)):
            pass
        else:
            break
        end += 1
    return FoundNumber(total + max(group, 0), start, end) if group >= 0 or total else None


def _fits(group: int, value: int) -> bool:
    """Whether ``value`` goes on a number: "twenty" takes "one", and "one hundred" takes "twenty"."""
    if group < 0:
        return True
    below_hundred = group % 100
    return (below_hundred == 0 and group != 0) or (below_hundred >= 20 and below_hundred % 10 == 0 and 0 < value < 10)


def _follows(words: Sequence[str], position: int, wanted: set[str]) -> bool:
    return position + 1 < len(words) and words[position + 1].lower() in wanted


def _with_decimals(words: Sequence[str], whole: FoundNumber) -> FoundNumber:
    """Read on behind "point", digit by digit."""
    if not _follows(words, whole.end - 1, {"point"}):
        return whole
    end, digits = whole.end + 1, ""
    while end < len(words) and words[end].lower() in _UNITS[:10]:
        digits += str(_SMALL[words[end].lower()])
        end += 1
    return FoundNumber(float(f"{whole.value}.{digits}"), whole.start, end) if digits else whole

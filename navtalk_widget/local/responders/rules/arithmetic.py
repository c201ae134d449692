"""Sums in words and digits, read by a small parser: what people say is never evaluated as a program."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from navtalk_widget.local.responders.rules.chinese import in_signs
from navtalk_widget.local.responders.rules.numbers import read_number

_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_SPOKEN = {"plus": "+", "minus": "-", "times": "*", "x": "*", "×": "*", "÷": "/", "over": "/", "−": "-", "–": "-"}
_PHRASES = (
    (re.compile(r"\bmultiplied (?:by|with)\b"), " * "),
    (re.compile(r"\bdivided by\b"), " / "),
    (re.compile(r"(?:%|\bper ?cent) of\b"), " / 100 * "),
)
_POLITE = (
    "what what's whats is are how much does do the of result answer to make makes equal equals calculate compute tell "
    "me please can could you say so and then hey ok okay many = ?"
)
_AROUND = frozenset(_POLITE.split())
_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|[^\W\d]+(?:'[^\W\d]+)*|\S")
_LONGEST = 60  # tokens


def solve(text: str) -> float | None:
    """The result of the sum that ``text`` consists of, apart from "what is" and the like.

    Returns:
        ``None`` if the text is no sum.

    Raises:
        ZeroDivisionError: if the sum divides by zero.
    """
    lower = (in_signs(text) or text).lower()
    for phrase, sign in _PHRASES:
        lower = phrase.sub(sign, lower)
    tokens = _tokens(_TOKEN.findall(lower))
    if tokens is None or not any(token in _OPERATORS for token in tokens if isinstance(token, str)):
        return None
    try:
        value, end = _sum(tokens, 0)
    except (_NotASum, OverflowError):
        return None
    return value if end == len(tokens) else None


def spoken_result(value: float) -> str:
    """The value in as few digits as it needs."""
    if abs(value) < 1e15 and abs(value - round(value)) < 1e-9:
        return str(round(value))
    return f"{value:.4f}".rstrip("0").rstrip(".") if 1e-3 < abs(value) < 1e15 else f"{value:.3g}"


class _NotASum(Exception):
    pass


def _tokens(words: list[str]) -> list[float | str] | None:
    if len(words) > _LONGEST:
        return None
    while words and words[0] in _AROUND:
        words = words[1:]
    while words and (words[-1] in _AROUND or words[-1] in ".!"):
        words = words[:-1]
    tokens: list[float | str] = []
    position = 0
    while position < len(words):
        number = read_number(words, position)
        if number is not None:
            tokens.append(number.value)
            position = number.end
            continue
        sign = _SPOKEN.get(words[position], words[position])
        if sign not in _OPERATORS and sign not in "()":
            return None
        tokens.append(sign)
        position += 1
    return tokens


def _sum(tokens: list[float | str], start: int) -> tuple[float, int]:
    return _chain(tokens, start, "+-", _product)


def _product(tokens: list[float | str], start: int) -> tuple[float, int]:
    return _chain(tokens, start, "*/", _atom)


def _chain(
    tokens: list[float | str], start: int, signs: str, part: Callable[[list[float | str], int], tuple[float, int]]
) -> tuple[float, int]:
    value, position = part(tokens, start)
    while position < len(tokens):
        sign = tokens[position]
        if not isinstance(sign, str) or sign not in signs:
            break
        right, position = part(tokens, position + 1)
        value = _OPERATORS[sign](value, right)
    return value, position


def _atom(tokens: list[float | str], start: int) -> tuple[float, int]:
    if start >= len(tokens):
        raise _NotASum
    token = tokens[start]
    if not isinstance(token, str):
        return token, start + 1
    if token == "-":
        value, end = _atom(tokens, start + 1)
        return -value, end
    if token == "(":
        value, end = _sum(tokens, start + 1)
        if end < len(tokens) and tokens[end] == ")":
            return value, end + 1
    raise _NotASum

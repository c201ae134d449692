"""A ready-made hook for `redact=`: what can be told by its form is blacked out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from navtalk_widget.transcript.turn import ToolUse, Turn

_WORD = re.compile(r"[^\s<>()\[\],;:\"']+")
_PHONE = re.compile(r"(?<![\w.])(?!\d{4}-\d\d-\d\d(?!\d))(?:\+|\()?\d(?:[\s().\-/]{0,2}\d){6,}(?!\w)")
"""A day, such as 2026-01-02, is none."""


def redact_patterns(
    *, emails: bool = True, phones: bool = True, also: Iterable[str] = (), instead: str = "[redacted]"
) -> Callable[[Turn], Turn]:
    """Make a hook for ``redact=`` that replaces what looks like an e-mail address or a telephone number.

    This is no guarantee: it knows forms, not meanings. Names, postal addresses and numbers spelt as words pass, and
    some numbers that are no telephone's are replaced. It reads what was said and heard, and what tools were given and
    returned.

    Args:
        emails: whether e-mail addresses are replaced.
        phones: whether seven or more digits are, with blanks, brackets, dots, dashes and slashes between them.
        also: regular expressions of what else is, such as ``"patient [0-9]+"``; case does not matter.
        instead: what is put in its place.

    Raises:
        re.error: one of `also` is no regular expression.
    """
    chosen = [*([_PHONE] if phones else ()), *(re.compile(pattern, re.IGNORECASE) for pattern in also)]

    def clean_text(text: str) -> str:
        if emails:
            text = _WORD.sub(lambda word: _without_address(word[0], instead), text)
        for pattern in chosen:
            text = pattern.sub(lambda _: instead, text)
        return text

    def clean(value: Any) -> Any:
        match value:
            case str():
                return clean_text(value)
            case int() if not isinstance(value, bool) and clean_text(str(value)) != str(value):
                return instead
            case dict():
                return {clean(key): clean(inner) for key, inner in value.items()}
            case list():
                return [clean(inner) for inner in value]
            case _:
                return value

    def clean_use(use: ToolUse) -> ToolUse:
        return replace(use, arguments=clean(use.arguments), result=clean(use.result), error=clean(use.error))

    def redact(turn: Turn) -> Turn:
        uses = tuple(map(clean_use, turn.tool_calls))
        return replace(turn, text=clean(turn.text), text_heard=clean(turn.text_heard), tool_calls=uses)

    return redact


def _without_address(word: str, instead: str) -> str:
    """Replace a word that is an e-mail address, but not the end of the sentence after it.

    Not by a regular expression: of a long word it would take the square of its length.
    """
    address = word.rstrip(".!?")
    name, _, host = address.rpartition("@")
    labels = host.split(".")
    is_address = name and len(labels) > 1 and all(labels) and len(labels[-1]) > 1 and labels[-1].isalpha()
    return instead + word[len(address) :] if is_address else word

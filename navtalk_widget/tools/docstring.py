"""What a function's docstring tells the model: its first paragraph, and its parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import docstring_parser


@dataclass(frozen=True, slots=True)
class Description:
    """A function in words: the first paragraph of its docstring, and one text per parameter described there."""

    summary: str
    parameters: dict[str, str]


def describe(function: Callable[..., Any]) -> Description:
    """Read a docstring in Google, numpy or reST style; without one everything is empty."""
    text = inspect.getdoc(function) or ""
    first_paragraph, _, _ = text.partition("\n\n")
    try:
        parsed = docstring_parser.parse(text)
    except docstring_parser.ParseError:  # a half-written section is no reason to refuse the function
        return Description(_one_line(first_paragraph), {})
    # The parser's own short description is the first line, which may be half a sentence.
    summary, _, _ = (parsed.description or "").partition("\n\n")
    parameters = {found.arg_name: _one_line(found.description) for found in parsed.params if found.description}
    return Description(_one_line(summary), parameters)


def _one_line(text: str) -> str:
    return " ".join(text.split())

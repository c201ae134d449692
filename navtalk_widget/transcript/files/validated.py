"""Turns checked as they come from files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from navtalk_widget.transcript.turn import Turn


@cache
def adapter() -> TypeAdapter[Turn]:
    """Reads and writes turns; made on first use, for that takes longer than importing this module."""
    return TypeAdapter(Turn)


def turn_from_json(text: bytes | str) -> Turn:
    """Make a turn of a JSON object; unknown keys are skipped.

    Raises:
        ValueError: it is no turn; the message says why.
    """
    return _checked(adapter().validate_json, text)


def turn_from_values(values: Mapping[str, Any]) -> Turn:
    """Make a turn of its fields, whose values may be texts; unknown keys are skipped.

    Raises:
        ValueError: they are no turn's; the message says why.
    """
    return _checked(adapter().validate_python, values)


def _checked(validate: Callable[[Any], Turn], value: Any) -> Turn:
    try:
        return validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(f"{where}: {first['msg']}" if where else first["msg"]) from error

"""What a tool returned, as text for the model."""

from __future__ import annotations

import functools
import json
import re
import sys
from dataclasses import dataclass
from typing import Any

import pydantic_core

MAX_CHARACTERS = 16_000
"""About 4,000 tokens: more would crowd the conversation out of the model's context."""

MIN_LIMIT = 100
"""Characters below which there is no room for a result and the note that it was cut."""

_ADDRESS = re.compile(r"\A<.* at 0x[0-9a-fA-F]+>\Z", re.DOTALL)
"""What Python says of an object that has no words of its own."""

_CUT_NOTE = "… [cut: the whole result is longer than {limit} characters]"


@dataclass(frozen=True, slots=True)
class ResultText:
    """What the model is told."""

    text: str
    cut: bool
    """Whether it is the beginning of something longer; the text says so in words."""


def to_text(value: object, limit: int = MAX_CHARACTERS) -> ResultText:
    """Text as it is, everything else as JSON; what JSON cannot express, by its `str`.

    Understood beyond plain data: pydantic models, dataclasses, enums, dates, numpy scalars and arrays, pandas frames
    and series (a list of rows; a meaningful index becomes a column).

    Args:
        value: what the tool returned.
        limit: characters of the text at most, `MIN_LIMIT` or more.

    Raises:
        TypeError: it is, or has in it, an object that nothing is known of but its address in memory.
    """
    text = value if isinstance(value, str) else _to_json(value, limit)
    # Half a surrogate pair cannot be sent as UTF-8.
    text = text[: limit + 1].encode(errors="replace").decode()
    if len(text) <= limit:
        return ResultText(text, cut=False)
    note = _CUT_NOTE.format(limit=limit)
    return ResultText(text[: limit - len(note)] + note, cut=True)


def _to_json(value: object, limit: int) -> str:
    strangers: list[str] = []
    simpler = functools.partial(_simpler, limit=limit, strangers=strangers)
    to_json = functools.partial(pydantic_core.to_json, fallback=simpler, bytes_mode="base64", inf_nan_mode="null")
    try:
        try:
            text = to_json(value).decode()
        except (pydantic_core.PydanticSerializationError, ValueError):
            text = to_json(_without_nat(value)).decode()
    # Cycles, a broken serializer.
    except (pydantic_core.PydanticSerializationError, ValueError, RecursionError):
        text = str(value)
    if strangers:
        raise TypeError(
            f"it returned an object of type {strangers[0]}, which is not data; "
            "return text, numbers, lists, dicts, or a DataFrame"
        )
    return text


def _without_nat(value: Any) -> Any:
    """Records of a frame with None for pandas' NaT, which passes for a date and is none."""
    if isinstance(value, dict):
        return {key: _without_nat(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nat(each) for each in value]
    pandas = sys.modules.get("pandas")
    return None if pandas is not None and value is pandas.NaT else value


def _simpler(value: Any, limit: int, strangers: list[str]) -> object:
    """Replace what pydantic does not know. Modules that nobody imported cannot have made the value.

    The types of objects that have no words of their own are added to `strangers`.
    """
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        if isinstance(value, numpy.generic | numpy.ndarray) and value.dtype.kind in "mM":
            value = _at_most_as_fine_as_python(value, numpy)
        if isinstance(value, numpy.generic):
            return value.item()
        if isinstance(value, numpy.ndarray):
            # numpy's own text of a large array shows its ends, which tells more than its first thousand numbers.
            return value.tolist() if value.size * 2 <= limit else str(value)
    pandas = sys.modules.get("pandas")
    if pandas is not None:
        if isinstance(value, pandas.Index | pandas.Series | pandas.DataFrame):
            return _rows(value, pandas, limit)
        if value is pandas.NA:
            return None
    text = str(value)
    if _ADDRESS.search(text):
        strangers.append(type(value).__name__)
    return text


def _at_most_as_fine_as_python(times: Any, numpy: Any) -> Any:
    """Times in microseconds if they are finer: of those, numpy makes bare numbers."""
    unit, _ = numpy.datetime_data(times.dtype)
    return times.astype(f"{times.dtype.kind}8[us]") if unit in ("ns", "ps", "fs", "as") else times


def _rows(value: Any, pandas: Any, limit: int) -> object:
    # By place: numbers may be labels. Each row takes two characters or more, and the rest would be cut anyway.
    value = (value if isinstance(value, pandas.Index) else value.iloc)[: limit // 2 + 1]
    if isinstance(value, pandas.Index):
        return value.tolist()
    if not isinstance(value.index, pandas.RangeIndex):
        named = value if isinstance(value, pandas.DataFrame) else value.rename(value.name or "value")
        value = named.reset_index()
    return json.loads(value.to_json(orient="records", date_format="iso", double_precision=15))

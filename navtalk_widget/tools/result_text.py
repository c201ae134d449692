"""What a tool returned, as text for the model."""

from __future__ import annotations

import json
import sys
from typing import Any

import pydantic_core

MAX_CHARACTERS = 16_000
"""About 4,000 tokens: more would crowd the conversation out of the model's context."""

_CUT_NOTE = "… [cut: the whole result is longer]"


def to_text(value: object) -> str:
    """Text as it is, everything else as JSON, at most `MAX_CHARACTERS`; what JSON cannot express, by its `str`.

    Understood beyond plain data: pydantic models, dataclasses, enums, dates, numpy scalars and arrays, pandas frames
    and series (a list of rows; a meaningful index becomes a column).
    """
    text = value if isinstance(value, str) else _to_json(value)
    # Half a surrogate pair cannot be sent as UTF-8.
    text = text[: MAX_CHARACTERS + 1].encode(errors="replace").decode()
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - len(_CUT_NOTE)] + _CUT_NOTE


def _to_json(value: object) -> str:
    try:
        return pydantic_core.to_json(value, fallback=_simpler, bytes_mode="base64", inf_nan_mode="null").decode()
    except (pydantic_core.PydanticSerializationError, ValueError):  # keys of odd types, cycles, a broken serializer
        return str(value)


def _simpler(value: Any) -> object:
    """Replace what pydantic does not know. Modules that nobody imported cannot have made the value."""
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        if isinstance(value, numpy.generic):
            return value.item()
        if isinstance(value, numpy.ndarray):
            # numpy's own text of a large array shows its ends, which tells more than its first thousand numbers.
            return value.tolist() if value.size * 2 <= MAX_CHARACTERS else str(value)
    pandas = sys.modules.get("pandas")
    if pandas is not None:
        if isinstance(value, pandas.Index | pandas.Series | pandas.DataFrame):
            return _rows(value, pandas)
        if value is pandas.NA:
            return None
    return str(value)


def _rows(value: Any, pandas: Any) -> object:
    value = value[: MAX_CHARACTERS // 2]  # each row takes two characters or more: the rest would be cut anyway
    if isinstance(value, pandas.Index):
        return value.tolist()
    if not isinstance(value.index, pandas.RangeIndex):
        named = value if isinstance(value, pandas.DataFrame) else value.rename(value.name or "value")
        value = named.reset_index()
    return json.loads(value.to_json(orient="records", date_format="iso", double_precision=15))

"""What a function is given and gives, as JSON, for the pipe between a kernel and the local service."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeAlias

import numpy as np

from navtalk_widget.engines.responder import Message, ToolCall, ToolDefinition
from navtalk_widget.engines.spoken import Phoneme, SpokenPiece, Word

_Record: TypeAlias = Message | ToolCall | ToolDefinition | Phoneme | Word | SpokenPiece

_RECORDS: dict[str, Callable[..., Any]] = {
    each.__name__: each for each in (Message, ToolCall, ToolDefinition, Phoneme, Word, SpokenPiece)
}
_KIND = "$"
"""The key that tells what an object stands for; other mappings travel under it too, so that none is mistaken."""


def encoded(value: Any) -> Any:
    """Write a value: texts, numbers, lists, mappings, arrays of samples, and the records of `navtalk_widget.engines`.

    Floats of any width travel as 32 bits, which are more than a sound card has.

    Raises:
        TypeError: it is, or contains, something else.
    """
    match value:
        case None | bool() | int() | float() | str():
            return value
        case np.generic():
            return encoded(value.item())
        case list() | tuple():
            return [encoded(each) for each in value]
        case Mapping():
            return {_KIND: "dict", "entries": {str(key): encoded(each) for key, each in value.items()}}
    if isinstance(value, _Record):
        contents = {each.name: encoded(getattr(value, each.name)) for each in fields(value)}
        return {_KIND: type(value).__name__, **contents}
    if hasattr(value, "__array__"):
        return _array(np.asarray(value))
    raise TypeError(f"a {type(value).__name__} cannot be passed on")


def decoded(value: Any) -> Any:
    """Read what `encoded` wrote; lists come back as tuples.

    Raises:
        ValueError: it is nothing that `encoded` writes.
    """
    match value:
        case list():
            return tuple(decoded(each) for each in value)
        case {"$": "dict", "entries": dict() as entries}:
            return {key: decoded(each) for key, each in entries.items()}
        case {"$": "array", "type": ("int16" | "float32") as kind, "shape": list() as shape, "data": str() as data}:
            return np.frombuffer(base64.b64decode(data), dtype=f"<{np.dtype(kind).str[1:]}").reshape(shape)
        case {"$": str() as kind, **contents} if kind in _RECORDS:
            try:
                return _RECORDS[kind](**{str(name): decoded(each) for name, each in contents.items()})
            except TypeError as error:
                raise ValueError(f"no {kind}: {error}") from error
        case dict():
            raise ValueError("an object of an unknown kind")
    return value


def _array(array: np.ndarray[Any, Any]) -> dict[str, Any]:
    if array.dtype.kind == "f":
        array = array.astype("<f4")
    elif array.dtype == np.int16:
        array = array.astype("<i2")
    else:
        raise TypeError(f"an array of {array.dtype} cannot be passed on, only int16 and floats")
    kind = "float32" if array.dtype.kind == "f" else "int16"
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")
    return {_KIND: "array", "type": kind, "shape": list(array.shape), "data": data}

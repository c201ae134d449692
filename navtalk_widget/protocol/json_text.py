"""Messages as JSON text, and the events in them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from navtalk_widget.errors import ProtocolError

M = TypeVar("M", bound=BaseModel)

MAX_MESSAGE_BYTES = 16 * 2**20
"""Images travel as data URLs, so a message may pass a mebibyte; more than this is refused."""

MAX_DEPTH = 100
"""Objects and arrays inside one another; more is refused, since what was read may have to be written again and writers
go less deep than readers."""

# Some services write NaN, which is not JSON: it says nothing.
_JSON = json.JSONDecoder(parse_constant=lambda _constant: None)

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def read_object(text: str | bytes) -> dict[str, Any]:
    """Read a message.

    Raises:
        ProtocolError: the text is no JSON object with a `type`.
    """
    if isinstance(text, bytes):
        raise ProtocolError("A message must be text; this protocol has no binary ones.")
    try:
        message = read_json(text)
    except ValueError as error:
        raise ProtocolError(f"A message is not JSON that can be read: {error}.") from error
    if not isinstance(message, dict):
        raise ProtocolError(f"A message must be a JSON object, not {type(message).__name__}.")
    if not isinstance(message.get("type"), str):
        raise ProtocolError("A message needs a string `type`.")
    return message


def read_json(text: str) -> Any:
    """Read a message, or JSON that is inside one as a text, so that it can be written again.

    Raises:
        ValueError: the text is no JSON, or too deep.
    """
    try:
        value = _JSON.decode(text)
        if ("\\" in text or not text.isascii()) and _SURROGATE.search(text):
            # Half a surrogate pair, of a character cut in two, could be handed on to nobody.
            value = _JSON.decode(_whole_characters(json.dumps(value, ensure_ascii=False)))
    except RecursionError as error:
        raise ValueError(str(error)) from error
    if _deeper_than(MAX_DEPTH, value):
        raise ValueError(f"more than {MAX_DEPTH} objects or arrays inside one another")
    return value


def write_object(message: Mapping[str, Any]) -> str:
    """Write a message."""
    # Half a surrogate pair, as in a file's name, cannot be sent as UTF-8.
    return _whole_characters(json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


def _whole_characters(text: str) -> str:
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _deeper_than(depth: int, message: object) -> bool:
    level = [message]
    for _ in range(depth):
        containers = [part for part in level if isinstance(part, dict | list)]
        if not containers:
            return False
        level = [inner for part in containers for inner in (part.values() if isinstance(part, dict) else part)]
    return any(isinstance(part, dict | list) for part in level)


def validated(cls: type[M], name: str, fields: Mapping[str, Any]) -> M:
    """Make an event, or another part of a message.

    Raises:
        ProtocolError: a field is missing or has the wrong type.
    """
    try:
        return cls.model_validate(dict(fields))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ProtocolError(f"{name}: {field}: {first['msg']}.") from error

"""What all events have in common, and those that nobody documents."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, ConfigDict, PlainSerializer

from navtalk_widget.protocol.items import WireObject


def _base64(value: object) -> object:
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error as error:
            raise ValueError(f"not base64: {error}") from error
    return value


Sound = Annotated[
    bytes,
    BeforeValidator(_base64),
    PlainSerializer(lambda sound: base64.b64encode(sound).decode("ascii"), return_type=str, when_used="json"),
]
"""Mono sound in the format that the session's configuration names, by default little-endian PCM16 at 24,000 Hz; base64
in JSON."""


class Event(WireObject):
    """Base of all events. Fields that nobody documents are kept in ``model_extra``."""

    model_config = ConfigDict(populate_by_name=True)
    type: ClassVar[str]
    event_id: str | None = None


class UnknownEvent(Event):
    """An event this package has no class for, handed on untouched to ``on("*")``."""

    type: ClassVar[str] = ""
    name: str
    raw: dict[str, Any]


def name_of(event: Event) -> str:
    """The event's name on the wire of the first generation or, where it has none there, of the second."""
    return event.name if isinstance(event, UnknownEvent) else event.type

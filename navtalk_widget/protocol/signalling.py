"""Codec of the first generation's signalling socket: WebRTC offers, answers and candidates.

The service always offers. `targetSessionId` is carried for the clients' sake and never routes anything: every
known client fills it differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol.json_text import read_object, write_object


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class SessionDescription(_Message):
    """The JSON form of an `RTCSessionDescription`."""

    type: Literal["offer", "answer"]
    sdp: str


class Create(_Message):
    """The client is ready for an offer."""

    type: Literal["create"] = "create"
    target: str = Field(default="", alias="targetSessionId")


class Offer(_Message):
    """A description offered; in a normal call by the service."""

    type: Literal["offer"] = "offer"
    target: str = Field(default="", alias="targetSessionId")
    sdp: SessionDescription


class Answer(_Message):
    """The description that answers an offer."""

    type: Literal["answer"] = "answer"
    target: str = Field(default="", alias="targetSessionId")
    sdp: SessionDescription


class IceCandidate(_Message):
    """One candidate, in the JSON form of `RTCIceCandidate`; ``None`` ends the candidates."""

    type: Literal["iceCandidate"] = "iceCandidate"
    target: str | None = Field(default=None, alias="targetSessionId")
    candidate: dict[str, Any] | None = None


Signal = Create | Offer | Answer | IceCandidate

_signal: TypeAdapter[Signal] = TypeAdapter(Signal)


def decode(text: str | bytes) -> Signal | None:
    """Read a signalling message; None for a `type` that nobody documents.

    Raises:
        ProtocolError: the text is no JSON object with a `type`, or a field has the wrong type.
    """
    message = read_object(text)
    if message["type"] not in ("create", "offer", "answer", "iceCandidate"):
        return None
    return read(message)


def read(message: Mapping[str, Any]) -> Signal:
    """Make a signal of a message's fields.

    Raises:
        ProtocolError: a field has the wrong type.
    """
    try:
        return _signal.validate_python(message)
    except ValidationError as error:
        raise ProtocolError(f"The signalling message {message['type']!r} has a missing or wrong field.") from error


def encode(signal: Signal) -> str:
    """Write a signalling message."""
    return write_object(as_json(signal))


def as_json(signal: Signal) -> dict[str, Any]:
    """The message as an object."""
    return signal.model_dump(mode="json", by_alias=True, exclude_none=isinstance(signal, IceCandidate))

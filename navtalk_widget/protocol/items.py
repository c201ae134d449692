"""Conversation items and responses: the objects inside events."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, field_validator, model_serializer

from navtalk_widget.protocol.json_text import read_json


def new_id(prefix: str) -> str:
    """A fresh identifier such as ``item_3f2a…``."""
    return f"{prefix}_{uuid4().hex[:20]}"


ITEM_TYPES = ("message", "function_call", "function_call_output")
ROLES = ("user", "assistant", "system")


class WireObject(BaseModel):
    """Base of what travels as JSON. Nothing is lost: fields that nobody documents are kept in ``model_extra``."""

    model_config = ConfigDict(frozen=True, extra="allow")

    @model_serializer(mode="wrap")
    def _without_defaults_of_none(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # A null that was said is a null; what merely has not been said is left out.
        written: dict[str, Any] = serialize(self)
        unsaid = [name for name, value in self.__dict__.items() if value is None and name not in self.model_fields_set]
        for name in unsaid:
            written.pop(name, None)
        return written


class ContentPart(WireObject):
    """A piece of a message: text, or audio with its transcript, or an image as a data URL."""

    type: str
    text: str | None = None
    transcript: str | None = None
    audio: str | None = None
    """Base64."""
    image_url: str | None = None


class Item(WireObject):
    """A message, a function call, or the output of one; a service may know further types, states and roles."""

    id: str | None = None
    object: str = "realtime.item"
    type: str = "message"
    status: str | None = None
    role: str | None = None
    content: tuple[ContentPart, ...] | None = None
    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None
    output: str | None = None

    @field_validator("content", mode="before")
    @classmethod
    def _content_of_any_shape(cls, value: Any) -> Any:
        # One official client renders its list of parts as a string; the words in it still count.
        return _parts(value) if isinstance(value, str) else value

    @property
    def text(self) -> str:
        """The words of a message, whatever parts they are in."""
        return " ".join(part.text or part.transcript or "" for part in self.content or ()).strip()


def _parts(rendered: str) -> list[dict[str, Any]]:
    try:
        parts = read_json(rendered)
    except ValueError:
        parts = None
    if isinstance(parts, list) and parts and all(isinstance(part, dict) and "type" in part for part in parts):
        return parts
    return [{"type": "input_text", "text": rendered}]


def user_text(text: str) -> Item:
    """A typed message of the person."""
    return Item(role="user", content=(ContentPart(type="input_text", text=text),))


def assistant_text(text: str) -> Item:
    """A message of the avatar, for replaying history."""
    return Item(role="assistant", content=(ContentPart(type="text", text=text),))


def function_output(call_id: str, output: str) -> Item:
    """The result of a function call."""
    return Item(type="function_call_output", call_id=call_id, output=output)


class Response(WireObject):
    """One answer of the model, as `response.created` and `response.done` carry it."""

    id: str = ""
    object: str = "realtime.response"
    status: str = "in_progress"
    """``in_progress``, ``completed``, ``cancelled``, ``failed``, ``incomplete``, or what a service adds to them."""
    status_details: dict[str, Any] | None = None
    output: tuple[Item, ...] = ()
    conversation_id: str | None = None
    usage: dict[str, Any] | None = None

    @field_validator("status")
    @classmethod
    def _one_spelling(cls, status: str) -> str:
        return "cancelled" if status == "canceled" else status

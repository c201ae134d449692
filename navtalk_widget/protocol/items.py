"""Conversation items and responses: the objects inside events."""

from __future__ import annotations

from typing import Any, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, field_validator


def new_id(prefix: str) -> str:
    """A fresh identifier such as ``item_3f2a…``."""
    return f"{prefix}_{uuid4().hex[:20]}"


class _Object(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ContentPart(_Object):
    """A piece of a message: text, or audio with its transcript, or an image as a data URL."""

    type: str
    text: str | None = None
    transcript: str | None = None
    image_url: str | None = None


class Item(_Object):
    """A message, a function call, or the output of one."""

    id: str | None = None
    object: Literal["realtime.item"] = "realtime.item"
    type: Literal["message", "function_call", "function_call_output"] = "message"
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    role: Literal["user", "assistant", "system"] | None = None
    content: tuple[ContentPart, ...] | None = None
    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None
    output: str | None = None

    @field_validator("content", mode="before")
    @classmethod
    def _content_of_any_shape(cls, value: Any) -> Any:
        # One official client renders its list of parts as a string; the words in it still count.
        return [{"type": "input_text", "text": value}] if isinstance(value, str) else value

    @property
    def text(self) -> str:
        """The words of a message, whatever parts they are in."""
        return " ".join(part.text or part.transcript or "" for part in self.content or ()).strip()


def user_text(text: str) -> Item:
    """A typed message of the person."""
    return Item(role="user", content=(ContentPart(type="input_text", text=text),))


def assistant_text(text: str) -> Item:
    """A message of the avatar, for replaying history."""
    return Item(role="assistant", content=(ContentPart(type="text", text=text),))


def function_output(call_id: str, output: str) -> Item:
    """The result of a function call."""
    return Item(type="function_call_output", call_id=call_id, output=output)


class Response(_Object):
    """One answer of the model, as `response.created` and `response.done` carry it."""

    id: str = ""
    object: Literal["realtime.response"] = "realtime.response"
    status: Literal["in_progress", "completed", "cancelled", "failed", "incomplete"] = "in_progress"
    status_details: dict[str, Any] | None = None
    output: tuple[Item, ...] = ()
    conversation_id: str | None = None
    usage: dict[str, Any] | None = None

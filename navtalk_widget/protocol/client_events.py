"""What a client tells a service."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from navtalk_widget.protocol.event import Event, Sound
from navtalk_widget.protocol.items import ITEM_TYPES, ROLES, Item


def _created_by_a_client(item: Item) -> Item:
    if item.type not in ITEM_TYPES:
        raise PydanticCustomError("item", "item.type should be one of {known}", {"known": ", ".join(ITEM_TYPES)})
    if item.role not in (None, *ROLES):
        raise PydanticCustomError("item", "item.role should be one of {known}", {"known": ", ".join(ROLES)})
    return item


# ── both generations ─────────────────────────────────────────────────────────────────────────────────────


class SessionUpdate(Event):
    """Change some settings; only those present in `session` change."""

    type: ClassVar[str] = "session.update"
    session: dict[str, Any]


class InputAudioBufferAppend(Event):
    """A block of microphone sound."""

    type: ClassVar[str] = "input_audio_buffer.append"
    audio: Sound


class InputAudioBufferCommit(Event):
    """End the person's turn by hand (push-to-talk)."""

    type: ClassVar[str] = "input_audio_buffer.commit"


class InputAudioBufferClear(Event):
    """Forget the sound that has not been committed."""

    type: ClassVar[str] = "input_audio_buffer.clear"


class ConversationItemCreate(Event):
    """Add a message or a function's result."""

    type: ClassVar[str] = "conversation.item.create"
    item: Annotated[Item, AfterValidator(_created_by_a_client)]
    previous_item_id: str | None = None


class ResponseCreate(Event):
    """Ask for an answer."""

    type: ClassVar[str] = "response.create"
    response: dict[str, Any] | None = None


class ResponseCancel(Event):
    """Stop the answer under way."""

    type: ClassVar[str] = "response.cancel"
    response_id: str | None = None


class ConversationItemRetrieve(Event):
    """Ask for an item as the service has it."""

    type: ClassVar[str] = "conversation.item.retrieve"
    item_id: str


class ConversationItemTruncate(Event):
    """Shorten a spoken answer to what was heard of it."""

    type: ClassVar[str] = "conversation.item.truncate"
    item_id: str
    content_index: int = 0
    audio_end_ms: int
    """Milliseconds from the beginning of the item's voice."""


class ConversationItemDelete(Event):
    """Take an item out of the conversation."""

    type: ClassVar[str] = "conversation.item.delete"
    item_id: str


# ── second generation ────────────────────────────────────────────────────────────────────────────────────


class InputConfig(Event):
    """Set up the avatar; what is None or empty stays as the avatar's own configuration has it."""

    type: ClassVar[str] = "realtime.input_config"
    voice: str | None = None
    prompt: str | None = None
    """The instructions."""
    tools: tuple[dict[str, Any], ...] | None = None


class InputFunctionCall(Event):
    """Declare the functions that the model may call."""

    type: ClassVar[str] = "realtime.input_function_call"
    tools: tuple[dict[str, Any], ...] = ()


class InputText(Event):
    """A typed message of the person. No known client sends it; its fields follow those of `InputImage`."""

    type: ClassVar[str] = "realtime.input_text"
    content: str
    reply: bool = True
    """Whether an answer is asked for."""


class InputImage(Event):
    """A picture for the model to see."""

    type: ClassVar[str] = "realtime.input_image"
    content: str
    """A data URL."""
    reply: bool = False
    """Whether an answer is asked for."""


class FunctionCallOutput(Event):
    """The result of a function call, in the second of the two documented forms."""

    type: ClassVar[str] = "realtime.function_call_output"
    call_id: str
    output: str
    reply: bool = True
    """Whether the avatar is to go on speaking."""

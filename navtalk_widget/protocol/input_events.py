"""What a service tells of the person's speech and the conversation's items."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from navtalk_widget.protocol.event import Event
from navtalk_widget.protocol.items import Item


class SpeechStarted(Event):
    """The person began to speak. `audio_start_ms` counts from the first sound sent, prefix padding included."""

    type: ClassVar[str] = "input_audio_buffer.speech_started"
    audio_start_ms: int | None = None
    item_id: str = ""


class SpeechStopped(Event):
    """The person stopped speaking."""

    type: ClassVar[str] = "input_audio_buffer.speech_stopped"
    audio_end_ms: int | None = None
    item_id: str = ""


class InputAudioBufferCommitted(Event):
    """The person's turn is complete."""

    type: ClassVar[str] = "input_audio_buffer.committed"
    item_id: str = ""
    previous_item_id: str | None = None


class InputAudioBufferCleared(Event):
    """The sound that was not committed is forgotten."""

    type: ClassVar[str] = "input_audio_buffer.cleared"


class ConversationItemCreated(Event):
    """An item joined the conversation."""

    type: ClassVar[str] = "conversation.item.created"
    item: Item
    previous_item_id: str | None = None


class InputTranscriptionDelta(Event):
    """What has been understood so far; `delta` extends it."""

    type: ClassVar[str] = "conversation.item.input_audio_transcription.delta"
    delta: str = ""
    item_id: str = ""
    content_index: int = 0
    logprobs: list[Any] | None = None


class InputTranscriptionCompleted(Event):
    """What the person said."""

    type: ClassVar[str] = "conversation.item.input_audio_transcription.completed"
    transcript: str = ""
    item_id: str = ""
    content_index: int = 0
    logprobs: list[Any] | None = None
    usage: dict[str, Any] | None = None


class InputTranscriptionFailed(Event):
    """The person's words could not be written down."""

    type: ClassVar[str] = "conversation.item.input_audio_transcription.failed"
    error: dict[str, Any] = Field(default_factory=dict)
    item_id: str = ""
    content_index: int = 0


class ConversationItemRetrieved(Event):
    """An item as the service has it."""

    type: ClassVar[str] = "conversation.item.retrieved"
    item: Item


class ConversationItemTruncated(Event):
    """A spoken answer was shortened to what was heard of it."""

    type: ClassVar[str] = "conversation.item.truncated"
    item_id: str = ""
    content_index: int = 0
    audio_end_ms: int | None = None


class ConversationItemDeleted(Event):
    """An item left the conversation."""

    type: ClassVar[str] = "conversation.item.deleted"
    item_id: str = ""

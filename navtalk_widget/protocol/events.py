"""Neutral events: what client and service tell one another, whatever the generation on the wire.

An event's `type` is its OpenAI Realtime beta name, which NavTalk's first generation uses as it is. Identifiers
that some service leaves out are empty strings.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic_core import PydanticCustomError

from navtalk_widget.protocol.items import ITEM_TYPES, ROLES, Item, Response


def _pcm16(value: object) -> object:
    if isinstance(value, str):
        try:
            value = base64.b64decode(value, validate=True)
        except binascii.Error as error:
            raise ValueError(f"not base64: {error}") from error
    if isinstance(value, bytes) and len(value) % 2:
        raise ValueError(f"{len(value)} bytes are no whole number of 16-bit samples")
    return value


Pcm16 = Annotated[
    bytes,
    BeforeValidator(_pcm16),
    PlainSerializer(lambda pcm: base64.b64encode(pcm).decode("ascii"), return_type=str, when_used="json"),
]
"""Little-endian PCM16 at 24,000 Hz, mono; base64 in JSON."""


def _created_by_a_client(item: Item) -> Item:
    if item.type not in ITEM_TYPES:
        raise PydanticCustomError("item", "item.type should be one of {known}", {"known": ", ".join(ITEM_TYPES)})
    if item.role not in (None, *ROLES):
        raise PydanticCustomError("item", "item.role should be one of {known}", {"known": ", ".join(ROLES)})
    return item


class Event(BaseModel):
    """Base of all events."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    type: ClassVar[str]
    event_id: str | None = None


# ── client → service ─────────────────────────────────────────────────────────────────────────────────────


class SessionUpdate(Event):
    """Change some settings; only those present in `session` change."""

    type: ClassVar[str] = "session.update"
    session: dict[str, Any]


class InputAudioBufferAppend(Event):
    """A block of microphone sound."""

    type: ClassVar[str] = "input_audio_buffer.append"
    audio: Pcm16


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


# ── service → client: session ────────────────────────────────────────────────────────────────────────────


class SessionId(Event):
    """The session's identifier, for pairing the signalling socket (late first generation)."""

    type: ClassVar[str] = "session.session_id"
    session_id: str = Field(alias="sessionId")
    model_config = ConfigDict(populate_by_name=True)


class SessionCreated(Event):
    """The service is ready to be configured."""

    type: ClassVar[str] = "session.created"
    session: dict[str, Any] = {}


class SessionUpdated(Event):
    """The settings now in force."""

    type: ClassVar[str] = "session.updated"
    session: dict[str, Any] = {}


class SessionGpuFull(Event):
    """All of the service's places are taken."""

    type: ClassVar[str] = "session.gpu_full"
    message: str = ""


class SessionInsufficientBalance(Event):
    """The account behind the licence is empty."""

    type: ClassVar[str] = "session.insufficient_balance"
    message: str = ""


class SessionBackendError(Event):
    """The service failed."""

    type: ClassVar[str] = "session.backend.error"
    message: str = ""


class ErrorEvent(Event):
    """The service refused a message; the connection stays open."""

    type: ClassVar[str] = "error"
    error: dict[str, Any]


# ── service → client: what the person says ───────────────────────────────────────────────────────────────


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


class InputTranscriptionCompleted(Event):
    """What the person said."""

    type: ClassVar[str] = "conversation.item.input_audio_transcription.completed"
    transcript: str = ""
    item_id: str = ""
    content_index: int = 0


class InputTranscriptionFailed(Event):
    """The person's words could not be written down."""

    type: ClassVar[str] = "conversation.item.input_audio_transcription.failed"
    error: dict[str, Any] = {}
    item_id: str = ""
    content_index: int = 0


# ── service → client: what the avatar says ───────────────────────────────────────────────────────────────


class ResponseCreated(Event):
    """An answer begins."""

    type: ClassVar[str] = "response.created"
    response: Response


class ResponseDone(Event):
    """An answer is complete, cancelled or failed; its sound may still be playing."""

    type: ClassVar[str] = "response.done"
    response: Response


class ResponsePart(Event):
    """Base of what happens inside an answer."""

    response_id: str = ""
    item_id: str = ""
    output_index: int = 0


class OutputItemAdded(ResponsePart):
    """A message or function call begins inside an answer."""

    type: ClassVar[str] = "response.output_item.added"
    item: Item


class OutputItemDone(ResponsePart):
    """A message or function call inside an answer is complete."""

    type: ClassVar[str] = "response.output_item.done"
    item: Item


class ContentPartAdded(ResponsePart):
    """A piece of a message begins."""

    type: ClassVar[str] = "response.content_part.added"
    content_index: int = 0
    part: dict[str, Any] = {}


class ContentPartDone(ResponsePart):
    """A piece of a message is complete."""

    type: ClassVar[str] = "response.content_part.done"
    content_index: int = 0
    part: dict[str, Any] = {}


class AudioTranscriptDelta(ResponsePart):
    """More of the avatar's words."""

    type: ClassVar[str] = "response.audio_transcript.delta"
    content_index: int = 0
    delta: str = ""


class AudioTranscriptDone(ResponsePart):
    """All of the avatar's words in this message."""

    type: ClassVar[str] = "response.audio_transcript.done"
    content_index: int = 0
    transcript: str = ""


class AudioDelta(ResponsePart):
    """More of the avatar's voice."""

    type: ClassVar[str] = "response.audio.delta"
    content_index: int = 0
    delta: Pcm16


class AudioDone(ResponsePart):
    """The voice of this message is complete; it may still be playing."""

    type: ClassVar[str] = "response.audio.done"
    content_index: int = 0


class TextDelta(ResponsePart):
    """More of a text-only answer."""

    type: ClassVar[str] = "response.text.delta"
    content_index: int = 0
    delta: str = ""


class TextDone(ResponsePart):
    """All of a text-only answer."""

    type: ClassVar[str] = "response.text.done"
    content_index: int = 0
    text: str = ""


class FunctionCallArgumentsDelta(ResponsePart):
    """More of a function call's arguments."""

    type: ClassVar[str] = "response.function_call_arguments.delta"
    call_id: str = ""
    delta: str = ""


class FunctionCallArgumentsDone(ResponsePart):
    """A function is to be called; `arguments` is JSON text."""

    type: ClassVar[str] = "response.function_call_arguments.done"
    call_id: str
    name: str = ""
    arguments: str = "{}"


# ── anything else ────────────────────────────────────────────────────────────────────────────────────────


class UnknownEvent(Event):
    """An event this package has no class for, handed on untouched to ``on("*")``."""

    type: ClassVar[str] = ""
    name: str
    raw: dict[str, Any]


def name_of(event: Event) -> str:
    """The event's name on the wire of the first generation."""
    return event.name if isinstance(event, UnknownEvent) else event.type

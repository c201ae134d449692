"""What a service tells of the avatar's answers."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from navtalk_widget.protocol.event import Event, Sound
from navtalk_widget.protocol.items import Item, Response


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
    part: dict[str, Any] = Field(default_factory=dict)


class ContentPartDone(ResponsePart):
    """A piece of a message is complete."""

    type: ClassVar[str] = "response.content_part.done"
    content_index: int = 0
    part: dict[str, Any] = Field(default_factory=dict)


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
    delta: Sound


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


class ResponseCompleted(Event):
    """An answer is complete: a constant of some clients, without any known field."""

    type: ClassVar[str] = "response.completed"
    response_id: str = ""


class VideoDelta(ResponsePart):
    """More of the avatar's picture: a constant of some clients, never seen."""

    type: ClassVar[str] = "response.video.delta"
    delta: str = ""


class _OutputAudioBuffer(Event):
    response_id: str = ""


class OutputAudioBufferStarted(_OutputAudioBuffer):
    """The service began to play the voice over WebRTC (OpenAI)."""

    type: ClassVar[str] = "output_audio_buffer.started"


class OutputAudioBufferStopped(_OutputAudioBuffer):
    """The service has played all of the voice over WebRTC (OpenAI)."""

    type: ClassVar[str] = "output_audio_buffer.stopped"


class OutputAudioBufferCleared(_OutputAudioBuffer):
    """The service has dropped the voice it had not played over WebRTC (OpenAI)."""

    type: ClassVar[str] = "output_audio_buffer.cleared"

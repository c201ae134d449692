"""Codec of the first generation's main socket: bare OpenAI Realtime beta events as JSON text.

Decoding is tolerant where the sources contradict one another, encoding is strict.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import to_jsonable_python

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event, UnknownEvent
from navtalk_widget.protocol.items import new_id

MAIN_PATHS = ("/api/realtime-api", "/realtime-api")
"""Both are documented; the samples use the first."""

SIGNALLING_PATHS = ("/api/webrtc", "/iwebrtc")
"""The samples use the first, the protocol's first document the second."""

MAX_MESSAGE_BYTES = 16 * 2**20
"""Images travel as data URLs, so a message may pass a mebibyte; more than this is refused."""


def _by_name(classes: Iterable[type[Event]]) -> dict[str, type[Event]]:
    return {cls.type: cls for cls in classes}


CLIENT_EVENTS = _by_name(
    (
        events.SessionUpdate,
        events.InputAudioBufferAppend,
        events.InputAudioBufferCommit,
        events.InputAudioBufferClear,
        events.ConversationItemCreate,
        events.ResponseCreate,
        events.ResponseCancel,
    )
)
SERVER_EVENTS = _by_name(
    (
        events.SessionId,
        events.SessionCreated,
        events.SessionUpdated,
        events.SessionGpuFull,
        events.SessionInsufficientBalance,
        events.SessionBackendError,
        events.ErrorEvent,
        events.SpeechStarted,
        events.SpeechStopped,
        events.InputAudioBufferCommitted,
        events.InputAudioBufferCleared,
        events.ConversationItemCreated,
        events.InputTranscriptionDelta,
        events.InputTranscriptionCompleted,
        events.InputTranscriptionFailed,
        events.ResponseCreated,
        events.ResponseDone,
        events.OutputItemAdded,
        events.OutputItemDone,
        events.ContentPartAdded,
        events.ContentPartDone,
        events.AudioTranscriptDelta,
        events.AudioTranscriptDone,
        events.AudioDelta,
        events.AudioDone,
        events.TextDelta,
        events.TextDone,
        events.FunctionCallArgumentsDelta,
        events.FunctionCallArgumentsDone,
    )
)


def decode_client(text: str) -> Event:
    """Read a client's message.

    Raises:
        ProtocolError: the text is no JSON object with a `type`, or a field has the wrong type.
    """
    return _decode(_json_object(text), CLIENT_EVENTS)


def decode_server(text: str) -> Event:
    """Read a service's message.

    Raises:
        ProtocolError: the text is no JSON object with a `type`, or a field has the wrong type.
    """
    return _decode(_normalised(_json_object(text)), SERVER_EVENTS)


def encode_client(event: Event) -> str:
    """Write a client's message; NavTalk's clients send no `event_id`, and neither do we unless one is given."""
    return _encode(event)


def encode_server(event: Event) -> str:
    """Write a service's message, giving it an `event_id` if it has none."""
    return _encode(event if event.event_id else event.model_copy(update={"event_id": new_id("event")}))


def _encode(event: Event) -> str:
    if isinstance(event, UnknownEvent):
        message = to_jsonable_python(event.raw, inf_nan_mode="null")
    else:
        message = {"type": event.type, **event.model_dump(mode="json", by_alias=True, exclude_none=True)}
    text = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # Half a surrogate pair, as in a file's name, cannot be sent as UTF-8.
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _json_object(text: str) -> dict[str, Any]:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"A message is not JSON: {error}.") from error
    if not isinstance(message, dict):
        raise ProtocolError(f"A message must be a JSON object, not {type(message).__name__}.")
    if not isinstance(message.get("type"), str):
        raise ProtocolError("A message needs a string `type`.")
    return message


def _decode(message: dict[str, Any], classes: dict[str, type[Event]]) -> Event:
    cls = classes.get(message["type"])
    if cls is None:
        return UnknownEvent(name=message["type"], raw=message)
    try:
        return cls.model_validate(message)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ProtocolError(f"{message['type']}: {field}: {first['msg']}.") from error


def _normalised(message: dict[str, Any]) -> dict[str, Any]:
    """Bring the spellings that sources disagree on to the one our events know."""
    delta = message.get("delta")
    if isinstance(delta, dict) and isinstance(delta.get("text"), str):  # the first document reads delta.text
        return {**message, "delta": delta["text"]}
    if message["type"] == "session.session_id" and "session_id" in message:
        return {**message, "sessionId": message["session_id"]}
    if message["type"] in ("error", "response.error"):  # the older apps also read a bare `message`
        error = message.get("error")
        if not isinstance(error, dict):
            error = {"message": str(error or message.get("message") or "unknown error")}
        return {**message, "type": "error", "error": error}
    if message["type"] == "response.function_call_arguments.done" and isinstance(message.get("arguments"), dict):
        return {**message, "arguments": json.dumps(message["arguments"])}
    return message

"""Codec of the first generation's main socket: bare OpenAI Realtime beta events as JSON text.

Decoding is tolerant where the sources contradict one another, encoding is strict.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_jsonable_python

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol import events
from navtalk_widget.protocol.event import Event, UnknownEvent, name_of
from navtalk_widget.protocol.items import new_id
from navtalk_widget.protocol.json_text import read_object, validated, write_object
from navtalk_widget.protocol.signalling import Signal
from navtalk_widget.protocol.spellings import in_our_spelling

MAIN_PATHS = ("/api/realtime-api", "/realtime-api")
"""Both are documented; the samples use the first."""

SIGNALLING_PATHS = ("/api/webrtc", "/iwebrtc")
"""The samples use the first, the protocol's first document the second."""

CLIENT_EVENTS: dict[str, type[Event]] = {
    cls.type: cls
    for cls in (
        events.SessionUpdate,
        events.InputAudioBufferAppend,
        events.InputAudioBufferCommit,
        events.InputAudioBufferClear,
        events.ConversationItemCreate,
        events.ConversationItemRetrieve,
        events.ConversationItemTruncate,
        events.ConversationItemDelete,
        events.ResponseCreate,
        events.ResponseCancel,
    )
}
SERVER_EVENTS: dict[str, type[Event]] = {
    cls.type: cls
    for cls in (
        events.SessionId,
        events.SessionCreated,
        events.SessionUpdated,
        events.SessionGpuFull,
        events.SessionInsufficientBalance,
        events.SessionConnectionLimitExceeded,
        events.SessionBackendError,
        events.ErrorEvent,
        events.RateLimitsUpdated,
        events.ConversationCreated,
        events.SpeechStarted,
        events.SpeechStopped,
        events.InputAudioBufferCommitted,
        events.InputAudioBufferCleared,
        events.ConversationItemCreated,
        events.ConversationItemRetrieved,
        events.ConversationItemTruncated,
        events.ConversationItemDeleted,
        events.InputTranscriptionDelta,
        events.InputTranscriptionCompleted,
        events.InputTranscriptionFailed,
        events.ResponseCreated,
        events.ResponseDone,
        events.ResponseCompleted,
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
        events.OutputAudioBufferStarted,
        events.OutputAudioBufferStopped,
        events.OutputAudioBufferCleared,
    )
}

_ALIASES = {"response.error": events.ErrorEvent.type}


def decode_client(message: str | bytes) -> Event:
    """Read a client's message.

    Raises:
        ProtocolError: it is no JSON object with a `type`, or a field has the wrong type.
    """
    fields = read_object(message)
    return _event(CLIENT_EVENTS, fields["type"], fields)


def decode_server(message: str | bytes) -> Event:
    """Read a service's message; a binary one is sound, as one of the vendor's clients takes it.

    Raises:
        ProtocolError: it is no JSON object with a `type`, or a field has the wrong type.
    """
    if isinstance(message, bytes):
        return events.AudioDelta(delta=message)
    return server_event(read_object(message))


def server_event(fields: Mapping[str, Any]) -> Event:
    """Read a service's message that has been taken apart already.

    Raises:
        ProtocolError: a field has the wrong type.
    """
    name = _ALIASES.get(fields["type"], fields["type"])
    return _event(SERVER_EVENTS, name, in_our_spelling(name, fields)) if name in SERVER_EVENTS else unknown(fields)


def encode_client(event: Event | Signal) -> str:
    """Write a client's message; NavTalk's clients send no `event_id`, and neither do we unless one is given.

    Raises:
        ProtocolError: the first generation has no such message on this socket.
    """
    return write_object(native(sendable(event, CLIENT_EVENTS), exclude_none=True))


def encode_server(event: Event | Signal) -> str:
    """Write a service's message, giving it an `event_id` if it has none.

    Raises:
        ProtocolError: the first generation has no such message on this socket.
    """
    return write_object(native(identified(sendable(event, SERVER_EVENTS))))


def sendable(event: Event | Signal, classes: Mapping[str, type[Event]]) -> Event:
    """The event, if one of these or one that nobody documents.

    Raises:
        ProtocolError: it is another.
    """
    if not isinstance(event, Event):
        raise ProtocolError(f"{event.type!r} travels on the signalling socket.")
    if event.type not in classes and not isinstance(event, UnknownEvent):
        raise ProtocolError(f"There is no message {event.type!r} in this direction of this generation.")
    return event


def native(event: Event, *, exclude_none: bool = False) -> dict[str, Any]:
    """The event as the object that OpenAI's beta has for it.

    Raises:
        ProtocolError: a value in it has no form in JSON.
    """
    try:
        if isinstance(event, UnknownEvent):
            written: dict[str, Any] = to_jsonable_python(event.raw, inf_nan_mode="null")
            return written
        return {"type": event.type, **event.model_dump(mode="json", by_alias=True, exclude_none=exclude_none)}
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"{name_of(event)} cannot be written as JSON: {error}.") from error


def identified(event: Event) -> Event:
    """The event with an `event_id`."""
    return event if event.event_id else event.model_copy(update={"event_id": new_id("event")})


def unknown(message: Mapping[str, Any]) -> UnknownEvent:
    """The event that nobody documents."""
    return UnknownEvent(name=message["type"], raw=dict(message))


def _event(classes: Mapping[str, type[Event]], name: str, fields: Mapping[str, Any]) -> Event:
    if name not in classes:
        return unknown(fields)
    return validated(classes[name], name, {key: value for key, value in fields.items() if key != "type"})

"""Codec of the second generation's one socket: ``{"type": …, "data": {…}, "message": …, "raw_data": {…}}``.

Events that OpenAI's beta has too travel under its names with ``realtime.`` before them, their fields re-packed in
`data` and the upstream event in `raw_data`. What a client sends in OpenAI's own words is sent bare. Decoding is
tolerant where the sources contradict one another; encoding writes every key that some known client reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_core import to_jsonable_python

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol import events, signalling, v1
from navtalk_widget.protocol.event import Event, UnknownEvent
from navtalk_widget.protocol.json_text import read_object, validated, write_object
from navtalk_widget.protocol.signalling import Create, Signal
from navtalk_widget.protocol.spellings import in_our_spelling, own_fields
from navtalk_widget.protocol.v1 import identified, native, sendable, unknown

MAIN_PATHS = ("/wss/v2/realtime-chat",)

_PREFIX = "realtime."

_WRAPPED = (events.InputAudioBufferAppend, events.InputAudioBufferCommit, events.InputAudioBufferClear)
"""The events of OpenAI's beta that clients wrap; the others they send bare."""

_OWN: dict[str, type[Event]] = {
    cls.type: cls
    for cls in (
        events.InputConfig,
        events.InputFunctionCall,
        events.InputText,
        events.InputImage,
        events.FunctionCallOutput,
    )
}
CLIENT_EVENTS: dict[str, type[Event]] = {**v1.CLIENT_EVENTS, **_OWN}

_CONNECTION: dict[str, type[Event]] = {
    cls.type: cls
    for cls in (
        events.ConversationConnected,
        events.ConnectionWarning,
        events.ConnectionFailed,
        events.ConnectionClosing,
    )
}
_QUOTA: dict[str, type[Event]] = {
    "conversation.connected.gpu_full": events.SessionGpuFull,
    "conversation.connected.insufficient_balance": events.SessionInsufficientBalance,
    "conversation.connected.connection_limit_exceeded": events.SessionConnectionLimitExceeded,
    "conversation.connected.backend_error": events.SessionBackendError,
}
_BARE: dict[str, type[Event]] = {
    cls.type: cls for cls in (events.ErrorEvent, events.SynthesisFailed, events.RecognitionFailed)
}
SERVER_EVENTS: dict[str, type[Event]] = {
    **{name: cls for name, cls in v1.SERVER_EVENTS.items() if cls is not events.SessionId},
    **_CONNECTION,
    **_BARE,
    events.StatusReported.type: events.StatusReported,
    events.VideoDelta.type: events.VideoDelta,
}

_SIGNAL_PREFIX = "webrtc.signaling."
_SIGNALS = {f"{_SIGNAL_PREFIX}{kind}": kind for kind in ("offer", "answer", "iceCandidate")}

_NAMES = {cls.type: name for name, cls in _QUOTA.items()}
_ALIASES = {
    **{name: cls.type for name, cls in _QUOTA.items()},
    "realtime.response.error": events.ErrorEvent.type,
    "response.error": events.ErrorEvent.type,
}

_ATTESTED = {
    *_CONNECTION,
    *(cls.type for cls in _QUOTA.values()),
    *(
        cls.type
        for cls in (
            events.SessionCreated,
            events.SessionUpdated,
            events.SpeechStarted,
            events.SpeechStopped,
            events.InputTranscriptionCompleted,
            events.AudioTranscriptDelta,
            events.AudioTranscriptDone,
            events.AudioDelta,
            events.AudioDone,
            events.FunctionCallArgumentsDelta,
            events.FunctionCallArgumentsDone,
            events.ErrorEvent,
        )
    ),
}


def sends_to_clients(event: Event) -> bool:
    """Whether some source shows the service sending this event; others would surprise a client."""
    return event.type in _ATTESTED


# ── client → service ─────────────────────────────────────────────────────────────────────────────────────


def decode_client(message: str | bytes) -> Event | Signal:
    """Read a client's message; what is to be wrapped is understood bare as well.

    Raises:
        ProtocolError: it is no JSON object with a `type`, or a field has the wrong type.
    """
    envelope = read_object(message)
    name = envelope["type"]
    if name in _SIGNALS:
        return _signal(name, envelope)
    if name in _OWN:
        return validated(_OWN[name], name, own_fields(name, envelope))
    neutral = name.removeprefix(_PREFIX)
    if neutral not in v1.CLIENT_EVENTS:
        return unknown(envelope)
    data = envelope.get("data")
    fields = {**envelope, **data} if isinstance(data, dict) else envelope
    return validated(v1.CLIENT_EVENTS[neutral], name, _without(fields, "type", "data"))


def encode_client(event: Event | Signal) -> str:
    """Write a client's message.

    Raises:
        ProtocolError: the second generation has no such message.
    """
    if not isinstance(event, Event):
        return write_object(_signal_envelope(event))
    fields = native(sendable(event, CLIENT_EVENTS), exclude_none=True)
    if isinstance(event, _WRAPPED):
        return _envelope(_PREFIX + event.type, _without(fields, "type", "event_id"), event.event_id)
    match event:
        case events.InputConfig() | events.InputFunctionCall():
            content = _without(fields, "type", "event_id")
            written = content.get("tools", []) if isinstance(event, events.InputFunctionCall) else content
            return _envelope(event.type, {"content": json.dumps(written, ensure_ascii=False)}, event.event_id)
        case events.InputText() | events.InputImage():
            data = {**_without(fields, "type", "event_id"), "reply": int(event.reply)}
            return _envelope(event.type, data, event.event_id)
        case events.FunctionCallOutput():
            data = {**_without(fields, "type", "event_id", "output"), "reply": int(event.reply)}
            return _envelope(event.type, {**data, "content": event.output}, event.event_id)
    return write_object(fields)


# ── service → client ─────────────────────────────────────────────────────────────────────────────────────


def decode_server(message: str | bytes) -> Event | Signal:
    """Read a service's message; a binary one, which nobody documents, is taken for sound.

    Raises:
        ProtocolError: it is no JSON object with a `type`, or a field has the wrong type.
    """
    if isinstance(message, bytes):
        return events.AudioDelta(delta=message)
    envelope = read_object(message)
    name = envelope["type"]
    if name in _SIGNALS:
        return _signal(name, envelope)
    neutral = _ALIASES.get(name) or name.removeprefix(_PREFIX)
    cls = SERVER_EVENTS.get(name) or SERVER_EVENTS.get(neutral)
    if cls is None:
        return unknown(envelope)
    return validated(cls, name, in_our_spelling(cls.type, *_layers(envelope)))


def encode_server(event: Event | Signal, *, arguments_as_text: bool = False) -> str:
    """Write a service's message, giving it an `event_id` if it has none.

    Args:
        event: what to say.
        arguments_as_text: whether `data.arguments` of a function call is JSON text, which the transitional clients
            need, instead of the object that the real service sends and the vendor's kits need.
    """
    if not isinstance(event, Event):
        return write_object(_signal_envelope(event))
    fields = native(identified(sendable(event, SERVER_EVENTS)))
    if isinstance(event, UnknownEvent):
        return write_object(fields)
    if event.type in _CONNECTION or event.type in _NAMES:
        data = _without(fields, "type", "event_id")
        message = {"message": data["message"]} if "message" in data else {}
        return write_object({"type": _NAMES.get(event.type, event.type), "data": data, **message})
    name = event.type if event.type in _BARE else _PREFIX + event.type
    data = _repacked(event, fields, arguments_as_text=arguments_as_text)
    message = {"message": data["message"]} if "message" in data else {}
    # The sound is not written twice: it is most of what is sent.
    raw = {} if isinstance(event, events.AudioDelta) else {"raw_data": fields}
    return write_object({"type": name, "data": data, **message, **raw})


def _layers(envelope: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The fields of a message, wherever it has them: all in `raw_data` if it is there, some on top, some in `data`.

    NavTalk's own payload counts more than the upstream event, but for a call's arguments: these are text only there.
    """
    raw, data = (part if isinstance(part := envelope.get(key), dict) else {} for key in ("raw_data", "data"))
    yield _without(raw, "type")
    yield _without(envelope, "type", "data", "raw_data")
    yield _without(data, "type", *(("arguments",) if raw.get("arguments") else ()))


def _repacked(event: Event, fields: Mapping[str, Any], *, arguments_as_text: bool) -> dict[str, Any]:
    match event:
        case events.InputTranscriptionCompleted():
            return {"content": event.transcript, "transcript": event.transcript}
        case events.AudioTranscriptDelta() | events.TextDelta():
            return {"content": event.delta, "delta": event.delta, **_answer_ids(event)}
        case events.AudioTranscriptDone(transcript=words) | events.TextDone(text=words):
            return {"content": words, "transcript": words, **_answer_ids(event)}
        case events.AudioDelta():
            return {**_without(fields, "type"), **_answer_ids(event)}
        case events.FunctionCallArgumentsDelta():
            return {"call_id": event.call_id, "delta": event.delta}
        case events.FunctionCallArgumentsDone():
            arguments: Any = event.arguments
            if not arguments_as_text:
                arguments = _as_object(event.arguments)
            names = {"function_name": event.name, "name": event.name}
            return {**names, "call_id": event.call_id, "arguments": arguments}
        case events.ErrorEvent():
            return {"message": str(event.error.get("message") or "")}
        case events.SynthesisFailed() | events.RecognitionFailed() | events.StatusReported():
            return {"message": event.message}
    return {}


def _answer_ids(event: events.ResponsePart) -> dict[str, str]:
    return {"id": event.response_id, "response_id": event.response_id}


def _as_object(arguments: str) -> Any:
    try:
        return to_jsonable_python(json.loads(arguments), inf_nan_mode="null")
    except (ValueError, RecursionError):
        return arguments


# ── both ─────────────────────────────────────────────────────────────────────────────────────────────────


def _signal(name: str, envelope: Mapping[str, Any]) -> Signal:
    data = envelope.get("data")
    fields = {**(data if isinstance(data, dict) else {}), "type": _SIGNALS[name]}
    return signalling.read(fields)


def _signal_envelope(signal: Signal) -> dict[str, Any]:
    if isinstance(signal, Create):
        raise ProtocolError("The second generation has no `create`: it offers by itself.")
    data = _without(signalling.as_json(signal), "type", "targetSessionId")
    return {"type": _SIGNAL_PREFIX + signal.type, "data": data}


def _envelope(name: str, data: Mapping[str, Any], event_id: str | None) -> str:
    told = {} if event_id is None else {"event_id": event_id}
    return write_object({"type": name, "data": data, **told})


def _without(fields: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key not in names}

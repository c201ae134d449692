"""Where the sources disagree on a message's spelling: every reading that some service has, brought to ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol import events
from navtalk_widget.protocol.json_text import read_json

_TEXT_FIELDS = {
    events.InputTranscriptionDelta.type: "delta",
    events.InputTranscriptionCompleted.type: "transcript",
    events.AudioTranscriptDelta.type: "delta",
    events.AudioTranscriptDone.type: "transcript",
    events.TextDelta.type: "delta",
    events.TextDone.type: "text",
}
"""Events with words, and where ours have them. Services also write `content`, `transcript` or `delta`."""

_RESPONSE_IDS = ("response_id", "id", "responseId")
"""What the answer's identifier is called, in the order in which clients look."""


_RENAMED = {
    events.SessionId.type: {"session_id": "sessionId"},
    events.ConversationConnected.type: {"session_id": "sessionId", "ice_servers": "iceServers"},
    events.ConnectionWarning.type: {"avatar_id": "avatarId"},
    events.FunctionCallArgumentsDone.type: {"function_name": "name"},
}
"""Other names of fields, and ours on the wire."""


def in_our_spelling(name: str, *layers: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a service's event as our event classes know them.

    Args:
        name: the event's neutral name.
        layers: the fields as they came, from the least to the most credible part of the message.
    """
    fields: dict[str, Any] = {}
    for layer in layers:
        for field, value in _respelled(name, layer).items():
            if value != "" or field not in fields:  # nothing is no better knowledge than something
                fields[field] = value
    match name:
        case events.ConversationConnected.type:
            fields["iceServers"] = _ice_servers(fields.get("iceServers"))
        case events.ErrorEvent.type:
            _settle_error(fields)
        case events.FunctionCallArgumentsDone.type if isinstance(fields.get("arguments"), dict):
            fields["arguments"] = json.dumps(fields["arguments"], ensure_ascii=False)
    return fields


def _respelled(name: str, layer: Mapping[str, Any]) -> dict[str, Any]:
    fields = {key: value for key, value in layer.items() if value is not None}  # a null says nothing
    if name in _TEXT_FIELDS:
        _settle_words(_TEXT_FIELDS[name], fields)
    if name.startswith("response.") and name not in (events.ResponseCreated.type, events.ResponseDone.type):
        _settle_response_id(fields)
    for spelling, ours in _RENAMED.get(name, {}).items():
        if spelling in fields:
            said = fields.pop(spelling)
            fields[ours] = fields.get(ours) or said
    return fields


def own_fields(name: str, envelope: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a message that only clients of the second generation send, as our event classes know them.

    Args:
        name: the event's name.
        envelope: the whole message.

    Raises:
        ProtocolError: what is inside it as JSON text is none, or not of the kind it should be.
    """
    data = envelope.get("data")
    # Where `reply` has its place is not shown: what is on top counts as well. A null says nothing.
    merged = {**envelope, **(data if isinstance(data, dict) else {})}
    fields = {key: value for key, value in merged.items() if key not in ("type", "data") and value is not None}
    told = {"event_id": fields["event_id"]} if "event_id" in fields else {}
    match name:
        case events.InputConfig.type:
            return {**_content(name, fields, dict), **told}
        case events.InputFunctionCall.type:
            return {"tools": _content(name, fields, list), **told}
        case events.FunctionCallOutput.type:
            # The key that holds the result is not documented: it is one of these.
            spelling = next((key for key in ("content", "output", "result", "text") if key in fields), "output")
            output = fields.pop(spelling, "")
            fields["output"] = output if isinstance(output, str) else json.dumps(output, ensure_ascii=False)
            if "callId" in fields:
                fields.setdefault("call_id", fields.pop("callId"))
        case events.InputText.type if "content" not in fields and "text" in fields:
            fields["content"] = fields.pop("text")
    return fields


def _content(name: str, data: Mapping[str, Any], kind: type[dict[str, Any]] | type[list[Any]]) -> Any:
    """What is in `data.content`: by the documentation JSON inside a JSON text, but nobody is served by insisting."""
    content = data.get("content")
    if isinstance(content, str):
        try:
            content = read_json(content) if content.strip() else kind()
        except ValueError as error:
            raise ProtocolError(f"{name}: data.content is not JSON: {error}.") from error
    if not isinstance(content, kind):
        wanted = "an object" if kind is dict else "an array"
        raise ProtocolError(f"{name}: data.content must be the JSON text of {wanted}.")
    if isinstance(content, dict):
        left_out = {"type", "event_id", *(() if content.get("tools") else ("tools",))}
        return {key: value for key, value in content.items() if key not in left_out}
    return content


def _settle_words(ours: str, fields: dict[str, Any]) -> None:
    said = {}
    for spelling in (ours, "content", "transcript", "delta", "text"):
        words = fields.get(spelling)
        if isinstance(words, dict):  # the protocol's first document reads delta.text
            words = words.get("text")
        if isinstance(words, str):
            said[spelling] = words
            fields.pop(spelling)
    if said:
        fields[ours] = next(filter(None, said.values()), "")


def _settle_response_id(fields: dict[str, Any]) -> None:
    said = [name for spelling in _RESPONSE_IDS if isinstance(name := fields.pop(spelling, None), str)]
    if said:
        fields["response_id"] = next(filter(None, said), "")


def _settle_error(fields: dict[str, Any]) -> None:
    error, message = fields.get("error"), fields.pop("message", None)
    if not isinstance(error, dict):  # the older applications also read a bare `message`
        fields["error"] = {"message": str(error or message or "unknown error")}
    elif message and not error.get("message"):
        fields["error"] = {**error, "message": str(message)}


def _ice_servers(given: Any) -> list[dict[str, Any]]:
    """Servers whose `urls` are arrays, as two of the vendor's own kits demand; the documentation shows a text."""
    servers = []
    for server in given if isinstance(given, list) else ():
        if isinstance(server, dict):
            urls = server.get("urls") or server.get("url")
            if isinstance(urls, str):
                urls = [urls]
            if isinstance(urls, list) and urls and all(isinstance(url, str) for url in urls):
                servers.append({**{key: server[key] for key in server if key != "url"}, "urls": urls})
    return servers

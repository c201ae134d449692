"""OpenAI Realtime as it is today and as it was in its beta, whose words NavTalk's clients know.

Backends speak either: which one, the shape of their first event tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PCM16 = {"type": "audio/pcm", "rate": 24_000}

_BETA_NAMES = {
    "response.output_audio.delta": "response.audio.delta",
    "response.output_audio.done": "response.audio.done",
    "response.output_audio_transcript.delta": "response.audio_transcript.delta",
    "response.output_audio_transcript.done": "response.audio_transcript.done",
    "response.output_text.delta": "response.text.delta",
    "response.output_text.done": "response.text.done",
    "conversation.item.added": "conversation.item.created",
}
_UNTOLD = frozenset({"conversation.item.done"})
"""Events that the beta has no word for, and that say nothing that others do not."""

_BETA_PARTS = {"output_text": "text", "output_audio": "audio"}
_TODAYS_PARTS = {name: part for part, name in _BETA_PARTS.items()}

_INPUT = {
    "input_audio_transcription": "transcription",
    "turn_detection": "turn_detection",
    "input_audio_noise_reduction": "noise_reduction",
}
_OUTPUT = {"voice": "voice", "speed": "speed"}
_AS_THEY_ARE = ("instructions", "tools", "tool_choice", "tracing", "truncation", "prompt", "include")
_OF_A_RESPONSE = ("instructions", "tools", "tool_choice", "conversation", "metadata", "input", "prompt")


def speaks_today(session: Mapping[str, Any]) -> bool:
    """Whether the session of `session.created` has today's shape, and not the beta's."""
    return session.get("type") == "realtime" or "audio" in session or "output_modalities" in session


# ── to the backend ───────────────────────────────────────────────────────────────────────────────────────


def session_today(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Some of the beta's settings as `session.update` has them today; what there is no more is left out."""
    session: dict[str, Any] = {"type": "realtime"}
    session |= {name: settings[name] for name in _AS_THEY_ARE if name in settings}
    if "modalities" in settings:
        session["output_modalities"] = _modalities_today(settings["modalities"])
    if "max_response_output_tokens" in settings:
        session["max_output_tokens"] = settings["max_response_output_tokens"]
    heard = {today: settings[name] for name, today in _INPUT.items() if name in settings}
    said = {today: settings[name] for name, today in _OUTPUT.items() if name in settings}
    if "input_audio_format" in settings:
        heard["format"] = PCM16
    if "output_audio_format" in settings:
        said["format"] = PCM16
    audio = {name: each for name, each in (("input", heard), ("output", said)) if each}
    return {**session, "audio": audio} if audio else session


def response_today(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The `response` of the beta's `response.create` as it is today."""
    response = {name: wanted[name] for name in _OF_A_RESPONSE if name in wanted}
    if "modalities" in wanted:
        response["output_modalities"] = _modalities_today(wanted["modalities"])
    for name in ("max_response_output_tokens", "max_output_tokens"):
        if name in wanted:
            response["max_output_tokens"] = wanted[name]
    if "voice" in wanted:
        response["audio"] = {"output": {"voice": wanted["voice"]}}
    if isinstance(response.get("input"), list):
        response["input"] = [item_today(item) if isinstance(item, dict) else item for item in response["input"]]
    return response


def item_today(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item that a client adds, as it is today."""
    if item.get("role") != "assistant":
        return dict(item)
    return {**item, "content": _with_parts(item.get("content"), _TODAYS_PARTS)}


def _modalities_today(modalities: Any) -> list[str]:
    """Today it is either, and a voice always has its words with it."""
    return ["audio"] if isinstance(modalities, list | tuple) and "audio" in modalities else ["text"]


# ── to the client ────────────────────────────────────────────────────────────────────────────────────────


def in_beta(message: Mapping[str, Any]) -> dict[str, Any] | None:
    """A backend's event in the beta's words, whichever it speaks; None for one that has no word there."""
    name = message["type"]
    if name in _UNTOLD:
        return None
    event = {**message, "type": _BETA_NAMES.get(name, name)}
    if isinstance(session := event.get("session"), dict):
        event["session"] = session_in_beta(session)
    if isinstance(item := event.get("item"), dict):
        event["item"] = _item_in_beta(item)
    if isinstance(part := event.get("part"), dict):
        [event["part"]] = _with_parts([part], _BETA_PARTS)
    if isinstance(response := event.get("response"), dict):
        event["response"] = _response_in_beta(response)
    return event


def session_in_beta(session: Mapping[str, Any]) -> dict[str, Any]:
    """A session object as it was in the beta."""
    if not speaks_today(session):
        return dict(session)
    audio = _object(session.get("audio"))
    heard, said = _object(audio.get("input")), _object(audio.get("output"))
    left_out = {"type", "audio", "output_modalities", "max_output_tokens"}
    told: dict[str, Any] = {name: value for name, value in session.items() if name not in left_out}
    told |= {name: heard[today] for name, today in _INPUT.items() if today in heard}
    told |= {name: said[today] for name, today in _OUTPUT.items() if today in said}
    if "output_modalities" in session:
        told["modalities"] = _modalities_in_beta(session["output_modalities"])
    if "max_output_tokens" in session:
        told["max_response_output_tokens"] = session["max_output_tokens"]
    return told


def _response_in_beta(response: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in response.items() if name not in ("audio", "output_modalities")}
    if isinstance(output := response.get("output"), list):
        told["output"] = [_item_in_beta(item) if isinstance(item, dict) else item for item in output]
    if "output_modalities" in response:
        told["modalities"] = _modalities_in_beta(response["output_modalities"])
    voice = _object(_object(response.get("audio")).get("output")).get("voice")
    return told if voice is None else {**told, "voice": voice}


def _item_in_beta(item: Mapping[str, Any]) -> dict[str, Any]:
    if "content" not in item:
        return dict(item)
    return {**item, "content": _with_parts(item["content"], _BETA_PARTS)}


def _modalities_in_beta(modalities: Any) -> list[str]:
    return ["text", "audio"] if isinstance(modalities, list | tuple) and "audio" in modalities else ["text"]


def _with_parts(parts: Any, names: Mapping[str, str]) -> Any:
    if not isinstance(parts, list | tuple):
        return parts
    return [
        {**part, "type": names[kind]} if isinstance(part, dict) and (kind := str(part.get("type"))) in names else part
        for part in parts
    ]


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}

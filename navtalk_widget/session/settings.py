"""From the words of the public interface to the protocol's session configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.protocol.config import SemanticVad, ServerVad, SessionConfig

SETTINGS = (
    "instructions",
    "voice",
    "temperature",
    "max_response_output_tokens",
    "modalities",
    "turn_detection",
    "transcription_model",
    "tool_choice",
    "input_audio_format",
    "output_audio_format",
)
"""The settings that may be changed in a running conversation."""

VOICES = ("alloy", "ash", "ballad", "cedar", "coral", "echo", "marin", "sage", "shimmer", "verse")
"""The voices of OpenAI's Realtime service, and so of NavTalk's; services may have more."""

LOCAL_VOICES = tuple(sorted([*VOICES, "fable", "nova", "onyx"]))
"""The voices of the embedded service: those, and the ones that only OpenAI's other voice service has."""

_TURN_DETECTIONS: dict[str, type[ServerVad | SemanticVad]] = {"server_vad": ServerVad, "semantic_vad": SemanticVad}


def configured(config: SessionConfig, settings: Mapping[str, Any]) -> SessionConfig:
    """A copy of the configuration with some settings changed.

    None switches `turn_detection` and `transcription_model` off; any other setting of None stays as it is.

    Raises:
        ConfigurationError: a setting is unknown or its value is not valid.
    """
    unknown = sorted(set(settings) - {*SETTINGS, "tools"})
    if unknown:
        raise ConfigurationError(f"There is no setting named {', '.join(unknown)}.", hint=f"Use {', '.join(SETTINGS)}.")
    changes: dict[str, Any] = {}
    for name, value in settings.items():
        if name == "transcription_model":
            changes["input_audio_transcription"] = _transcription(value)
        elif name == "turn_detection":
            changes[name] = _turn_detection(value)
        elif value is not None:
            changes[name] = value
    return config.updated(changes)


def _transcription(model: Any) -> dict[str, Any] | None:
    if model is None:
        return None
    if not isinstance(model, str) or not model.strip():
        raise ConfigurationError(f"transcription_model = {model!r} is not valid: it should be a model's name, or None.")
    return {"model": model}


def _turn_detection(value: Any) -> Any:
    if isinstance(value, (ServerVad, SemanticVad)):
        return value.model_dump()
    if isinstance(value, str):
        value = {"type": value}
    if not isinstance(value, Mapping):
        return value
    value = {"type": "server_vad", **value}
    kind = _TURN_DETECTIONS.get(value["type"]) if isinstance(value["type"], str) else None
    if kind is None:
        known = " or ".join(map(repr, _TURN_DETECTIONS))
        raise ConfigurationError(f"turn_detection.type = {value['type']!r} is not valid: it should be {known}.")
    # The protocol passes over what it does not know; here it is a slip of the pen.
    unknown = sorted(str(key) for key in value if key not in kind.model_fields)
    if unknown:
        raise ConfigurationError(
            f"turn_detection has no {', '.join(unknown)}.", hint=f"Use {', '.join(kind.model_fields)}."
        )
    return value

"""From the words of the public interface to the protocol's session configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.protocol.config import ServerVad, SessionConfig

SETTINGS = (
    "instructions",
    "voice",
    "temperature",
    "max_response_output_tokens",
    "modalities",
    "turn_detection",
    "transcription_model",
)
"""The settings that may be changed in a running conversation."""

_WOMEN = {
    *("Lily", "Emma", "Sophia", "Mia", "Chloe", "Zoe", "Ava", "Emily", "Lauren", "Freya", "Lisa", "Valentina"),
    *("Nicole", "Gabriela", "Ella", "Elaine", "Aoibheann"),
}


def default_voice(character: str) -> str:
    """A voice that suits a NavTalk system character."""
    name = character.removeprefix("navtalk.")
    return "marin" if name in _WOMEN or name.startswith("girl") else "cedar"


def configured(config: SessionConfig, settings: Mapping[str, Any]) -> SessionConfig:
    """A copy of the configuration with some settings changed; a setting of None keeps its default.

    Raises:
        ConfigurationError: a setting is unknown or its value is not valid.
    """
    unknown = sorted(set(settings) - {*SETTINGS, "tools"})
    if unknown:
        raise ConfigurationError(f"There is no setting named {', '.join(unknown)}.", hint=f"Use {', '.join(SETTINGS)}.")
    return config.updated(dict(_on_the_wire(name, value) for name, value in settings.items()))


def _on_the_wire(name: str, value: Any) -> tuple[str, Any]:
    if name == "transcription_model":
        return "input_audio_transcription", None if value is None else {"model": value}
    if name == "turn_detection" and isinstance(value, Mapping):
        return name, {"type": "server_vad", **value}
    if name == "turn_detection" and value == "server_vad":
        return name, ServerVad().model_dump()
    return name, value.model_dump() if hasattr(value, "model_dump") else value

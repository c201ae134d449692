"""Session configuration: what `session.update` may set, validated.

Names, ranges and defaults are those of the OpenAI Realtime beta session object, which NavTalk passes through.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from navtalk_widget.errors import ConfigurationError


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ServerVad(_Settings):
    """The service ends a turn when the voice has been silent for a while."""

    type: Literal["server_vad"] = "server_vad"
    threshold: float = Field(default=0.5, ge=0, le=1)
    """Probability of speech, 0 to 1, from which a block counts as voice."""
    prefix_padding_ms: int = Field(default=300, ge=0, le=5_000)
    """Milliseconds of sound before the detected start that belong to the turn."""
    silence_duration_ms: int = Field(default=500, ge=0, le=10_000)
    """Milliseconds of silence that end the turn."""
    create_response: bool = True
    interrupt_response: bool = True


class SemanticVad(_Settings):
    """The service ends a turn when what was said sounds complete."""

    type: Literal["semantic_vad"] = "semantic_vad"
    eagerness: Literal["low", "medium", "high", "auto"] = "auto"
    create_response: bool = True
    interrupt_response: bool = True


class InputTranscription(_Settings):
    """Which model writes down what the person says."""

    model: str = "whisper-1"
    language: str | None = None
    prompt: str | None = None


def _sendable(value: dict[str, Any]) -> dict[str, Any]:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("Text in it has half a character, which cannot be sent") from None
    except (TypeError, RecursionError):
        raise ValueError("It should be made of what JSON knows") from None
    return value


JsonObject = Annotated[dict[str, Any], AfterValidator(_sendable)]


class FunctionTool(_Settings):
    """A function that the model may call; `parameters` is a JSON schema."""

    type: Literal["function"] = "function"
    name: str = Field(min_length=1, max_length=64)
    description: str = ""
    parameters: JsonObject = Field(default_factory=lambda: {"type": "object", "properties": {}})

    @field_validator("parameters")
    @classmethod
    def _properties_as_object(cls, parameters: dict[str, Any]) -> dict[str, Any]:
        # One of the vendor's kits writes an empty array where there are no properties.
        return {**parameters, "properties": {}} if parameters.get("properties") == [] else parameters


TurnDetection = Annotated[ServerVad | SemanticVad, Field(discriminator="type")]


AudioFormat = Literal["pcm16", "g711_ulaw", "g711_alaw"]
"""Little-endian 16 bit at 24,000 Hz, or one of the telephone's at 8,000 Hz."""


class SessionConfig(_Settings):
    """The whole configuration of a conversation; `updated` makes a changed copy."""

    modalities: Annotated[tuple[Literal["text", "audio"], ...], Field(min_length=1)] = ("text", "audio")
    instructions: str = ""
    voice: str = "cedar"
    input_audio_format: AudioFormat = "pcm16"
    output_audio_format: AudioFormat = "pcm16"
    input_audio_transcription: InputTranscription | None = InputTranscription()
    turn_detection: TurnDetection | None = ServerVad()
    tools: tuple[FunctionTool, ...] = ()
    tool_choice: Literal["auto", "none", "required"] | JsonObject = "auto"
    temperature: float = Field(default=0.8, ge=0, le=2)
    max_response_output_tokens: Annotated[int, Field(ge=1, le=4096)] | Literal["inf"] = "inf"

    def updated(self, changes: Mapping[str, Any]) -> SessionConfig:
        """A copy with some settings changed; settings this package does not know are ignored.

        Raises:
            ConfigurationError: a value is not valid; the message names the setting.
        """
        try:
            return SessionConfig.model_validate({**self.as_json(), **changes})
        except ValidationError as error:
            raise ConfigurationError(_sentences(error)) from None  # pydantic's words say the same at length

    def as_json(self) -> dict[str, Any]:
        """The settings as JSON for `session.update` and `session.updated`."""
        settings = self.model_dump(mode="json", exclude_none=True)
        # null is a value here: no turn detection means push-to-talk, no transcription means none.
        settings.setdefault("turn_detection", None)
        settings.setdefault("input_audio_transcription", None)
        return settings


def _sentences(error: ValidationError) -> str:
    """One sentence for each setting; each alternative that a setting may be has its own complaint."""
    complaints: dict[tuple[str, str], list[str]] = {}
    for detail in error.errors(include_url=False):
        setting = ".".join(str(part) for part in detail["loc"] if isinstance(part, int) or part in _FIELDS)
        value = repr(detail["input"])
        shown = value if len(value) <= _SHOWN_CHARACTERS else f"{value[:_SHOWN_CHARACTERS]}…"
        complaints.setdefault((setting, shown), []).append(detail["msg"].rstrip("."))
    return "; ".join(f"{name} = {value} is not valid: {' / '.join(why)}." for (name, value), why in complaints.items())


_SHOWN_CHARACTERS = 100

_FIELDS = {
    name
    for model in (SessionConfig, ServerVad, SemanticVad, InputTranscription, FunctionTool)
    for name in model.model_fields
}
"""What pydantic puts into a place besides these, such as the name of a union's member, says nothing to users."""

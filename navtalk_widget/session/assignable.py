"""The settings of a conversation as attributes of its session, to be read and assigned."""

from __future__ import annotations

from typing import Any

from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.session.settings import SETTINGS
from navtalk_widget.session.slips import refuse_slip


class Setting:
    """One of `SETTINGS`. Assigning it is `Session.update` with it alone; one that is not valid is refused likewise."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, session: AssignableSettings | None, owner: type | None = None) -> Any:
        if session is None:
            return self
        if self._name == "transcription_model":
            asked = session.config.input_audio_transcription
            return None if asked is None else asked.model
        return getattr(session.config, self._name)

    def __set__(self, session: AssignableSettings, value: Any) -> None:
        session.update(**{self._name: value})


class AssignableSettings:
    """What a conversation is, as attributes: `update` changes several together. Each counts from the next answer on."""

    config: SessionConfig

    instructions = Setting()
    """What the avatar is and how it should talk."""

    voice = Setting()
    """The avatar's voice."""

    temperature = Setting()
    """How much the answers vary, 0 to 2."""

    max_response_output_tokens = Setting()
    """The longest answer: 1 to 4096 tokens, or ``"inf"``."""

    modalities = Setting()
    """``("text", "audio")``, or ``("text",)`` for an avatar that does not speak."""

    turn_detection = Setting()
    """When a turn is over; None for push-to-talk."""

    transcription_model = Setting()
    """Which model of the service writes down what the person says; None for none."""

    tool_choice = Setting()
    """Whether the avatar calls tools."""

    input_audio_format = Setting()
    """How sound travels to the service."""

    output_audio_format = Setting()
    """How sound travels from the service."""

    def update(self, **settings: Any) -> None:
        """Change settings."""
        raise NotImplementedError

    def __setattr__(self, name: str, value: Any) -> None:
        refuse_slip(self, name, SETTINGS)
        super().__setattr__(name, value)

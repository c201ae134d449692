"""The settings of a conversation whose mind is a backend: what it is told of them, and what the client."""

from __future__ import annotations

from collections import deque
from typing import Any

from navtalk_widget.local.talk.settings import Settings
from navtalk_widget.local.talk.upstream.dialects import session_today
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import SessionConfig

MAX_UNCONFIRMED = 64

_FORMATS = {"input_audio_format": "pcm16", "output_audio_format": "pcm16"}
"""Of the sound between the backend and us."""

_TOLD_ANYWAY = ("input_audio_transcription",)
"""Settings whose usual value a backend does not have by itself, and clients count on."""

_PASSED_ON = ("input_audio_noise_reduction", "speed", "tracing", "truncation", "prompt", "include")
"""Settings of the backend's that mean nothing here."""


class RelayedSettings:
    """Knows what the client has set, and what of it the backend has been told.

    Only what somebody has said is told: a backend has its own usual values, and may not know ours.

    Args:
        config: the avatar's own.
    """

    def __init__(self, config: SessionConfig) -> None:
        self._settings = Settings(config)
        self._named = {*config.model_fields_set, *_FORMATS, *_TOLD_ANYWAY}
        self._others: dict[str, Any] = {}
        self._told: dict[str, Any] = {}
        self._unconfirmed: deque[bool] = deque(maxlen=MAX_UNCONFIRMED)

    @property
    def config(self) -> SessionConfig:
        """What is in force, or will be when the backend has confirmed it."""
        return self._settings.config

    @property
    def interrupts(self) -> bool:
        """Whether the person's speech ends the avatar's."""
        detection = self.config.turn_detection
        return detection is not None and detection.interrupt_response

    def take(self, event: events.SessionUpdate | events.InputConfig | events.InputFunctionCall) -> None:
        """Take in what the client sets.

        Raises:
            ConfigurationError: a value is not valid; the message names the setting.
        """
        before = self.config.as_json()
        match event:
            case events.SessionUpdate(session=changes):
                self._settings.update(changes)
                self._named |= set(changes) & set(SessionConfig.model_fields)
                self._others |= {name: changes[name] for name in _PASSED_ON if name in changes}
            case events.InputConfig():
                self._settings.apply(voice=event.voice, prompt=event.prompt, tools=event.tools)
            case events.InputFunctionCall():
                self._settings.declare(event.tools)
        after = self.config.as_json()
        self._named |= {name for name, value in after.items() if before.get(name) != value}

    def changes(self, *, today: bool, tells: bool) -> dict[str, Any]:
        """Return what the backend has not been told so far, as the `session` of a `session.update`.

        Args:
            today: whether it speaks OpenAI Realtime as it is today.
            tells: whether the client is to learn of its confirmation.
        """
        named = {name: value for name, value in self.config.as_json().items() if name in self._named}
        wanted = {**self._others, **named, **_FORMATS}
        changed = {name: value for name, value in wanted.items() if name not in self._told or self._told[name] != value}
        self._told |= changed
        self._unconfirmed.append(tells)
        return session_today(changed) if today else changed

    def confirmed(self, *, by_itself: bool) -> bool:
        """Take note of a `session.updated`; return whether the client is to learn of it.

        Args:
            by_itself: what to return for one that nothing had asked for.
        """
        return self._unconfirmed.popleft() if self._unconfirmed else by_itself

    def told(self, session: dict[str, Any]) -> dict[str, Any]:
        """The session as the client is told it: the backend's, with the formats of the client's own sound.

        Args:
            session: in the beta's words.
        """
        config = self.config.as_json()
        formats = {name: config[name] for name in _FORMATS}
        return {**config, **session, **formats}

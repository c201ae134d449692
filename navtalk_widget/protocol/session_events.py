"""What a service tells of the session and the connection."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from navtalk_widget.protocol.event import Event


class SessionId(Event):
    """The session's identifier, for pairing the signalling socket (late first generation)."""

    type: ClassVar[str] = "session.session_id"
    session_id: str = Field(alias="sessionId")


class SessionCreated(Event):
    """The service is ready to be configured."""

    type: ClassVar[str] = "session.created"
    session: dict[str, Any] = Field(default_factory=dict)


class SessionUpdated(Event):
    """The settings now in force."""

    type: ClassVar[str] = "session.updated"
    session: dict[str, Any] = Field(default_factory=dict)


class SessionGpuFull(Event):
    """All of the service's places are taken."""

    type: ClassVar[str] = "session.gpu_full"
    message: str = ""


class SessionInsufficientBalance(Event):
    """The account behind the licence is empty."""

    type: ClassVar[str] = "session.insufficient_balance"
    message: str = ""


class SessionBackendError(Event):
    """The service failed."""

    type: ClassVar[str] = "session.backend.error"
    message: str = ""


class ErrorEvent(Event):
    """The service refused a message; the connection stays open."""

    type: ClassVar[str] = "error"
    error: dict[str, Any]


class SessionConnectionLimitExceeded(Event):
    """The licence has too many conversations at a time."""

    type: ClassVar[str] = "session.connection_limit_exceeded"
    message: str = ""


class ConversationConnected(Event):
    """The service has taken the connection (second generation): the first event of all."""

    type: ClassVar[str] = "conversation.connected.success"
    session_id: str = Field(default="", alias="sessionId")
    ice_servers: tuple[dict[str, Any], ...] = Field(default=(), alias="iceServers")
    """`RTCIceServer` dictionaries."""


class ConnectionWarning(Event):
    """The avatar's name was ambiguous, and the service has chosen one (second generation)."""

    type: ClassVar[str] = "conversation.connected.warning"
    message: str = ""
    avatar_id: str = Field(default="", alias="avatarId")


class ConnectionFailed(Event):
    """The service does not take the connection: a bad licence, a timeout (second generation)."""

    type: ClassVar[str] = "conversation.connected.fail"
    message: str = ""


class ConnectionClosing(Event):
    """The service is about to close the connection (second generation)."""

    type: ClassVar[str] = "conversation.connected.close"
    message: str = ""


class ConversationCreated(Event):
    """The conversation exists."""

    type: ClassVar[str] = "conversation.created"
    conversation: dict[str, Any] = Field(default_factory=dict)


class RateLimitsUpdated(Event):
    """How much may still be asked of the service."""

    type: ClassVar[str] = "rate_limits.updated"
    rate_limits: tuple[dict[str, Any], ...] = ()


class StatusReported(Event):
    """How the service fares; only its name is known (second generation)."""

    type: ClassVar[str] = "status"
    message: str = ""


class SynthesisFailed(Event):
    """The service's voice failed (second generation, third-party clients)."""

    type: ClassVar[str] = "realtime_synthesis.tts.error"
    message: str = ""


class RecognitionFailed(Event):
    """The service's recognition failed (second generation, third-party clients)."""

    type: ClassVar[str] = "realtime_synthesis.stt.error"
    message: str = ""

"""What a session tells its subscribers besides the protocol's events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from navtalk_widget.errors import NavTalkError
from navtalk_widget.transcript.turn import Latency, Turn

Status = Literal["idle", "connecting", "listening", "thinking", "speaking", "reconnecting", "failed", "closed"]


@dataclass(frozen=True, slots=True)
class Retry:
    """The next attempt to connect again."""

    attempt: int
    attempts: int
    """How many there will be before the conversation is given up."""
    at: float
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The conversation's state, in one word, and what went wrong if anything did."""

    type: ClassVar[str] = "status"
    status: Status
    error: NavTalkError | None
    retry: Retry | None = None
    """While the status is ``"reconnecting"``."""


@dataclass(frozen=True, slots=True)
class Reconnected:
    """The conversation goes on over a new connection: the avatar's picture and voice are to be negotiated anew."""

    type: ClassVar[str] = "reconnected"


@dataclass(frozen=True, slots=True)
class TurnChanged:
    """A turn is new, or has more words, or has ended."""

    type: ClassVar[str] = "turn"
    turn: Turn


@dataclass(frozen=True, slots=True)
class ToolCallChanged:
    """A tool was called, or its call waits, goes on or has ended."""

    type: ClassVar[str] = "tool_call"
    call_id: str
    name: str
    arguments: dict[str, Any]
    state: Literal["awaiting_approval", "running", "done", "failed", "denied", "cancelled"]
    """While it awaits approval, the session's `approve` and `reject` decide; denied, it was not allowed to run;
    cancelled, it was called off because the person interrupted."""
    started_at: float
    """Seconds since 1970."""
    result: str | None = None
    progress: float | None = None
    """How much of it is done, 0 to 1, if the tool tells."""
    message: str = ""
    """What the tool is doing, in its own words."""


@dataclass(frozen=True, slots=True)
class RecordingChanged:
    """The conversation is being recorded from now on, or is not any more."""

    type: ClassVar[str] = "recording"
    state: Literal["on", "off"]
    path: str | None = None
    """Of the file, while it is written."""
    started_at: float | None = None
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class VoiceFlushed:
    """The avatar was cut short: what of its voice has not been heard must not be played."""

    type: ClassVar[str] = "voice_flushed"


@dataclass(frozen=True, slots=True)
class Progressed:
    """What is being done before the conversation can begin, such as a model's download."""

    type: ClassVar[str] = "progress"
    what: str
    """In words; ``""`` when it is over."""
    share: float | None = None
    """How much of it is done, 0 to 1; None where that is unknown."""


@dataclass(frozen=True, slots=True)
class EnginesChosen:
    """The embedded service has made its engines ready."""

    type: ClassVar[str] = "engines"
    label: str
    """Which service this is, and where one's words go."""
    notes: tuple[str, ...]
    """Why an engine is not the one that would have been better, a sentence each."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure of the page, or of the way to it."""

    type: ClassVar[str] = "measured"
    name: str
    """As `navtalk_widget.session.metrics.Metrics` has it: ``first_frame_ms``, ``av_offset_ms``, ``round_trip_ms``,
    ``clock_offset_ms``."""
    milliseconds: float


@dataclass(frozen=True, slots=True)
class AnswerLatency:
    """How long the avatar took to answer, or to fall silent; told again whenever another figure is known."""

    type: ClassVar[str] = "latency"
    turn_id: str
    """The avatar's turn, which has it as its `latency` too."""
    latency: Latency


News = (
    StatusChanged
    | Reconnected
    | TurnChanged
    | ToolCallChanged
    | VoiceFlushed
    | Progressed
    | EnginesChosen
    | Measured
    | RecordingChanged
    | AnswerLatency
)

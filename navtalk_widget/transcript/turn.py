"""One turn of a conversation: what one side said, when, and which tools it used."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.recorded_sound import Side, recorded_sound
from navtalk_widget.errors import RecordingError

Role = Literal["user", "avatar"]
Source = Literal["voice", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolUse:
    """A tool that the avatar called during its turn. Without `result` and `error` it is still running."""

    call_id: str
    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    """As the model sent them: JSON values."""
    result: str | None = None
    error: str | None = None
    """What went wrong, instead of a result."""
    cut: bool = False
    """Whether `result` is the beginning of a longer one, of which the model was told no more either."""
    duration_s: float | None = None
    """Of the tool alone, without the wait for somebody to approve it."""
    started_at: datetime | None = None
    """When the tool was called. Always UTC."""
    ended_at: datetime | None = None
    """When there was a result, or an error. Always UTC."""

    def __post_init__(self) -> None:
        for name in ("result", "error"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, _well_formed(value))
        for name in ("started_at", "ended_at"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, _utc(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long the avatar took, in milliseconds since the person had finished; what is not known is None."""

    recognized_ms: float | None = None
    """Until there were words of what the person said."""
    words_ms: float | None = None
    """Until the first words of the answer."""
    audio_ms: float | None = None
    """Until the first sound of the answer arrived."""
    heard_ms: float | None = None
    """Until it could be heard on the page, as that tells; where it does not, `audio_ms` and the delay it told last."""
    mouth_ms: float | None = None
    """Until the mouth was seen to move on the page: `heard_ms` as the page tells it, and the picture's offset then."""
    silenced_ms: float | None = None
    """Of an answer that was cut short: from the service's word that the person speaks until nothing was heard of it."""

    def __repr__(self) -> str:
        """What is known, in whole milliseconds; the fields have all digits."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        known = [f"{name.removesuffix('_ms')} {value:.0f} ms" for name, value in values if value is not None]
        return f"<Latency {', '.join(known) or 'unknown'}>"


_NOTHING_KNOWN = Latency()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUsage:
    """What something cost, as the service counts it."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    """Of the input."""
    input_audio_tokens: int = 0
    output_audio_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Where the sound of a turn is kept."""

    path: str
    """A stereo file: the person left, the avatar right."""
    start_ms: float
    """Milliseconds of the file at which the turn begins."""
    end_ms: float | None = None
    """None while it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one side said without the other in between. A turn changes by being replaced under its `key`.

    Raises:
        ValueError: a time without time zone.
    """

    id: str
    role: Role
    text: str = ""
    """The words so far. Whoever adds deltas keeps them as they came: half an emoji is replaced here."""
    text_heard: str | None = None
    """Of an avatar's turn: the words whose sound was heard, whole words only, all of `text` if it was not cut short.
    None while it goes on, and where it is not known, as when the service sends no sound."""
    started_at: datetime
    """When the speech began, not when its text arrived. Always UTC."""
    ended_at: datetime | None = None
    """When the speech ended or was cut; None while it goes on. Always UTC."""
    final: bool = False
    """Whether the text will not change any more."""
    interrupted: bool = False
    """Whether the other side cut it short."""
    response_id: str | None = None
    item_id: str | None = None
    audio_start_ms: int | None = None
    """Milliseconds of the session's microphone audio at which the speech began."""
    audio_end_ms: int | None = None
    tool_calls: tuple[ToolUse, ...] = ()
    source: Source = "voice"
    """Spoken, or typed: an avatar's turn is "text" when it answered without a voice."""
    conversation_id: str = ""
    """The same for all that one session says, over however many connections."""
    character: str | None = None
    """Whom the person talks with."""
    latency: Latency | None = None
    """Of an avatar's turn."""
    usage: TokenUsage | None = None
    """What the answer cost, the calls of tools before it included, or the recognition of what the person said; where
    the service tells."""
    recorded: Recorded | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _well_formed(self.text))
        if self.text_heard is not None:
            object.__setattr__(self, "text_heard", _well_formed(self.text_heard))
        object.__setattr__(self, "started_at", _utc(self.started_at))
        if self.ended_at is not None:
            object.__setattr__(self, "ended_at", _utc(self.ended_at))
        if self.latency is not None and self.latency == _NOTHING_KNOWN:
            object.__setattr__(self, "latency", None)  # one way of saying it: tables know no other

    def __repr__(self) -> str:
        """In a line; `dataclasses.asdict` has all of it."""
        took = "goes on" if self.duration_s is None else f"{self.duration_s:.1f} s"
        facts = [f"by {self.role}", f"{self.started_at:%Y-%m-%d %H:%M:%S} UTC", took]
        facts += ["interrupted"] * self.interrupted + [f"called {call.name}" for call in self.tool_calls]
        return f"<Turn {', '.join(facts)}: {self.text!r}>"

    @property
    def key(self) -> tuple[str, str]:
        """What tells a turn from all others: a service may count its items anew in each conversation."""
        return self.conversation_id, self.id

    @property
    def order(self) -> tuple[datetime, bool, str, str]:
        """What turns are sorted by: the beginning; of two at once, the user's first, as it is what is answered."""
        return self.started_at, self.role != "user", self.id, self.conversation_id

    @property
    def duration_s(self) -> float | None:
        """Seconds from beginning to end; None while it goes on."""
        return None if self.ended_at is None else (self.ended_at - self.started_at).total_seconds()

    def audio(self, side: Side | None = None) -> NDArray[np.int16]:
        """Read the sound of this turn from its recording, which may still go on.

        Args:
            side: ``"user"``, ``"avatar"`` or ``"both"``; None for whose turn it is.

        Returns:
            int16 at 24,000 Hz, shape (n,); of both sides (n, 2), the person first. Of a turn that goes on, what there
            is of it.

        Raises:
            RecordingError: the turn was not recorded, or the file is gone, or cannot be read.
        """
        typed = self.source == "text" and self.role == "user"
        if self.recorded is None:
            raise RecordingError(
                f"There is no recording of {self.text[:40]!r}{', which was typed' if typed else ''}.",
                hint="Call start_recording() before the conversation whose sound is wanted.",
            )
        whose: Side = self.role if side is None else side
        start, end = self.recorded.start_ms, self.recorded.end_ms
        return recorded_sound(Path(self.recorded.path).expanduser(), whose, start_ms=start, end_ms=end)


def _utc(time: datetime) -> datetime:
    if time.tzinfo is None:
        raise ValueError(f"a turn's times need a time zone, as datetime.now(timezone.utc) has; {time} has none")
    if time.tzinfo is timezone.utc:
        return time
    return time.astimezone(timezone.utc)


def _well_formed(text: str) -> str:
    """Join surrogate pairs that arrived in two deltas and replace lone halves, which no file or table takes."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

"""How long the avatar takes to answer: from the end of what the person said to its voice in their ear, and to silence.

What the page does is known from its own word, by a clock that the gateway has compared with ours. Where it says
nothing, sound counts as heard so much later than its arrival as the page has told before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.session.news import AnswerLatency, News, ToolCallChanged
from navtalk_widget.transcript.turn import Latency, Turn

REMEMBERED = 16
"""Turns whose times can still be added to."""

EARLY_MS = 250.0
"""A voice that the page heard longer than this before any of the answer's sound arrived is that of another answer."""

LONGEST_SILENCING = 10.0
"""Seconds after which nobody would say that the voice was silenced."""


@dataclass(slots=True)
class _Awaited:
    """An answer from the moment at which it was due."""

    spoken: bool
    item_id: str
    began: float
    began_at: datetime
    turn_id: str = ""
    latency: Latency = field(default_factory=Latency)
    heard_on_page: bool = False
    asking: set[str] = field(default_factory=set)
    """Calls of tools that await the person's word, which nobody can call the avatar's time."""
    asking_since: float = 0.0
    waited: float = 0.0

    def elapsed_ms(self, at: float) -> float:
        waited = self.waited + (max(0.0, at - self.asking_since) if self.asking else 0.0)
        return max(0.0, 1000 * (at - self.began - waited))

    def heard_as(self, item_id: str) -> bool:
        """Whether the words of an item may be those that are answered."""
        return self.spoken and (not (item_id and self.item_id) or item_id == self.item_id)


@dataclass(slots=True)
class _Cut:
    """A voice that was cut short, and may still be heard."""

    began: float
    turn_id: str = ""


class AnswerTimes:
    """Follows one answer after the other.

    Args:
        publish: tells news to the subscribers.
    """

    def __init__(self, publish: Callable[[News], None]) -> None:
        self._publish = publish
        self._delay_ms: float | None = None
        self._awaited: _Awaited | None = None
        self._cut: _Cut | None = None
        self._told: dict[str, Latency] = {}

    def begin(self, *, spoken: bool, item_id: str = "") -> None:
        """The person has finished, and an answer is due.

        Args:
            spoken: whether they spoke; else they typed.
            item_id: of what they said, if the service names it.
        """
        self._awaited = _Awaited(spoken, item_id, _now(), datetime.now(timezone.utc))

    def forget(self) -> None:
        """Nothing is measured until the person says something more."""
        self._awaited = None

    def note_delay(self, delay_ms: float | None) -> None:
        """Take in how much later than its arrival sound is heard; None if nobody hears it."""
        self._delay_ms = delay_ms

    def note(self, event: Event) -> None:
        """Take in what the service says."""
        awaited = self._awaited
        match event:
            case events.SpeechStarted():
                self.forget()
            case events.SpeechStopped():
                self.begin(spoken=True, item_id=event.item_id)
            case events.InputTranscriptionCompleted() if awaited is not None and awaited.heard_as(event.item_id):
                if awaited.latency.recognized_ms is None:
                    self._tell(awaited, recognized_ms=awaited.elapsed_ms(_now()))
            case events.AudioDelta() if awaited is not None and awaited.latency.audio_ms is None:
                self._note_sound(awaited)
            case _:
                pass

    def note_turn(self, turn: Turn) -> None:
        """Take in a turn that is new or has changed."""
        if turn.role != "avatar":
            return
        if self._cut is not None and not self._cut.turn_id and turn.interrupted:
            self._cut.turn_id = turn.id
        awaited = self._awaited
        if awaited is not None and not awaited.turn_id and turn.started_at >= awaited.began_at:
            awaited.turn_id = turn.id
            self._tell(awaited, words_ms=awaited.elapsed_ms(_now()))

    def note_tool(self, call: ToolCallChanged) -> None:
        """Take in a call of a tool; while it awaits the person's word, no time passes for the avatar."""
        awaited = self._awaited
        if awaited is None:
            return
        if call.state == "awaiting_approval":
            if not awaited.asking:
                awaited.asking_since = _now()
            awaited.asking.add(call.call_id)
        elif call.call_id in awaited.asking:
            awaited.asking.remove(call.call_id)
            if not awaited.asking:
                awaited.waited += _now() - awaited.asking_since

    def note_heard(self, ago: float, offset_ms: float | None) -> None:
        """Take in when the page began to hear the voice.

        The mouth was first seen with the picture that belongs to the voice's first sample, which is as much later than
        the voice as the pictures around it are: to one picture, 40 ms, and the error of the offset.

        Args:
            ago: seconds since then.
            offset_ms: how much later than its voice the picture is seen; None where nobody knows.
        """
        awaited = self._awaited
        at = _now() - ago
        if awaited is None or awaited.heard_on_page or at < awaited.began:
            return
        heard_ms = awaited.elapsed_ms(at)
        if awaited.latency.audio_ms is not None and heard_ms < awaited.latency.audio_ms - EARLY_MS:
            return
        awaited.heard_on_page = True
        mouth_ms = None if offset_ms is None else max(0.0, heard_ms + offset_ms)
        self._tell(awaited, heard_ms=heard_ms, mouth_ms=mouth_ms)

    def note_cut(self) -> None:
        """The voice is cut short, and the page is told to be silent; the turn that this ends is told next."""
        self._cut = _Cut(_now())

    def note_silent(self, ago: float) -> None:
        """Take in when the page fell silent, as it was told to; `ago` in seconds."""
        cut, self._cut = self._cut, None
        if cut is None or not cut.turn_id:
            return
        silenced = max(0.0, _now() - ago - cut.began)
        if silenced <= LONGEST_SILENCING:
            before = self._told.get(cut.turn_id, Latency())
            self._publish_of(cut.turn_id, replace(before, silenced_ms=1000 * silenced))

    def disconnect(self) -> None:
        """The connection is gone: nothing of what was begun is measured to its end."""
        self._awaited = self._cut = None

    def _note_sound(self, awaited: _Awaited) -> None:
        audio_ms = awaited.elapsed_ms(_now())
        heard_ms, mouth_ms = awaited.latency.heard_ms, awaited.latency.mouth_ms
        if heard_ms is not None and heard_ms < audio_ms - EARLY_MS:  # what was heard was an earlier answer's end
            awaited.heard_on_page = False
        if not awaited.heard_on_page:
            heard_ms, mouth_ms = None if self._delay_ms is None else audio_ms + self._delay_ms, None
        self._tell(awaited, audio_ms=audio_ms, heard_ms=heard_ms, mouth_ms=mouth_ms)

    def _tell(self, awaited: _Awaited, **figures: float | None) -> None:
        awaited.latency = replace(awaited.latency, **figures)
        if awaited.turn_id:
            self._publish_of(awaited.turn_id, awaited.latency)

    def _publish_of(self, turn_id: str, latency: Latency) -> None:
        self._told[turn_id] = latency
        if len(self._told) > REMEMBERED:
            del self._told[next(iter(self._told))]
        self._publish(AnswerLatency(turn_id, latency))


def _now() -> float:
    return asyncio.get_running_loop().time()

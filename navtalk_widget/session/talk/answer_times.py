"""How long the avatar takes to answer: from the end of what the person said to its voice in their ear."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.session.news import AnswerLatency, Measured, News
from navtalk_widget.transcript.turn import Turn


@dataclass(slots=True)
class _Awaited:
    """An answer from the moment at which it was due."""

    spoken: bool
    item_id: str
    began: float
    began_at: datetime
    latency: AnswerLatency = field(default_factory=AnswerLatency)

    def elapsed_ms(self) -> float:
        return 1000 * (_now() - self.began)

    def heard_as(self, item_id: str) -> bool:
        """Whether the words of an item may be those that are answered."""
        return self.spoken and (not (item_id and self.item_id) or item_id == self.item_id)


class AnswerTimes:
    """Follows one answer after the other.

    Args:
        publish: tells news to the subscribers.
    """

    def __init__(self, publish: Callable[[News], None]) -> None:
        self._publish = publish
        self._delay_ms: float | None = None
        self._awaited: _Awaited | None = None

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
                    self._tell(awaited, recognized_ms=awaited.elapsed_ms())
            case events.AudioDelta() if awaited is not None and awaited.latency.audio_ms is None:
                elapsed_ms = awaited.elapsed_ms()
                heard_ms = None if self._delay_ms is None else elapsed_ms + self._delay_ms
                self._tell(awaited, audio_ms=elapsed_ms, heard_ms=heard_ms)
                if awaited.spoken:
                    self._publish(Measured("response_ms", elapsed_ms))
            case _:
                pass

    def note_turn(self, turn: Turn) -> None:
        """Take in a turn that is new or has changed."""
        awaited = self._awaited
        if awaited is None or awaited.latency.turn_id:
            return
        if turn.role == "avatar" and turn.started_at >= awaited.began_at:
            self._tell(awaited, turn_id=turn.id, words_ms=awaited.elapsed_ms())

    def _tell(self, awaited: _Awaited, **figures: float | str | None) -> None:
        awaited.latency = replace(awaited.latency, **figures)  # type: ignore[arg-type]
        if awaited.latency.turn_id:
            self._publish(awaited.latency)


def _now() -> float:
    return asyncio.get_running_loop().time()

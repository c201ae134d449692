"""Makes turns of the protocol's events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import new_id
from navtalk_widget.transcript.turn import ToolUse, Turn

REMEMBERED = 8
"""Turns of either side that late events may still change."""


def _now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(slots=True)
class _Said:
    """A turn, and its words as they came: half an emoji at the end of a delta waits for its other half.

    An answer may consist of several messages, and they of several parts.
    """

    turn: Turn
    words: dict[tuple[str, int], str] = field(default_factory=dict)

    def add(self, words: str, *, item_id: str = "", part: int = 0, whole: bool) -> None:
        key = item_id, part
        if whole and words:
            self.words.pop(("", part), None)  # deltas that did not say which message they belong to
        self.words[key] = words if whole and words else self.words.get(key, "") + words
        text = " ".join(filter(None, (each.strip() for each in self.words.values())))
        self.turn = replace(self.turn, text=text)


class TurnTracker:
    """Follows who says what.

    A person's turn begins when the service hears speech, and is told only once there are words, so that a cough
    leaves no row behind; it keeps the time at which speech began. An avatar's turn is one answer. Events are tied
    to turns by the service's identifiers or, where those are missing, to the turn under way.

    Args:
        changed: called with each new state of a turn.
    """

    def __init__(self, changed: Callable[[Turn], None]) -> None:
        self._changed = changed
        self._speech: dict[str, _Said] = {}
        self._latest_speech = ""
        self._answers: dict[str, _Said] = {}
        self._latest_answer = ""
        self._answering = False
        self._tool_uses: tuple[ToolUse, ...] = ()

    def note(self, event: Event, *, voice_playing: bool = False) -> None:
        """Take in an event; events that concern no turn are ignored.

        Args:
            event: what the service says.
            voice_playing: whether the answer that the event ends can still be heard, so that its turn is not over.
        """
        match event:
            case events.SpeechStarted():
                self._begin_speech(event)
            case events.SpeechStopped():
                self._end_speech(event)
            case events.InputTranscriptionDelta():
                self._hear(event.item_id, event.delta, final=False)
            case events.InputTranscriptionCompleted():
                self._hear(event.item_id, event.transcript, final=True)
            case events.InputTranscriptionFailed():
                self._hear(event.item_id, "", final=True)
            case events.ResponseCreated():
                self._answering = False
            case events.AudioTranscriptDelta() | events.TextDelta():
                self._say(event, event.delta, whole=False)
            case events.AudioTranscriptDone(transcript=words) | events.TextDone(text=words):
                self._say(event, words, whole=True)
            case events.ResponseDone():
                self._end_answer(event, voice_playing=voice_playing)
            case _:
                pass

    def note_typed(self, text: str, item_id: str) -> None:
        """Take in a message that the person typed."""
        now = _now()
        turn = Turn(id=item_id, role="user", text=text, started_at=now, ended_at=now, final=True, source="text")
        self._changed(replace(turn, item_id=item_id))

    def note_tool(self, use: ToolUse) -> None:
        """Take in a tool's call; it belongs to the answer that comes of it."""
        self._tool_uses += (use,)

    def voice_ended(self, answer: str = "", *, interrupted: bool, rest_s: float = 0.0) -> None:
        """An answer's voice has been played, or was cut short.

        Args:
            answer: which; the latest if the service does not name its answers.
            interrupted: whether the person, or whoever spoke for them, cut it short.
            rest_s: seconds that it would still have been heard.
        """
        said = self._answers.get(answer or self._latest_answer)
        if said is not None and not said.turn.interrupted:
            ended_at = _now() + timedelta(seconds=rest_s)
            said.turn = replace(said.turn, ended_at=ended_at, interrupted=interrupted, final=True)
            self._changed(said.turn)

    def abandon(self) -> None:
        """The connection is gone: what is open stays as it is, and is final."""
        for said in [*self._speech.values(), *self._answers.values()]:
            turn = said.turn
            if turn.text and (not turn.final or turn.ended_at is None):
                self._changed(replace(turn, final=True, ended_at=turn.ended_at or _now()))
        self._speech.clear()
        self._answers.clear()
        self._tool_uses = ()

    # ── the person ───────────────────────────────────────────────────────────────────────────────────────

    def _begin_speech(self, event: events.SpeechStarted) -> None:
        said = self._new_speech(event.item_id)
        said.turn = replace(said.turn, audio_start_ms=event.audio_start_ms)

    def _new_speech(self, item_id: str) -> _Said:
        self._latest_speech = key = item_id or new_id("item")
        turn = Turn(id=key, role="user", started_at=_now(), item_id=item_id or None, source="voice")
        self._speech[key] = said = _Said(turn)
        while len(self._speech) > REMEMBERED:
            oldest = self._speech.pop(next(iter(self._speech))).turn
            if oldest.text:
                self._changed(replace(oldest, final=True))
        return said

    def _end_speech(self, event: events.SpeechStopped) -> None:
        said = self._speech.get(event.item_id or self._latest_speech)
        if said is not None:
            said.turn = replace(said.turn, ended_at=_now(), audio_end_ms=event.audio_end_ms)
            if said.turn.text:
                self._changed(said.turn)

    def _hear(self, item_id: str, words: str, *, final: bool) -> None:
        said = self._speech.get(item_id or self._latest_speech)
        if said is None:
            if not words:
                return
            said = self._new_speech(item_id)
        said.add(words, whole=final)
        if final:
            said.turn = replace(said.turn, final=True, ended_at=said.turn.ended_at or _now())
            self._speech.pop(said.turn.id, None)
        if said.turn.text:
            self._changed(said.turn)

    # ── the avatar ───────────────────────────────────────────────────────────────────────────────────────

    def _say(
        self,
        event: events.AudioTranscriptDelta | events.TextDelta | events.AudioTranscriptDone | events.TextDone,
        words: str,
        *,
        whole: bool,
    ) -> None:
        key = event.response_id or event.item_id or (self._latest_answer if self._answering else "")
        said = self._answers.get(key)
        if said is None:
            if not words:
                return
            said = self._new_answer(key, event.response_id, event.item_id)
        elif said.turn.interrupted and whole and len(words) > len(said.turn.text):
            return  # nobody will hear them
        said.add(words, item_id=event.item_id, part=event.content_index, whole=whole)
        self._changed(said.turn)

    def _new_answer(self, key: str, response_id: str, item_id: str) -> _Said:
        key = key or new_id("resp")
        turn = Turn(
            id=item_id or key,
            role="avatar",
            started_at=_now(),
            response_id=response_id or None,
            item_id=item_id or None,
            tool_calls=self._tool_uses,
            source="voice",
        )
        self._tool_uses = ()
        self._latest_answer = key
        self._answering = True
        self._answers[key] = said = _Said(turn)
        while len(self._answers) > REMEMBERED:
            oldest = self._answers.pop(next(iter(self._answers))).turn
            if not oldest.final:
                self._changed(replace(oldest, final=True))
        return said

    def _end_answer(self, event: events.ResponseDone, *, voice_playing: bool) -> None:
        response = event.response
        said = self._answers.get(response.id or (self._latest_answer if self._answering else ""))
        self._answering = False
        if said is None:  # a service that sends no deltas
            spoken = " ".join(item.text for item in response.output if item.type == "message" and item.text)
            if not spoken:
                return
            said = self._new_answer(response.id, response.id, "")
            self._answering = False
            said.add(spoken, whole=True)
        cut = said.turn.interrupted or response.status == "cancelled"
        ended_at = said.turn.ended_at if voice_playing else said.turn.ended_at or _now()
        said.turn = replace(said.turn, final=True, interrupted=cut, ended_at=ended_at)
        self._changed(said.turn)

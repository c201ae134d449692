"""Makes turns of the protocol's events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import new_id
from navtalk_widget.transcript.turn import ToolUse, Turn


def _now() -> datetime:
    return datetime.now(timezone.utc)


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
        self._speech: dict[str, Turn] = {}
        self._latest_speech = ""
        self._answers: dict[str, Turn] = {}
        self._latest_answer = ""
        self._words: dict[str, str] = {}  # as they came: half an emoji at the end of a delta waits for its other half
        self._tool_uses: tuple[ToolUse, ...] = ()

    def note(self, event: Event, *, voice_playing: bool = False) -> None:
        """Take in an event; events that concern no turn are ignored.

        Args:
            event: what the service says.
            voice_playing: whether the avatar can still be heard, so that its turn is not over.
        """
        match event:
            case events.SpeechStarted():
                self._begin_speech(event)
            case events.SpeechStopped():
                self._change_speech(event.item_id, ended_at=_now(), audio_end_ms=event.audio_end_ms)
            case events.InputTranscriptionDelta():
                self._hear(event.item_id, event.delta, final=False)
            case events.InputTranscriptionCompleted():
                self._hear(event.item_id, event.transcript, final=True)
            case events.AudioTranscriptDelta() | events.TextDelta():
                self._say(event.response_id, event.item_id, event.delta, whole=False)
            case events.AudioTranscriptDone(transcript=words) | events.TextDone(text=words):
                self._say(event.response_id, event.item_id, words, whole=True)
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

    def voice_ended(self, *, interrupted: bool) -> None:
        """The avatar's voice has been played, or was cut short."""
        turn = self._answers.get(self._latest_answer)
        if turn is not None and not turn.interrupted:
            self._update_answer(replace(turn, ended_at=_now(), interrupted=interrupted, final=True))

    def abandon(self) -> None:
        """The connection is gone: what is open stays as it is, and is final."""
        for turn in [*self._speech.values(), *self._answers.values()]:
            if turn.text and (not turn.final or turn.ended_at is None):
                self._changed(replace(turn, final=True, ended_at=turn.ended_at or _now()))
        self._speech.clear()
        self._answers.clear()
        self._words.clear()
        self._tool_uses = ()

    # ── the person ───────────────────────────────────────────────────────────────────────────────────────

    def _begin_speech(self, event: events.SpeechStarted) -> None:
        item_id = event.item_id or new_id("item")
        self._latest_speech = item_id
        self._speech[item_id] = Turn(
            id=item_id,
            role="user",
            text="",
            started_at=_now(),
            item_id=event.item_id or None,
            audio_start_ms=event.audio_start_ms,
            source="voice",
        )

    def _change_speech(self, item_id: str, *, ended_at: datetime, audio_end_ms: int | None) -> None:
        turn = self._speech.get(item_id or self._latest_speech)
        if turn is not None:
            turn = replace(turn, ended_at=ended_at, audio_end_ms=audio_end_ms)
            self._speech[turn.id] = turn
            if turn.text:
                self._changed(turn)

    def _hear(self, item_id: str, words: str, *, final: bool) -> None:
        item_id = item_id or self._latest_speech or new_id("item")
        turn = self._speech.get(item_id) or Turn(
            id=item_id, role="user", text="", started_at=_now(), item_id=item_id, source="voice"
        )
        turn = replace(turn, text=self._extended(item_id, words, whole=final).strip(), final=final)
        if final:
            self._speech.pop(item_id, None)
            self._words.pop(item_id, None)
        else:
            self._speech[item_id] = turn
        if turn.text:
            self._changed(turn)

    # ── the avatar ───────────────────────────────────────────────────────────────────────────────────────

    def _say(self, response_id: str, item_id: str, words: str, *, whole: bool) -> None:
        key = response_id or item_id or self._latest_answer or new_id("resp")
        turn = self._answers.get(key)
        if turn is None:
            if not words:
                return
            turn = Turn(
                id=item_id or key,
                role="avatar",
                text="",
                started_at=_now(),
                response_id=response_id or None,
                item_id=item_id or None,
                tool_calls=self._tool_uses,
                source="voice",
            )
            self._tool_uses = ()
        self._latest_answer = key
        self._answers[key] = turn = replace(turn, text=self._extended(key, words, whole=whole).strip())
        self._changed(turn)

    def _extended(self, key: str, words: str, *, whole: bool) -> str:
        self._words[key] = words if whole and words else self._words.get(key, "") + words
        return self._words[key]

    def _end_answer(self, event: events.ResponseDone, *, voice_playing: bool) -> None:
        response = event.response
        spoken = " ".join(item.text for item in response.output if item.type == "message" and item.text)
        if spoken and response.id not in self._answers:  # a service that sends no deltas
            self._say(response.id, "", spoken, whole=True)
        turn = self._answers.get(response.id or self._latest_answer)
        if turn is not None:
            cut = turn.interrupted or response.status == "cancelled"
            ended_at = turn.ended_at if voice_playing else turn.ended_at or _now()
            self._update_answer(replace(turn, final=True, interrupted=cut, ended_at=ended_at))

    def _update_answer(self, turn: Turn) -> None:
        key = turn.response_id or turn.id
        if key in self._answers:
            self._answers[key] = turn
        while len(self._answers) > 8:  # late events concern the last answers only
            self._words.pop(next(iter(self._answers)), None)
            self._answers.pop(next(iter(self._answers)))
        self._changed(turn)

"""Makes turns of the protocol's events."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import new_id
from navtalk_widget.session.talk.said import Said
from navtalk_widget.session.talk.spending import Spending, tokens
from navtalk_widget.session.talk.voice_clock import Part, Sound, Voice
from navtalk_widget.transcript.turn import TokenUsage, ToolUse, Turn

REMEMBERED = 8
"""Turns of either side that late events may still change."""

REMEMBERED_IDS = 4_096
"""Turns whose identifiers are not used again: a service may count its items anew with each connection."""


def _now() -> datetime:
    return datetime.now(timezone.utc)


class TurnTracker:
    """Follows who says what.

    A person's turn begins when the service hears speech, and is told only once there are words, so that a cough
    leaves no row behind; it keeps the time at which speech began. An avatar's turn is one answer. Events are tied
    to turns by the service's identifiers or, where those are missing, to the turn under way.

    Args:
        changed: called with each new state of a turn.
        taken: identifiers of turns that were there before.
    """

    def __init__(self, changed: Callable[[Turn], None], taken: Iterable[str] = ()) -> None:
        self._changed = changed
        self._speech: dict[str, Said] = {}
        self._latest_speech = ""
        self._answers: dict[str, Said] = {}
        self._latest_answer = ""
        self._answering = False
        self._tool_uses: tuple[ToolUse, ...] = ()
        self._spending = Spending()
        self._connection = 0
        self._ids: dict[str, int] = dict.fromkeys(deque(taken, REMEMBERED_IDS), -1)

    def note(
        self,
        event: Event,
        *,
        voice: Voice | None = None,
        voice_playing: bool = False,
        cancelled: bool = False,
        uttered: bool = False,
    ) -> None:
        """Take in an event; events that concern no turn are ignored.

        Args:
            event: what the service says.
            voice: what was received and heard so far of the answer that the event belongs to, where that is known.
            voice_playing: whether the answer that the event ends can still be heard, so that its turn is not over.
            cancelled: whether that answer was cancelled: without a voice, nothing of it was heard.
            uttered: whether it answers nothing: the calls of tools before it belong to the answer that follows.
        """
        unheard = cancelled and (voice is None or not voice.parts)
        match event:
            case events.SpeechStarted():
                self._begin_speech(event)
            case events.SpeechStopped():
                self._end_speech(event)
            case events.InputTranscriptionDelta():
                self._hear(event.item_id, event.delta, final=False)
            case events.InputTranscriptionCompleted():
                self._hear(event.item_id, event.transcript, final=True, usage=tokens(event.usage))
            case events.InputTranscriptionFailed():
                self._hear(event.item_id, "", final=True)
            case events.ResponseCreated():
                self._answering = False
            case events.AudioTranscriptDelta() | events.TextDelta():
                self._say(event, event.delta, whole=False, voice=voice, unheard=unheard, uttered=uttered)
            case events.AudioTranscriptDone(transcript=words) | events.TextDone(text=words):
                self._say(event, words, whole=True, voice=voice, unheard=unheard, uttered=uttered)
            case events.AudioDone():
                self._end_sound(event)
            case events.ResponseDone():
                self._end_answer(event, voice=voice, voice_playing=voice_playing, unheard=unheard, uttered=uttered)
            case events.ConversationItemTruncated():
                self._truncate(event)
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

    def voice_ended(
        self, answer: str = "", *, interrupted: bool, voice: Voice | None = None, rest_s: float = 0.0
    ) -> None:
        """An answer's voice has been played, or was cut short.

        Args:
            answer: which; the latest if the service does not name its answers.
            interrupted: whether the person, or whoever spoke for them, cut it short.
            voice: what was heard of it, where that is known.
            rest_s: seconds that it would still have been heard.
        """
        said = self._answers.get(answer or self._latest_answer)
        if said is not None and not said.over:
            self._end(said, ended_at=_now() + timedelta(seconds=rest_s), interrupted=interrupted, voice=voice)

    def abandon(self) -> None:
        """The connection is gone: what is open stays as it is, and is final."""
        for said in [*self._speech.values(), *self._answers.values()]:
            self._close(said.turn)
        self._speech.clear()
        self._answers.clear()
        self._answering = False
        self._latest_speech = self._latest_answer = ""
        self._connection += 1

    def _close(self, turn: Turn) -> None:
        """Nothing more is expected of a turn: what it is, is final."""
        if turn.text and (not turn.final or turn.ended_at is None):
            self._changed(replace(turn, final=True, ended_at=turn.ended_at or _now()))

    def _own_id(self, proposed: str) -> str:
        """An identifier that no turn of an earlier connection has."""
        own = proposed if self._ids.get(proposed, self._connection) == self._connection else new_id("item")
        self._ids[own] = self._connection
        if len(self._ids) > REMEMBERED_IDS:
            del self._ids[next(iter(self._ids))]
        return own

    # ── the person ───────────────────────────────────────────────────────────────────────────────────────

    def _begin_speech(self, event: events.SpeechStarted) -> None:
        said = self._new_speech(event.item_id)
        said.turn = replace(said.turn, audio_start_ms=event.audio_start_ms)

    def _new_speech(self, item_id: str) -> Said:
        self._latest_speech = key = item_id or new_id("item")
        own_id = self._own_id(key)
        turn = Turn(id=own_id, role="user", started_at=_now(), item_id=item_id or None, source="voice")
        self._speech[key] = said = Said(turn)
        while len(self._speech) > REMEMBERED:
            self._close(self._speech.pop(next(iter(self._speech))).turn)
        return said

    def _end_speech(self, event: events.SpeechStopped) -> None:
        said = self._speech.get(event.item_id or self._latest_speech)
        if said is not None:
            said.turn = replace(said.turn, ended_at=_now(), audio_end_ms=event.audio_end_ms)
            if said.turn.text:
                self._changed(said.turn)

    def _hear(self, item_id: str, words: str, *, final: bool, usage: TokenUsage | None = None) -> None:
        said = self._speech.get(item_id or self._latest_speech)
        if said is None or (said.turn.final and not item_id):
            if not words:
                return
            said = self._new_speech(item_id)
        said.add(words, whole=final)
        if final:  # its end may yet be told
            said.turn = replace(said.turn, final=True, ended_at=said.turn.ended_at or _now(), usage=usage)
        if said.turn.text:
            self._changed(said.turn)

    # ── the avatar ───────────────────────────────────────────────────────────────────────────────────────

    def _say(
        self,
        event: events.AudioTranscriptDelta | events.TextDelta | events.AudioTranscriptDone | events.TextDone,
        words: str,
        *,
        whole: bool,
        voice: Voice | None,
        unheard: bool,
        uttered: bool,
    ) -> None:
        key = event.response_id or event.item_id or (self._latest_answer if self._answering else "")
        part = event.item_id, event.content_index
        said = self._answers.get(key)
        if said is None:
            if not words or unheard:
                return
            said = self._new_answer(key, event.response_id, event.item_id, uttered=uttered)
        elif said.turn.interrupted and whole:
            self._take_back(said, part, words)
            return
        if isinstance(event, events.TextDelta | events.TextDone):
            said.part(part, spoken=False)
        said.add(words, part, whole=whole, received_ms=0.0 if voice is None else voice.received_ms(part))
        self._changed(said.turn)

    def _take_back(self, said: Said, part: Part, words: str) -> None:
        """A service may say of an answer that was cut short how much of it was heard; more than that nobody hears."""
        known = said.parts.get(part)
        if known is not None and words and len(words) < len(known.text):
            known.heard_as_told = words
            said.tell()
            self._changed(said.turn)

    def _new_answer(self, key: str, response_id: str, item_id: str, *, uttered: bool) -> Said:
        key = key or new_id("resp")
        turn = Turn(
            id=self._own_id(item_id or key),
            role="avatar",
            started_at=_now(),
            response_id=response_id or None,
            item_id=item_id or None,
            tool_calls=() if uttered else self._tool_uses,
            source="voice",
        )
        self._tool_uses = self._tool_uses if uttered else ()
        self._latest_answer = key
        self._answering = True
        self._answers[key] = said = Said(turn)
        while len(self._answers) > REMEMBERED:
            self._close(self._answers.pop(next(iter(self._answers))).turn)
        return said

    def _end_sound(self, event: events.AudioDone) -> None:
        said = self._answers.get(event.response_id or event.item_id or self._latest_answer)
        if said is not None and not said.turn.interrupted:
            for key, part in said.parts.items():
                part.sound_complete |= key == (event.item_id, event.content_index) or not event.item_id

    def _end_answer(
        self, event: events.ResponseDone, *, voice: Voice | None, voice_playing: bool, unheard: bool, uttered: bool
    ) -> None:
        response = event.response
        said = self._answers.get(response.id or (self._latest_answer if self._answering else ""))
        self._answering = False
        if said is None:  # a service that sends no deltas
            spoken = " ".join(item.text for item in response.output if item.type == "message" and item.text)
            if not spoken or unheard:
                self._spending.note(response.usage)
                return
            said = self._new_answer(response.id, response.id, "", uttered=uttered)
            self._answering = False
            said.add(spoken, whole=True)
        if said.turn.usage is None:  # a service may repeat itself
            usage = tokens(response.usage) if uttered else self._spending.of_answer(response.usage)
            said.turn = replace(said.turn, usage=usage)
        for part in said.parts.values():
            part.sound_complete |= response.status in ("completed", "incomplete") and not said.turn.interrupted
        cut = response.status == "cancelled"
        if voice_playing or said.over:
            said.turn = replace(said.turn, final=True, interrupted=said.turn.interrupted or cut)
            self._changed(said.turn)
        else:
            self._end(said, ended_at=_now(), interrupted=cut, voice=voice)

    def _end(self, said: Said, *, ended_at: datetime, interrupted: bool, voice: Voice | None) -> None:
        interrupted = interrupted or said.turn.interrupted
        said.turn = replace(said.turn, final=True, ended_at=said.turn.ended_at or ended_at, interrupted=interrupted)
        said.end(voice)
        self._changed(said.turn)

    def _truncate(self, event: events.ConversationItemTruncated) -> None:
        """The service knows best how much of an answer it keeps."""
        key = event.item_id, event.content_index
        said = next((each for each in self._answers.values() if key in each.parts), None)
        if said is None or said.voice is None or event.audio_end_ms is None:
            return
        sound = said.voice.parts.get(key)
        if sound is not None and int(sound.heard_ms) != event.audio_end_ms:
            heard_ms = min(float(event.audio_end_ms), sound.received_ms)
            said.parts[key].heard_as_told = None
            said.end(replace(said.voice, parts={**said.voice.parts, key: Sound(sound.received_ms, heard_ms)}))
            self._changed(said.turn)

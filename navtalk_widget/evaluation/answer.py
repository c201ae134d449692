"""One answer in a conversation: waiting for it, and how soon its parts come."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from navtalk_widget.protocol import events
from navtalk_widget.session.news import AnswerLatency, ToolCallChanged, TurnChanged
from navtalk_widget.session.session import Session
from navtalk_widget.session.talk.reply import Reply, ReplyCollector
from navtalk_widget.transcript.transcript import Transcript
from navtalk_widget.transcript.turn import Latency


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a step."""

    said: str
    """What the person said; of a recording, the words that were understood."""
    reply: Reply | None = None
    """None if there was no answer."""
    latency: Latency = field(default_factory=Latency)
    """Until its parts came."""
    answer_ms: float | None = None
    """Milliseconds from the end of what was said until all of it had come."""
    interrupted: bool = False
    """Whether it was cut short."""
    transcript: Transcript = field(default_factory=Transcript.empty)
    """Up to this answer."""
    error: str = ""
    """Why there was none."""

    @property
    def begins_ms(self) -> float | None:
        """Milliseconds until it began: until its first sound or, without a voice, its first words."""
        return self.latency.words_ms if self.latency.audio_ms is None else self.latency.audio_ms


class AnswerWatch:
    """Follows the answer to one thing that is said, from its making until `stop`.

    Args:
        session: the conversation.
        spoken: whether it is said by voice.
    """

    def __init__(self, session: Session, *, spoken: bool) -> None:
        self.begun = asyncio.Event()
        """Set when something of it can be heard."""
        self.heard_speech = False
        self.latency = Latency()
        self.answer_ms: float | None = None
        self._session = session
        self._spoken = spoken
        self._speaking = False
        self._all_said = asyncio.Event()
        self._said_before = frozenset(turn.id for turn in session.transcript)
        self._answered_before = self._said_before
        self._turn_ids: set[str] = set()
        self._running_calls: set[str] = set()
        self._collector = ReplyCollector()
        self._began = asyncio.get_running_loop().time()
        session.on("*", self.note)

    def stop(self) -> None:
        """Follow it no more."""
        self._session.off("*", self.note)

    def all_said(self) -> None:
        """The person has finished: what is written, or where the service tells nothing of speech, is to be answered."""
        if not self.heard_speech:
            self._began = asyncio.get_running_loop().time()
        self._all_said.set()

    async def spoken_reply(self) -> Reply:
        """Wait for the whole answer to what is said by voice: to the last of it, if the service heard several things.

        Raises:
            NavTalkError: the service failed or refused, or the conversation ended.
        """
        while True:
            collector = self._collector
            reply = await collector.reply()
            await self._all_said.wait()
            if collector is self._collector:
                return reply

    def note(self, event: Any) -> None:
        """Take in an event or a piece of news."""
        match event:
            case events.SpeechStarted() if self._spoken and not (self.heard_speech and self._all_said.is_set()):
                self.heard_speech = self._speaking = True
                self._restart()
            case events.SpeechStopped() if self._speaking:
                self._speaking = False
                self._restart()
            case events.ResponseCreated() if not self._running_calls:  # else what is said while a tool takes its time
                self._collector.begin(event.response.id)
            case events.AudioDelta():
                self.begun.set()
            case events.ResponseDone():
                self.answer_ms = 1000 * (asyncio.get_running_loop().time() - self._began)
            case AnswerLatency(turn_id=turn_id) if turn_id not in self._answered_before:
                self.latency = event.latency
            case TurnChanged(turn=turn) if turn.role == "avatar" and turn.id not in self._answered_before:
                self._turn_ids.add(turn.id)
            case ToolCallChanged(call_id=call_id, state="running" | "awaiting_approval"):
                self._running_calls.add(call_id)
            case ToolCallChanged(call_id=call_id):
                self._running_calls.discard(call_id)
        if self._spoken:
            self._collector.note(event)

    def was_interrupted(self, transcript: Transcript) -> bool:
        """Whether a later state of the transcript has it as cut short."""
        return any(turn.interrupted for turn in transcript if turn.id in self._turn_ids)

    def understood(self, transcript: Transcript) -> str:
        """The words of the person that were understood since, as the transcript has them."""
        heard = (turn.text for turn in transcript if turn.role == "user" and turn.id not in self._said_before)
        return " ".join(filter(None, heard))

    def _restart(self) -> None:
        """What was awaited so far is no more: the person says something, or has just said it."""
        self._collector.interrupt()
        self._collector = ReplyCollector()
        self._began = asyncio.get_running_loop().time()
        self.latency, self.answer_ms = Latency(), None
        self._answered_before = frozenset(turn.id for turn in self._session.transcript)
        self._turn_ids.clear()

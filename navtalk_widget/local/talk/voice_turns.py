"""The person's side of a spoken conversation: from what the listener hears to the events of each turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.local.speech.listening import heard
from navtalk_widget.local.speech.listening.listener import Listener
from navtalk_widget.local.speech.listening.turn_detection import SemanticVad, ServerVad, TurnDetection
from navtalk_widget.local.talk.history import History
from navtalk_widget.protocol import config as settings
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import new_id

SHORTEST_WORD_MS = 150
"""Milliseconds of voice in which nobody can say a word; over the avatar's voice they are a noise, or its echo."""


class Contest(Protocol):
    """Decides whether speech over the avatar's voice is a turn, see `Floor`."""

    @property
    def interruption_ms(self) -> int:
        """Speech that lasts so long is one, whatever is said."""

    def is_contested(self) -> bool:
        """Whether the speech that begins now may be nothing."""
        ...

    def is_nothing(self, words: str) -> bool:
        """Whether these words are no turn."""
        ...

    def take(self, began: events.SpeechStarted) -> None:
        """A turn begins; sends the event for it."""
        ...

    def keep(self) -> None:
        """It was nothing."""
        ...


@dataclass(slots=True)
class _Turn:
    """One utterance; `told` is as much of its words as the client knows.

    While nobody knows whether it is a turn at all, the client is told nothing; `began` and `stopped` wait for that.
    `voice_ms` is known when it has stopped.
    """

    item_id: str
    began: events.SpeechStarted | None = None
    stopped: events.SpeechStopped | None = None
    voice_ms: int = 0
    committed: bool = False
    told: str = ""

    @property
    def in_doubt(self) -> bool:
        return self.began is not None

    @property
    def open(self) -> bool:
        """Whether the person is still speaking."""
        return not self.committed and self.stopped is None


class VoiceTurns:
    """Turns a listener's events into a conversation's.

    Args:
        listener: of this conversation.
        history: learns what the person said, in the order in which they began to.
        send: takes the events for the client.
        floor: is told of each turn's beginning, instead of `send`.
        on_said: called with the words of each utterance when the client knows them; ``""`` if there were none, or if
            it was no turn.
    """

    def __init__(
        self,
        listener: Listener,
        history: History,
        send: Callable[[Event], None],
        *,
        floor: Contest,
        on_said: Callable[[str], None],
    ) -> None:
        self._listener = listener
        self._history = history
        self._send = send
        self._floor = floor
        self._on_said = on_said
        self._transcribes = True
        self._turns: dict[int, _Turn] = {}

    @property
    def under_way(self) -> bool:
        """Whether the person is speaking, or their words are not yet known."""
        return bool(self._turns)

    @property
    def speaking(self) -> bool:
        """Whether the person is speaking now, as far as the service finds the ends of turns by itself."""
        return any(turn.open for turn in self._turns.values())

    def configure(self, config: SessionConfig) -> None:
        """Apply a session's settings from the next sound on."""
        transcription = config.input_audio_transcription
        self._transcribes = transcription is not None
        language = (transcription.language if transcription is not None else None) or ""
        self._listener.configure(detection(config), language=language)

    async def hear(self, samples: NDArray[np.int16]) -> None:
        """Hear the next samples of any number, mono int16 at 24,000 Hz."""
        await self._listener.feed(samples)
        self._believe_what_lasts()

    async def commit(self) -> bool:
        """End the person's turn by hand; False if nothing was heard."""
        utterance = await self._listener.commit()
        if utterance is None:
            return False
        self.believe()  # who ends a turn, had one
        if utterance not in self._turns:  # push-to-talk: the listener tells of no beginning and no end
            self._commit(self._turns.setdefault(utterance, _Turn(new_id("item"))))
        return True

    def clear(self) -> None:
        """Forget what the person is saying."""
        self._listener.clear()
        self._drop_open()
        self._go_on()

    def believe(self) -> None:
        """Take for a turn what was in doubt, now that there is nothing to interrupt, or enough was said."""
        for turn in [turn for turn in self._turns.values() if turn.in_doubt]:
            began, stopped, turn.began, turn.stopped = turn.began, turn.stopped, None, None
            if began is not None:
                self._floor.take(began)
            if stopped is not None:
                self._send(stopped)
                self._commit(turn)

    async def run(self) -> None:
        """Follow the listener until it is closed."""
        async for event in self._listener:
            match event:
                case heard.SpeechStarted():
                    self._started(event)
                case heard.SpeechStopped():
                    self._stopped(event)
                case heard.PartialTranscript():
                    self._understood(event)
                case heard.FinalTranscript():
                    self._finished(event.utterance, event.text)
                case heard.RecognitionFailed():
                    self._failed(event)

    def _started(self, event: heard.SpeechStarted) -> None:
        self._drop_open()
        turn = self._turns[event.utterance] = _Turn(new_id("item"))
        turn.began = events.SpeechStarted(audio_start_ms=event.audio_start_ms, item_id=turn.item_id)
        if self._floor.is_contested():
            self._believe_what_lasts()
        else:
            self.believe()

    def _stopped(self, event: heard.SpeechStopped) -> None:
        turn = self._turns.setdefault(event.utterance, _Turn(new_id("item")))
        stopped = events.SpeechStopped(audio_end_ms=event.audio_end_ms, item_id=turn.item_id)
        if turn.in_doubt:
            turn.stopped, turn.voice_ms = stopped, self._listener.voice_ms
            return
        self._send(stopped)
        self._commit(turn)

    def _believe_what_lasts(self) -> None:
        speaking = any(turn.in_doubt and turn.open for turn in self._turns.values())
        if speaking and self._listener.voice_ms > self._floor.interruption_ms:
            self.believe()

    def _drop_open(self) -> None:
        self._turns = {utterance: turn for utterance, turn in self._turns.items() if not turn.open}

    def _go_on(self) -> None:
        if not any(turn.in_doubt for turn in self._turns.values()):
            self._floor.keep()

    def _commit(self, turn: _Turn) -> None:
        if turn.committed:
            return
        turn.committed = True
        previous = self._history.last_id
        item = self._history.begin(turn.item_id, "user", "input_audio")
        self._send(events.InputAudioBufferCommitted(item_id=turn.item_id, previous_item_id=previous))
        self._send(events.ConversationItemCreated(item=item, previous_item_id=previous))

    def _understood(self, event: heard.PartialTranscript) -> None:
        turn = self._turns.get(event.utterance)
        if turn is None:
            return
        # A first guess is often wrong, and the voice is silent anyway: one word is waited for until its end.
        if turn.in_doubt and len(event.text.split()) > 1 and not self._floor.is_nothing(event.text):
            self.believe()
        # Clients join the deltas, so words that the recogniser took back cannot be told before the end.
        if turn.in_doubt or not self._transcribes or not event.text.startswith(turn.told):
            return
        delta, turn.told = event.text[len(turn.told) :], event.text
        if delta:
            self._send(events.InputTranscriptionDelta(item_id=turn.item_id, delta=delta))

    def _finished(self, utterance: int, text: str) -> None:
        if self._was_nothing(utterance, text):
            return
        turn = self._turns.pop(utterance, None) or _Turn(new_id("item"))
        self._commit(turn)
        self._history.set_text(turn.item_id, text)
        if self._transcribes:
            self._send(events.InputTranscriptionCompleted(item_id=turn.item_id, transcript=text))
        self._on_said(text)

    def _failed(self, event: heard.RecognitionFailed) -> None:
        if self._was_nothing(event.utterance, ""):
            return
        turn = self._turns.pop(event.utterance, None) or _Turn(new_id("item"))
        self._commit(turn)
        error = {"type": "server_error", "code": "recognition_failed", "message": event.message}
        self._send(events.InputTranscriptionFailed(item_id=turn.item_id, error=error))
        self._on_said("")

    def _was_nothing(self, utterance: int, text: str) -> bool:
        turn = self._turns.get(utterance)
        if turn is None or not turn.in_doubt:
            return False
        if turn.voice_ms >= SHORTEST_WORD_MS and not self._floor.is_nothing(text):
            self.believe()
            return False
        del self._turns[utterance]
        self._go_on()
        self._on_said("")
        return True


def detection(config: SessionConfig) -> TurnDetection | None:
    """How the listener shall find the ends of turns; None for push-to-talk."""
    match config.turn_detection:
        case settings.ServerVad() as vad:
            return ServerVad(vad.threshold, vad.prefix_padding_ms, vad.silence_duration_ms)
        case settings.SemanticVad(eagerness=eagerness):
            return SemanticVad(eagerness)
    return None

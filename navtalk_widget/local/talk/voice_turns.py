"""The person's side of a spoken conversation: from what the listener hears to the events of each turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from navtalk_widget.local.speech import heard
from navtalk_widget.local.speech.listener import Listener
from navtalk_widget.local.talk.history import History
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import ServerVad, SessionConfig
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import new_id

# Our detector knows nothing of meaning; patience is what is left of eagerness.
_SILENCE_MS = {"low": 900, "medium": 600, "auto": 600, "high": 350}


@dataclass(slots=True)
class _Turn:
    """One utterance; `told` is as much of its words as the client knows."""

    item_id: str
    committed: bool = False
    told: str = ""


class VoiceTurns:
    """Turns a listener's events into a conversation's.

    Args:
        listener: of this conversation.
        history: learns what the person said, in the order in which they began to.
        send: takes the events for the client.
        on_began: called, instead of `send`, with the event for each beginning of speech.
        on_said: called with the words of each utterance when the client knows them; ``""`` if there were none.
    """

    def __init__(
        self,
        listener: Listener,
        history: History,
        send: Callable[[Event], None],
        *,
        on_began: Callable[[events.SpeechStarted], None],
        on_said: Callable[[str], None],
    ) -> None:
        self._listener = listener
        self._history = history
        self._send = send
        self._on_began = on_began
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
        return any(not turn.committed for turn in self._turns.values())

    def configure(self, config: SessionConfig) -> None:
        """Apply a session's settings from the next sound on."""
        self._transcribes = config.input_audio_transcription is not None
        self._listener.configure(detection(config))

    async def commit(self) -> bool:
        """End the person's turn by hand; False if nothing was heard."""
        utterance = await self._listener.commit()
        if utterance is None:
            return False
        if utterance not in self._turns:  # push-to-talk: the listener tells of no beginning and no end
            self._commit(self._turns.setdefault(utterance, _Turn(new_id("item"))))
        return True

    def clear(self) -> None:
        """Forget what the person is saying."""
        self._listener.clear()
        self._drop_uncommitted()

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
        self._drop_uncommitted()
        turn = self._turns[event.utterance] = _Turn(new_id("item"))
        self._on_began(events.SpeechStarted(audio_start_ms=event.audio_start_ms, item_id=turn.item_id))

    def _stopped(self, event: heard.SpeechStopped) -> None:
        turn = self._turns.setdefault(event.utterance, _Turn(new_id("item")))
        self._send(events.SpeechStopped(audio_end_ms=event.audio_end_ms, item_id=turn.item_id))
        self._commit(turn)

    def _drop_uncommitted(self) -> None:
        self._turns = {utterance: turn for utterance, turn in self._turns.items() if turn.committed}

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
        # Clients join the deltas, so words that the recogniser took back cannot be told before the end.
        if turn is None or not self._transcribes or not event.text.startswith(turn.told):
            return
        delta, turn.told = event.text[len(turn.told) :], event.text
        if delta:
            self._send(events.InputTranscriptionDelta(item_id=turn.item_id, delta=delta))

    def _finished(self, utterance: int, text: str) -> None:
        turn = self._turns.pop(utterance, None) or _Turn(new_id("item"))
        self._commit(turn)
        self._history.set_text(turn.item_id, text)
        if self._transcribes:
            self._send(events.InputTranscriptionCompleted(item_id=turn.item_id, transcript=text))
        self._on_said(text)

    def _failed(self, event: heard.RecognitionFailed) -> None:
        turn = self._turns.pop(event.utterance, None) or _Turn(new_id("item"))
        self._commit(turn)
        error = {"type": "server_error", "code": "recognition_failed", "message": event.message}
        self._send(events.InputTranscriptionFailed(item_id=turn.item_id, error=error))
        self._on_said("")


def detection(config: SessionConfig) -> ServerVad | None:
    """How the listener shall find the ends of turns; None for push-to-talk."""
    chosen = config.turn_detection
    if chosen is None or isinstance(chosen, ServerVad):
        return chosen
    return ServerVad(silence_duration_ms=_SILENCE_MS[chosen.eagerness])

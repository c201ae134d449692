"""Who may speak: whether what the person says over the avatar's voice takes the floor from it."""

from __future__ import annotations

from collections.abc import Callable

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.speech.listening.backchannels import is_backchannel, is_own_speech
from navtalk_widget.local.talk.answering import Answering
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.protocol.events import Event

ENDING_S = 0.5
"""Seconds of voice so near the end of an answer that whoever speaks takes their turn."""

QUESTION_S = 1.2
"""The same where the answer ends with a question, which a "yes" answers."""

OWN_WORDS_S = 6.0
"""How far back the avatar's own words are looked for in what its microphone heard."""


class Floor:
    """Holds the avatar's voice while it is not clear whether the person wants to speak, and then gives it up or not.

    Args:
        playout: plays the voice.
        answering: gives the answers.
        send: takes the events for the client.
        config: the settings in force.
        interruption_ms: speech that is shorter, and no more than a cough or an "mhm", is passed over; 0 for none.
    """

    def __init__(
        self,
        playout: Playout,
        answering: Answering,
        send: Callable[[Event], None],
        *,
        config: Callable[[], SessionConfig],
        interruption_ms: int,
    ) -> None:
        self._playout = playout
        self._answering = answering
        self._send = send
        self._config = config
        self.interruption_ms = interruption_ms

    def is_contested(self) -> bool:
        """Whether the avatar's turn is not to end for the speech that begins now: it is only silent for the moment."""
        if not self._interrupts or not self.interruption_ms:
            return False
        if not self._playout.held:
            if self._answering.active is None and self._playout.seconds_left < self._ending_s:
                return False
            self._playout.hold()
        return True

    def take(self, began: events.SpeechStarted) -> None:
        """The person speaks."""
        interrupts = self._interrupts
        if interrupts:
            self._playout.flush()  # before anything else: the voice is still going out
        else:
            self._playout.resume()
        self._send(began)
        if interrupts:
            self._answering.interrupt()

    def keep(self) -> None:
        """The person said nothing; the avatar goes on."""
        self._playout.resume()

    def is_nothing(self, words: str) -> bool:
        """Whether words over the avatar's voice are no reason for it to stop."""
        now = self._playout.position
        own = self._playout.texts_between(now - round(OWN_WORDS_S * SAMPLE_RATE), now)
        return is_backchannel(words, self._language) or is_own_speech(words, " ".join(each.text for each in own))

    @property
    def _interrupts(self) -> bool:
        detection = self._config().turn_detection
        return detection is not None and detection.interrupt_response

    @property
    def _language(self) -> str:
        transcription = self._config().input_audio_transcription
        return (transcription.language if transcription is not None else None) or ""

    @property
    def _ending_s(self) -> float:
        ends_at = self._playout.ends_at
        last = self._playout.texts_between(ends_at - SAMPLE_RATE, ends_at)
        return QUESTION_S if last and last[-1].text.rstrip().endswith(("?", "？")) else ENDING_S

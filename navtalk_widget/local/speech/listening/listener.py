"""Following one person's microphone: when they speak, and what they say."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.recognizer import Recognizer
from navtalk_widget.local.speech.listening.heard import (
    FinalTranscript,
    Heard,
    PartialTranscript,
    RecognitionFailed,
    SpeechStarted,
    SpeechStopped,
)
from navtalk_widget.local.speech.listening.transcriber import Transcriber
from navtalk_widget.local.speech.listening.turn_detection import SemanticVad, ServerVad, TurnDetection
from navtalk_widget.local.speech.listening.vad import VoiceActivity, VoiceStarted, VoiceStopped

__all__ = [
    "FinalTranscript",
    "Heard",
    "Listener",
    "PartialTranscript",
    "RecognitionFailed",
    "SemanticVad",
    "ServerVad",
    "SpeechStarted",
    "SpeechStopped",
    "TurnDetection",
]

LONGEST_UTTERANCE_S = 60.0
"""Seconds after which an utterance is ended though the person speaks on."""

STALL_S = 1.5
"""Seconds without any sound, in an utterance, that count as silence: a muted microphone sends none."""

MOST_UNREAD = 256
"""Events nobody has read, beyond which sound is ignored; a partial transcript replaces the one before it."""

WITHHELD_AFTER_MS = 320
"""Milliseconds of silence in an utterance after which its sound waits: if the turn ends, nobody need recognise it, and
if the person goes on, the recogniser catches up."""

_SLICE = SAMPLE_RATE // 25
_EARLIER_S = 0.3  # kept besides the prefix padding: speech is noticed after its first chunks, and resampled
_LONGEST_PREFIX_MS = 5_000


_USUAL = ServerVad()


class Listener:
    """Hears one conversation's microphone; iterate over it for what is heard.

    With turn detection, each utterance gives `SpeechStarted`, any number of `PartialTranscript`, `SpeechStopped`, and
    then `FinalTranscript` or `RecognitionFailed`; the next utterance may begin before that last one. Without
    (push to talk), sound is gathered until `commit`, and there is no `SpeechStarted` nor `SpeechStopped`.

    It is made, fed and read on one event loop, and fed by one task at a time.

    Args:
        recognizer: shared with other conversations.
        turn_detection: how turns are found; ``None`` is push to talk.
        is_person: asked whether the latest sound is the person's, where it seems to be voice.

    Raises:
        RecognitionError: if the voice activity detector is not installed.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        turn_detection: TurnDetection | None = _USUAL,
        *,
        is_person: Callable[[], bool] = lambda: True,
    ) -> None:
        self._events: deque[Heard] = deque()
        self._arrived = asyncio.Event()
        self._closed = False
        self._vad: VoiceActivity | None = None
        self._received = 0  # samples of microphone time
        self._vad_origin = 0  # samples at which the detector began
        self._recent: deque[NDArray[np.int16]] = deque()
        self._recent_size = 0
        self._utterances = 0
        self._open_since: int | None = None  # samples at which the open utterance began
        self._withheld: list[NDArray[np.int16]] = []
        self._words = ""  # of the open utterance, so far
        self._language = ""
        self._is_person = is_person
        self._stall: asyncio.TimerHandle | None = None
        self._transcriber = Transcriber(recognizer, self._put)
        self._transcriber.task.add_done_callback(lambda _: self._arrived.set())
        self._detection: TurnDetection | None = None
        self.configure(turn_detection)

    @property
    def voice_ms(self) -> int:
        """Milliseconds from the first voice to the last, so far, of the latest utterance; 0 for push to talk."""
        return 0 if self._vad is None else self._vad.voice_ms

    @property
    def hears_voice(self) -> bool:
        """Whether somebody speaks, or has just begun to make a sound that may be speech; False for push to talk."""
        return self._vad is not None and self._vad.hears_voice

    def configure(self, turn_detection: TurnDetection | None, *, language: str = "") -> None:
        """Change how turns are found; ``None`` is push to talk. Changing between the two ends an open utterance.

        Args:
            turn_detection: how turns are found.
            language: that the person speaks, from the next utterance on, see `Recognizer.start`.
        """
        self._language = language
        if (turn_detection is None) != (self._vad is None):
            self._end_utterance()
        self._detection = turn_detection
        if turn_detection is None:
            self._vad = None
            return
        settings = (
            turn_detection.threshold,
            min(turn_detection.prefix_padding_ms, _LONGEST_PREFIX_MS),
            turn_detection.silence_after(self._words, language),
        )
        if self._vad is None:
            self._vad = VoiceActivity(*settings, is_voice=self._is_person)
            self._vad_origin = self._received
        else:
            self._vad.configure(*settings)

    async def feed(self, samples: NDArray[np.int16]) -> None:
        """Hear the next samples of any number, mono int16 at 24,000 Hz."""
        if len(self._events) >= MOST_UNREAD:
            return
        for start in range(0, samples.size, _SLICE):
            if self._closed:
                return
            self._hear(samples[start : start + _SLICE].copy())
            await asyncio.sleep(0)  # a long block must not keep others waiting
        self._watch_for_stall()

    async def commit(self) -> int | None:
        """End the turn by hand.

        Returns:
            The number of the utterance whose final transcript follows, or ``None`` if nothing was heard.
        """
        return self._end_utterance()

    def clear(self) -> None:
        """Forget the sound of the open utterance: there will be no transcript of it."""
        self._forget_recent()
        if self._open_since is not None:
            self._open_since = None
            self._withheld.clear()
            self._transcriber.abandon()
            self._events = deque(event for event in self._events if event.utterance != self._utterances)
        if self._vad is not None:
            # Even its model remembers: the voice that is forgotten would be heard on for a moment.
            self._vad = None
            self.configure(self._detection, language=self._language)

    async def close(self) -> None:
        """Stop hearing; the iteration ends. May be called in mid-utterance and more than once."""
        if self._closed:
            return
        self._closed = True
        if self._stall is not None:
            self._stall.cancel()
        await self._transcriber.close()
        self._arrived.set()

    def __aiter__(self) -> Listener:
        return self

    async def __anext__(self) -> Heard:
        while not self._events:
            if self._closed:
                raise StopAsyncIteration
            if self._transcriber.task.done():
                self._transcriber.task.result()  # a fault of the recogniser must be heard of
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        return self._events.popleft()

    def _hear(self, samples: NDArray[np.int16]) -> None:
        self._received += samples.size
        if self._vad is None:
            if self._open_since is None:
                self._begin_utterance(self._received - samples.size)
            self._transcriber.add(samples)
            return
        self._remember(samples)
        if self._open_since is not None:
            self._withheld.append(samples)
        for event in self._vad.feed(samples):
            self._notice(event)
        if self._vad.silent_ms < WITHHELD_AFTER_MS:
            self._release()
        if self._open_since is not None and self._received - self._open_since > LONGEST_UTTERANCE_S * SAMPLE_RATE:
            self._end_utterance()

    def _notice(self, event: VoiceStarted | VoiceStopped) -> None:
        at_ms = event.at_ms + self._vad_origin * 1000 // SAMPLE_RATE
        if isinstance(event, VoiceStopped):
            self._stop_speech(at_ms)
            return
        first = self._vad_origin + event.at_ms * SAMPLE_RATE // 1000
        oldest = self._received - self._recent_size
        sound = np.concatenate(tuple(self._recent))[max(0, first - oldest) :]
        self._begin_utterance(max(first, oldest))
        self._put(SpeechStarted(self._utterances, at_ms))
        self._transcriber.add(sound)
        self._withheld.clear()

    def _begin_utterance(self, position: int) -> None:
        self._utterances += 1
        self._open_since = position
        self._words = ""
        self._transcriber.begin(self._utterances, self._language)
        self._be_patient()

    def _release(self) -> None:
        """Give the recogniser the sound that was kept back for a silence that may have been the end."""
        withheld, self._withheld = self._withheld, []
        if self._open_since is not None:
            for samples in withheld:
                self._transcriber.add(samples)

    def _be_patient(self) -> None:
        """Wait for the end of the turn as long as its words so far demand."""
        if self._vad is not None and self._detection is not None:
            self._vad.silence_ms = self._detection.silence_after(self._words, self._language)

    def _stop_speech(self, at_ms: int) -> None:
        self._open_since = None
        self._withheld.clear()
        self._put(SpeechStopped(self._utterances, at_ms))
        self._transcriber.end()

    def _end_utterance(self) -> int | None:
        if self._open_since is None:
            return None
        if self._vad is None:
            self._open_since = None
            self._transcriber.end()
            return self._utterances
        stopped = self._vad.end_speech()
        self._release()  # ended by hand or by force: it may be more than silence
        self._forget_recent()
        if stopped is not None:
            self._notice(stopped)
        return self._utterances

    def _watch_for_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
        if self._vad is not None and self._detection is not None and self._open_since is not None and not self._closed:
            wait_s = max(STALL_S, self._detection.silence_after(self._words, self._language) / 1000)
            self._stall = asyncio.get_running_loop().call_later(wait_s, self._end_utterance)

    def _remember(self, samples: NDArray[np.int16]) -> None:
        prefix_ms = self._detection.prefix_padding_ms if self._detection is not None else 0
        kept = round((min(prefix_ms, _LONGEST_PREFIX_MS) / 1000 + _EARLIER_S) * SAMPLE_RATE)
        self._recent.append(samples)
        self._recent_size += samples.size
        while self._recent_size - self._recent[0].size >= kept:
            self._recent_size -= self._recent.popleft().size

    def _forget_recent(self) -> None:
        self._recent.clear()
        self._recent_size = 0

    def _put(self, event: Heard) -> None:
        if isinstance(event, PartialTranscript) and event.utterance == self._utterances:
            self._words = event.text
            self._be_patient()
        if isinstance(event, PartialTranscript) and self._events:
            latest = self._events[-1]
            if isinstance(latest, PartialTranscript) and latest.utterance == event.utterance:
                self._events.pop()
        self._events.append(event)
        self._arrived.set()

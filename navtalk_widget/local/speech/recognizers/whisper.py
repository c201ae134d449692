"""Recognition by Whisper, through faster-whisper: in some hundred languages, and as good as its model is large."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import to_float32
from navtalk_widget.engines.recognizer import RECOGNITION_RATE, Recognition, RecognitionError
from navtalk_widget.local.speech.recognizers.whisper_model import require_whisper

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

PARTIAL_S = 1.0
"""Seconds of new speech after which the words so far are looked for again, if the machine is quick enough."""

PATIENCE = 2.0
"""Partial words are looked for no more often than this many times as long as it took last."""

PAUSE_S = 0.2
"""Seconds of quiet after which the words are looked for as if the utterance were over, which it probably is."""

WAIT_S = 15.0
"""Seconds that the end of an utterance waits for those of other people."""

SHORTEST_S = 0.2
"""Less sound has no word in it, but Whisper would make one up."""

LONGEST_S = 65.0
"""Seconds of an utterance that are kept; the oldest are dropped beyond. The service ends utterances after 60 s."""

_WINDOW_S = 30.0
_QUIET = 0.05  # of the loudest moment so far; a voice that soft is not understood anyway

# Words that Whisper makes up of silence and noise: unlikely ones where it also doubts that anybody spoke, and loops.
_NO_SPEECH = 0.6
_UNLIKELY = -0.7
_REPETITIVE = 2.4

_TOKENS_PER_S = 20  # of a script that is written byte by byte; English has five
_MOST_TOKENS = 440


class WhisperRecognizer:
    """A `Recognizer` whose one model serves all conversations, one decoding at a time: each of them uses all cores.

    Args:
        model: is shared by nobody else.
    """

    def __init__(self, model: WhisperModel) -> None:
        self._model = model
        self._languages = frozenset(model.supported_languages)
        self._turn = threading.Lock()

    def start(self, after: Recognition | None = None, *, language: str = "") -> Recognition:
        """Begin an utterance; see `Recognizer`."""
        code = language.strip().lower().replace("_", "-").partition("-")[0]
        return _WhisperRecognition(self, code if code in self._languages else None)

    def _words_so_far(self, utterance: _WhisperRecognition, *, is_final: bool) -> str | None:
        """The words of an utterance that goes on, or None if somebody else's are being looked for."""
        if not self._turn.acquire(blocking=False):
            return None
        try:
            return self._decode(utterance, is_final=is_final)
        finally:
            self._turn.release()

    def _words(self, utterance: _WhisperRecognition) -> str:
        if not self._turn.acquire(timeout=WAIT_S):
            raise RecognitionError(
                f"Others speak too, and the recogniser did not become free within {WAIT_S:g} s.",
                hint="Say it again in a moment, or choose a smaller model.",
            )
        try:
            return self._decode(utterance, is_final=True)
        finally:
            self._turn.release()

    def _decode(self, utterance: _WhisperRecognition, *, is_final: bool) -> str:
        samples = utterance.samples()
        seconds = samples.size / RECOGNITION_RATE
        if seconds < SHORTEST_S or not samples.any():
            return ""
        try:
            segments, _ = self._model.transcribe(
                to_float32(samples),
                language=utterance.language,
                beam_size=5 if is_final else 1,
                # A loop is cured by a second try at a higher temperature, for which partial words have no time.
                temperature=[0.0, 0.4] if is_final else [0.0],
                condition_on_previous_text=False,
                without_timestamps=seconds <= _WINDOW_S,
                max_new_tokens=min(_MOST_TOKENS, 20 + round(_TOKENS_PER_S * seconds)),
                vad_filter=False,
            )
            words = []
            for segment in segments:
                if utterance.abandoned:
                    return ""
                doubtful = segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _UNLIKELY
                if not doubtful and segment.compression_ratio <= _REPETITIVE:
                    words.append(segment.text.strip())
        except (RuntimeError, ValueError) as error:  # CTranslate2's own are RuntimeErrors
            raise RecognitionError(f"Whisper failed on an utterance: {error}.") from error
        return " ".join(" ".join(words).split())


class _WhisperRecognition:
    """One utterance.

    Attributes:
        language: that is spoken; None for whichever it sounds like.
        abandoned: whether nobody wants its words any more. Any thread may set it.
    """

    def __init__(self, recognizer: WhisperRecognizer, language: str | None) -> None:
        self.language = language
        self.abandoned = False
        self._recognizer = recognizer
        self._pcm = np.zeros(0, dtype=np.int16)
        self._latest = ""
        self._undecoded_s = 0.0
        self._cost_s = 0.0
        self._loudest = 0.0
        self._quiet_s = 0.0
        self._settled: str | None = None  # the words, if nothing but quiet came after they were looked for

    def samples(self) -> NDArray[np.int16]:
        return self._pcm

    def feed(self, samples: NDArray[np.int16]) -> str:
        if self.abandoned or not samples.size:
            return self._latest
        self._pcm = np.concatenate((self._pcm, samples))[-round(LONGEST_S * RECOGNITION_RATE) :]
        seconds = samples.size / RECOGNITION_RATE
        level = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
        self._loudest = max(self._loudest, level)
        self._undecoded_s += seconds
        if level > _QUIET * self._loudest:
            self._quiet_s, self._settled = 0.0, None
        else:
            self._quiet_s += seconds
        if self._quiet_s >= PAUSE_S:
            if self._settled is None:
                self._settled = self._look(is_final=True)
        elif not self._quiet_s and self._undecoded_s >= max(PARTIAL_S, PATIENCE * self._cost_s):
            self._look(is_final=False)
        return self._latest

    def _look(self, *, is_final: bool) -> str | None:
        began = time.monotonic()
        words = self._recognizer._words_so_far(self, is_final=is_final)
        if words is not None:
            self._latest, self._undecoded_s, self._cost_s = words, 0.0, time.monotonic() - began
        return words

    def finish(self) -> str:
        words = self._settled
        if words is None:
            words = "" if self.abandoned else self._recognizer._words(self)
        self.abandon()
        return words

    def abandon(self) -> None:
        self.abandoned = True
        self._latest, self._settled = "", None
        self._pcm = self._pcm[:0]


def load_whisper(folder: Path, *, device: str = "auto", compute_type: str = "default") -> WhisperRecognizer:
    """Load a model and try it; this takes seconds, and as much memory as the model is large.

    Args:
        folder: that has the model, in the format of CTranslate2.
        device: ``"cpu"``, ``"cuda"``, or ``"auto"`` for a graphics card that works, else the processor.
        compute_type: of CTranslate2; ``"default"`` is ``"int8"`` on the processor, which halves time and memory.

    Raises:
        MissingExtraError: if faster-whisper is not installed.
        RecognitionError: if the model cannot be loaded.
    """
    require_whisper()
    import ctranslate2
    from faster_whisper import WhisperModel

    has_cuda = device == "auto" and ctranslate2.get_cuda_device_count() > 0
    devices = ["cuda", "cpu"] if has_cuda else ["cpu" if device == "auto" else device]
    for each in devices:
        kind = "int8" if compute_type == "default" and each == "cpu" else compute_type
        try:
            model = WhisperModel(str(folder), device=each, compute_type=kind)
            # The libraries of a graphics card are looked for at the first decoding.
            next(
                iter(model.transcribe(np.zeros(RECOGNITION_RATE, np.float32), language="en", max_new_tokens=1)[0]), None
            )
            return WhisperRecognizer(model)
        except (RuntimeError, ValueError, OSError) as error:
            if each == devices[-1]:
                raise RecognitionError(
                    f"The Whisper model in {folder} cannot be loaded: {error}.",
                    hint='Choose device="cpu", or another model.',
                ) from error
    raise AssertionError("a device was tried")

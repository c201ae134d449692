"""Speech by Piper: neural, on the processor, quicker than speech; each voice is a file and speaks one language."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.engines.synthesizer import SynthesisError, Synthesizer
from navtalk_widget.engines.synthesizer_function import from_callable
from navtalk_widget.errors import MissingExtraError
from navtalk_widget.local.speech.synthesizers.clausewise import Clausewise
from navtalk_widget.local.speech.synthesizers.espeak import EspeakSynthesizer
from navtalk_widget.local.speech.synthesizers.text_language import language_of

if TYPE_CHECKING:
    from piper import PiperVoice

VOLUME = 0.5
"""Of full scale, the peak of each clause: about as loud as eSpeak's voices."""

_SILENT = frozenset("^$_ .,;:!?¡¿—…\"'«»“”()-")
_STRESS = frozenset("ˈˌ")
_MARKS = frozenset("ːˑʲʰʷ\u0303\u0329\u032f")


def piper_is_installed() -> bool:
    """Whether Piper can be imported."""
    return importlib.util.find_spec("piper") is not None


def require_piper() -> None:
    """Do nothing if Piper can be imported.

    Raises:
        MissingExtraError: if it cannot.
    """
    if not piper_is_installed():
        raise MissingExtraError("Piper is not installed.", hint="Install it with: pip install 'navtalk-widget[piper]'")


class PiperSynthesizer:
    """A `Synthesizer` with one voice of Piper; languages that it does not speak are left to eSpeak NG.

    Args:
        voice: is shared by all conversations.
    """

    def __init__(self, voice: PiperVoice) -> None:
        name = voice.config.espeak_voice.partition("-")[0]
        self._language = "zh" if name == "cmn" else name
        self._own = Clausewise(from_callable(_Function(voice)))
        self._other = EspeakSynthesizer()

    def synthesize(self, text: str, *, voice: str, language: str) -> Iterator[SpokenPiece]:
        """Speak ``text`` clause by clause; see `Synthesizer`. All names of voices are this one voice."""
        # English is also what is told where nobody said anything; then the voice is, whose language somebody chose.
        told = "" if language.strip().lower()[:2] == "en" else language
        read_in = language_of(text, told).strip().lower().replace("_", "-")
        if read_in.partition("-")[0] in ("", self._language):
            yield from self._own.synthesize(text, voice=voice, language=language)
        else:
            yield from self._other.synthesize(text, voice=voice, language=read_in)


class _Function:
    def __init__(self, voice: PiperVoice) -> None:
        self._voice = voice
        self._turn = threading.Lock()  # one clause at a time: each uses all cores

    def __call__(self, text: str, voice: str, language: str) -> tuple[Any, int, Any]:
        from piper import SynthesisConfig

        try:
            with self._turn:
                chunks = list(self._voice.synthesize(text, SynthesisConfig(volume=VOLUME), include_alignments=True))
        except Exception as error:  # those of ONNX Runtime have no class in common
            raise SynthesisError(f"Piper could not speak a text: {error}.", hint="Choose another voice.") from error
        if not chunks:
            return None, self._voice.config.sample_rate, None
        rate = chunks[0].sample_rate
        phonemes: list[tuple[str, float, float]] = []
        samples = 0
        for chunk in chunks:
            if chunk.phoneme_alignments is None:
                return np.concatenate([each.audio_float_array for each in chunks]), rate, None
            at = samples
            for each in chunk.phoneme_alignments:
                if each.phoneme not in _SILENT:
                    _add(phonemes, each.phoneme, at / rate, (at + int(each.num_samples)) / rate)
                at += int(each.num_samples)
            samples += chunk.audio_float_array.size
        return np.concatenate([each.audio_float_array for each in chunks]), rate, phonemes


def _add(phonemes: list[tuple[str, float, float]], symbol: str, start_s: float, end_s: float) -> None:
    """Add a sound; a mark of length or articulation belongs to the sound before it, and one of stress to none."""
    if symbol in _STRESS:
        return
    if symbol in _MARKS and phonemes:
        last, began_s, _ = phonemes.pop()
        phonemes.append((last + symbol if symbol == "ː" else last, began_s, end_s))
    else:
        phonemes.append((symbol, start_s, end_s))


def load_piper(file: Path) -> Synthesizer:
    """Load a voice.

    Args:
        file: its ``.onnx`` file, with its ``.onnx.json`` beside it.

    Raises:
        MissingExtraError: if Piper is not installed.
        SynthesisError: if the voice cannot be loaded.
    """
    require_piper()
    from piper import PiperVoice

    try:
        voice = PiperVoice.load(file, include_alignments=importlib.util.find_spec("onnx") is not None)
    except Exception as error:  # those of ONNX Runtime and of ONNX have no class in common
        raise SynthesisError(f"The voice {file} cannot be loaded: {error}.", hint="Choose another voice.") from error
    return PiperSynthesizer(voice)

"""Speech by Kokoro: neural, on the processor, with fifty voices in nine languages from one model."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.engines.synthesizer import SynthesisError, Synthesizer
from navtalk_widget.engines.synthesizer_function import from_callable
from navtalk_widget.errors import ConfigurationError, MissingExtraError
from navtalk_widget.local.speech.synthesizers.clausewise import Clausewise
from navtalk_widget.local.speech.synthesizers.espeak import EspeakSynthesizer
from navtalk_widget.local.speech.synthesizers.text_language import language_of
from navtalk_widget.local.speech.synthesizers.voices import is_female

if TYPE_CHECKING:
    from kokoro_onnx import Kokoro

KOKORO_MODEL, KOKORO_VOICES = "kokoro-v1.0.onnx", "voices-v1.0.bin"
"""The names of the files as they are published."""

# The first letter of a voice's name is its language: that of the phonemes, and the one that is asked for.
_LANGUAGES = {
    "a": ("en-us", "en"),
    "b": ("en-gb", "en"),
    "e": ("es", "es"),
    "f": ("fr-fr", "fr"),
    "h": ("hi", "hi"),
    "i": ("it", "it"),
    "j": ("ja", "ja"),
    "p": ("pt-br", "pt"),
    "z": ("cmn", "zh"),
}
_BEST = ("af_heart", "am_michael", "bf_emma", "bm_george")
_NO_SOUND = frozenset(' ˈˌ.,;:!?—…"“”()↓→↗↘')
_MARKS = frozenset("ːʰʲʷ\u0303")


def kokoro_is_installed() -> bool:
    """Whether Kokoro can be imported."""
    return importlib.util.find_spec("kokoro_onnx") is not None


class KokoroSynthesizer:
    """A `Synthesizer` with the voices of Kokoro; languages that none of them speaks are left to eSpeak NG.

    Args:
        kokoro: is shared by all conversations.
        voice: one of its voices; None for one that suits the session's.
    """

    def __init__(self, kokoro: Kokoro, voice: str | None = None) -> None:
        self._kokoro = kokoro
        self._voice = voice
        self._turn = threading.Lock()  # one clause at a time: each uses all cores
        self._own = Clausewise(from_callable(self._say))
        self._other = EspeakSynthesizer()

    def synthesize(self, text: str, *, voice: str, language: str) -> Iterator[SpokenPiece]:
        """Speak ``text`` clause by clause; see `Synthesizer`."""
        language = language_of(text, language)
        speaks = suitable_voice(self._voice or voice, language, self._kokoro.get_voices()) is not None
        speaker: Synthesizer = self._own if speaks else self._other
        yield from speaker.synthesize(text, voice=voice, language=language)

    def _say(self, text: str, voice: str, language: str) -> tuple[Any, int, Any]:
        name = suitable_voice(self._voice or voice, language, self._kokoro.get_voices()) or ""
        try:
            with self._turn:
                samples, rate, timings = self._kokoro.create_timed(
                    text, name, lang=_LANGUAGES[name[0]][0], sentence_pause=0.0, clause_pause=0.0
                )
        except Exception as error:  # those of ONNX Runtime have no class in common
            raise SynthesisError(f"Kokoro could not speak a text: {error}.", hint="Choose another voice.") from error
        phonemes: list[tuple[str, float, float]] = []
        for each in timings:
            if each.phoneme in _MARKS and phonemes:
                symbol, start_s, _ = phonemes.pop()
                phonemes.append((symbol + each.phoneme if each.phoneme == "ː" else symbol, start_s, each.end))
            elif each.phoneme not in _NO_SOUND:
                phonemes.append((each.phoneme, each.start, each.end))
        return samples, rate, phonemes


def suitable_voice(wanted: str, language: str, voices: Collection[str]) -> str | None:
    """The voice of Kokoro that comes nearest to a name in a language; None if nobody speaks it.

    Args:
        wanted: one of Kokoro's names, such as ``"bf_emma"``, or another, such as ``"alloy"``.
        language: such as ``"en"``, ``"en-gb"``; ``""`` for any.
        voices: Kokoro's.
    """
    name = wanted.strip().lower()
    asked = language.strip().lower().replace("_", "-")
    base = asked.partition("-")[0] or "en"
    speakers = sorted(each for each in voices if _LANGUAGES.get(each[:1], ("", ""))[1] == base)
    if base == "en":
        british = [each for each in speakers if each.startswith("b")]
        speakers = british if asked == "en-gb" and british else speakers
    gender = "f" if is_female(name) else "m"

    def closeness(voice: str) -> tuple[bool, ...]:
        return voice == name, voice.partition("_")[2] == name, voice[1:2] == gender, voice in _BEST

    return max(speakers, key=closeness, default=None)


def load_kokoro(model: str, voices: str, voice: str | None = None) -> Synthesizer:
    """Load Kokoro.

    Args:
        model: its ``.onnx`` file.
        voices: the file of its voices.
        voice: one of these; None for one that suits the session's.

    Raises:
        MissingExtraError: if Kokoro is not installed.
        ConfigurationError: if a file is not there, or has no such voice.
        SynthesisError: if a file cannot be loaded.
    """
    if not kokoro_is_installed():
        hint = "Install it with: pip install 'navtalk-widget[kokoro]'"
        raise MissingExtraError("Kokoro is not installed.", hint=hint)
    for file in (model, voices):
        if not Path(file).expanduser().is_file():
            hint = f"Fetch {KOKORO_MODEL} and {KOKORO_VOICES} from github.com/thewh1teagle/kokoro-onnx/releases."
            raise ConfigurationError(f"There is no file {file}.", hint=hint)
    from kokoro_onnx import Kokoro

    try:
        kokoro = Kokoro(str(Path(model).expanduser()), str(Path(voices).expanduser()))
    except Exception as error:  # those of ONNX Runtime have no class in common
        raise SynthesisError(f"Kokoro cannot be loaded: {error}.", hint="Fetch its files again.") from error
    names = kokoro.get_voices()
    if voice is not None and voice not in names:
        raise ConfigurationError(f"Kokoro has no voice {voice!r}.", hint=f"It has {', '.join(names)}.")
    return KokoroSynthesizer(kokoro, voice)

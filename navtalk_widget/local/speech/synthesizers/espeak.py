"""Speech by eSpeak NG: small, quick, in many languages, and exact about when each sound is made."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, level_db, to_float32, to_int16
from navtalk_widget.audio.resample import resample
from navtalk_widget.engines.spoken import Phoneme, SpokenPiece, Word
from navtalk_widget.local.speech.synthesizers.clauses import Clause, split_clauses
from navtalk_widget.local.speech.synthesizers.espeak_library import RawSpeech, load_espeak
from navtalk_widget.local.speech.synthesizers.phonemes import timed_phonemes
from navtalk_widget.local.speech.synthesizers.text_language import language_of
from navtalk_widget.local.speech.synthesizers.voices import VoiceSettings, voice_settings

LOUDNESS_DB = -20.0
"""RMS relative to full scale while a voice speaks, the same for all voices."""

_HIGHEST_PEAK = 0.89
_AUDIBLE = 60  # of 32768: quieter than this is the tail of a filter, not a sound of speech
_LEAD_S, _TAIL_S = 0.010, 0.025
_FADE_S = 0.005
_UNSPOKEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Me", "Sk", "So", "Zl", "Zp"})
_NAMED = frozenset({"Sc", "Sm"})  # a sum of money or a formula may have no letter and no digit, and still a sound

_REFERENCE_TEXT = "The five boxing wizards jump quickly, and nobody minds"


class EspeakSynthesizer:
    """A `Synthesizer` that speaks by eSpeak NG.

    The engine is locked for one clause at a time, so several conversations take turns at the speed of clauses.
    """

    def synthesize(self, text: str, *, voice: str, language: str) -> Iterator[SpokenPiece]:
        """Speak ``text`` clause by clause; see `Synthesizer`."""
        settings = voice_settings(voice)
        language = language_of(text, language)
        for clause in split_clauses(text):
            yield _piece(clause, settings, language)


def _piece(clause: Clause, settings: VoiceSettings, language: str) -> SpokenPiece:
    words = pronounceable(clause.text)
    pause = np.zeros(max(1, round(clause.pause_s * SAMPLE_RATE)), dtype=np.int16)
    raw = load_espeak().speak(words, settings, language) if words else None
    span = _audible_span(raw) if raw is not None else None
    if raw is None or span is None:
        return SpokenPiece(clause.text, pause, (Phoneme("", 0.0, pause.size / SAMPLE_RATE),), ())
    first, last = span
    speech = _with_soft_ends(_levelled(resample(raw.pcm[first:last], raw.rate, SAMPLE_RATE), _gain(settings)))
    pcm = np.concatenate((speech, pause))
    return SpokenPiece(
        clause.text,
        pcm,
        timed_phonemes(raw, first, last, pcm.size / SAMPLE_RATE),
        _timed_words(words, raw, first),
    )


def _timed_words(text: str, raw: RawSpeech, first: int) -> tuple[Word, ...]:
    """One word per written word: eSpeak reports several for a number, each with a torn text."""
    times: dict[tuple[int, str], float] = {}
    for start, length, sample in raw.words:
        written = next((match for match in re.finditer(r"\S+", text) if match.start() <= start < match.end()), None)
        if written is None:
            continue
        is_spaced = written[0] < "\u2e80"  # scripts above, such as Chinese, have no spaces between words
        key = (written.start(), written[0]) if is_spaced else (start, text[start : start + length])
        times.setdefault(key, max(0, sample - first) / raw.rate)
    return tuple(Word(word, start_s) for (_, word), start_s in times.items())


def pronounceable(text: str) -> str:
    """The text without what would be read out as the name of a sign: emoji, control characters, Markdown marks."""
    kept = "".join(
        character if character == "°" or unicodedata.category(character) not in _UNSPOKEN else " " for character in text
    )
    kept = re.sub(r"^#+\s|\*+(?=\S)|(?<=\S)\*+|[_|~]+", " ", kept)
    spoken = re.sub(r"\s+", " ", kept).strip()
    named = any(character.isalnum() or unicodedata.category(character) in _NAMED for character in spoken)
    return spoken if named else ""


def _audible_span(raw: RawSpeech) -> tuple[int, int] | None:
    """First sample and the one after the last that are worth keeping; eSpeak adds silence of its own at both ends."""
    audible = np.flatnonzero(np.abs(raw.pcm.astype(np.int32)) > _AUDIBLE)
    if audible.size == 0:
        return None
    first = max(0, int(audible[0]) - round(_LEAD_S * raw.rate))
    return first, min(raw.pcm.size, int(audible[-1]) + 1 + round(_TAIL_S * raw.rate))


@functools.lru_cache(maxsize=64)
def _gain(settings: VoiceSettings) -> float:
    """What makes a voice as loud as the others: measured once, so that a voice keeps its own dynamics."""
    raw = load_espeak().speak(_REFERENCE_TEXT, settings, "en")
    frames = raw.pcm[: raw.pcm.size // 512 * 512].reshape(-1, 512)
    spoken = frames[np.abs(frames.astype(np.int32)).max(axis=1) > 600]
    level = level_db(spoken.reshape(-1))
    return float(10 ** ((LOUDNESS_DB - level) / 20)) if np.isfinite(level) else 1.0


def _levelled(samples: NDArray[np.int16], gain: float) -> NDArray[np.float32]:
    scaled = to_float32(samples) * np.float32(gain)
    peak = float(np.abs(scaled).max(initial=0.0))
    return scaled * np.float32(_HIGHEST_PEAK / peak) if peak > _HIGHEST_PEAK else scaled


def _with_soft_ends(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Fade both ends to zero, so that no seam between pieces clicks."""
    length = min(round(_FADE_S * SAMPLE_RATE), samples.size // 2)
    ramp = ((1.0 - np.cos(np.linspace(0.0, np.pi, length))) / 2.0).astype(np.float32)
    faded = samples.copy()
    faded[:length] *= ramp
    faded[faded.size - length :] *= ramp[::-1]
    return to_int16(faded)

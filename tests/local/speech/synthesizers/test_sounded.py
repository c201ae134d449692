from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import Phoneme
from navtalk_widget.local.avatar.life.visemes import LEAD, REACH, VISEMES, Mouth, mouth_at, visemes_of
from navtalk_widget.local.playout import ScheduledPhoneme
from navtalk_widget.local.speech.synthesizers.espeak import EspeakSynthesizer
from navtalk_widget.local.speech.synthesizers.sounded import SHAPE_S, phonemes_by_sound
from tests.support.flite import flite, silence

TEXT = "The five boxing wizards jump quickly, and nobody minds."

LONG_TEXT = (
    f"{TEXT} My mother said she would show you the blue shoes on Friday. How are you today? I am fine, thank you."
)


def vowel(*formants: float, seconds: float = 0.5, pitch: float = 120.0, level: int = 8_000) -> NDArray[np.int16]:
    """A voice as a buzz through resonances."""
    count = round(seconds * SAMPLE_RATE)
    hertz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    tract = np.ones(hertz.size, dtype=complex)
    for formant in formants:
        tract /= 1 - np.square(hertz / formant) + 1j * hertz * 80 / formant**2
    buzz = np.zeros(count)
    buzz[:: round(SAMPLE_RATE / pitch)] = 1.0
    sound = np.fft.irfft(np.fft.rfft(buzz) * tract / (1 + np.square(hertz / 300)), count)
    return np.asarray(sound / np.abs(sound).max() * level * 3, dtype=np.int16)


def hiss(lowest: float, highest: float, seconds: float = 0.2) -> NDArray[np.int16]:
    count = round(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(np.random.default_rng(1).normal(size=count))
    hertz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    sound = np.fft.irfft(np.where((hertz > lowest) & (hertz < highest), spectrum, 0), count)
    return np.asarray(sound / np.abs(sound).max() * 12_000, dtype=np.int16)


def symbols(pcm: NDArray[np.int16]) -> list[str]:
    return [phoneme.symbol for phoneme in phonemes_by_sound(pcm)]


def longest(pcm: NDArray[np.int16]) -> str:
    return max(phonemes_by_sound(pcm), key=lambda phoneme: phoneme.end_s - phoneme.start_s).symbol


def mouths(phonemes: tuple[Phoneme, ...], samples: int) -> list[Mouth]:
    """The mouth at every second picture."""
    scheduled = [
        ScheduledPhoneme(p.symbol, round(p.start_s * SAMPLE_RATE), round(p.end_s * SAMPLE_RATE))
        for p in phonemes
        if p.symbol
    ]
    return [
        mouth_at(at, [p for p in scheduled if p.end > at - REACH and p.start < at + REACH + LEAD])
        for at in range(0, samples, SAMPLE_RATE // 50)
    ]


def likeness(one: list[Mouth], other: list[Mouth], measure: str) -> float:
    """Correlation of one measure of two mouths."""
    pair = [[getattr(mouth, measure) for mouth in each] for each in (one, other)]
    return float(np.corrcoef(pair)[0, 1])


def test_the_sounds_cover_a_piece_without_gaps() -> None:
    pcm = flite(TEXT)
    sounds = phonemes_by_sound(pcm)
    assert sounds[0].start_s == 0
    assert sounds[-1].end_s == pcm.size / SAMPLE_RATE
    assert [one.end_s for one in sounds[:-1]] == [other.start_s for other in sounds[1:]]
    assert all(sound.end_s > sound.start_s for sound in sounds)


def test_every_sound_has_a_shape() -> None:
    assert all(visemes_of(symbol)[0] in VISEMES for symbol in symbols(flite(TEXT)) if symbol)


def test_nothing_is_no_sound_at_all() -> None:
    assert phonemes_by_sound(np.zeros(0, np.int16)) == ()
    assert symbols(silence(0.3)) == [""]
    assert len(phonemes_by_sound(np.array([32767], np.int16))) == 1


@pytest.mark.parametrize(
    ("formants", "expected"),
    [
        ((300, 2_300, 3_000), {"i", "ɪ"}),
        ((750, 1_200, 2_500), {"ɑ"}),
        ((330, 900, 2_300), {"u", "o"}),
        ((600, 1_800, 2_500), {"ɛ", "æ"}),
    ],
)
@pytest.mark.parametrize("pitch", [100.0, 200.0])
def test_vowels_are_told_by_their_resonances(formants: tuple[float, ...], expected: set[str], pitch: float) -> None:
    assert longest(vowel(*formants, pitch=pitch)) in expected


@pytest.mark.parametrize("level", [1_000, 3_000, 10_000])
def test_a_low_voice_opens_the_mouth_as_a_loud_one_does(level: int) -> None:
    assert longest(vowel(750, 1_200, 2_500, level=level)) == "ɑ"


def test_hisses_are_told_by_their_pitch() -> None:
    assert longest(hiss(5_000, 9_000)) == "s"
    assert longest(hiss(2_500, 5_000)) == "ʃ"


def test_a_short_pause_within_speech_is_a_stop_and_a_long_one_a_pause() -> None:
    speech = vowel(750, 1_200, 2_500)
    assert "b" in symbols(np.concatenate((speech, silence(0.08), speech)))
    assert "" in symbols(np.concatenate((speech, silence(0.3), speech)))


def test_a_hum_closes_the_lips() -> None:
    speech, hum = vowel(750, 1_200, 2_500), vowel(250, seconds=0.2)
    quiet = np.asarray(hum * 0.05, dtype=np.int16)
    assert "m" in symbols(np.concatenate((speech, quiet, speech)))


def test_the_mouth_follows_what_espeak_says_it_speaks() -> None:
    """Its own phoneme times are the truth; what is compared is the mouth, not the names of the sounds."""
    truth: list[Mouth] = []
    found: list[Mouth] = []
    for voice in ("alloy", "ash", "coral"):
        for piece in EspeakSynthesizer().synthesize(LONG_TEXT, voice=voice, language="en"):
            truth += mouths(piece.phonemes, piece.pcm.size)
            found += mouths(phonemes_by_sound(piece.pcm), piece.pcm.size)
    assert likeness(truth, found, "opening") > 0.45
    assert likeness(truth, found, "spread") > 0.5
    assert likeness(truth, found, "rounding") > 0.5


@pytest.mark.parametrize("voice", ["slt", "rms", "awb"])
def test_pieces_of_any_length_give_about_the_same_mouth(voice: str) -> None:
    pcm = flite(TEXT, voice)
    whole = mouths(phonemes_by_sound(pcm), pcm.size)
    step = 5 * round(SHAPE_S * SAMPLE_RATE)
    parts: list[Phoneme] = []
    for start in range(0, pcm.size, step):
        for sound in phonemes_by_sound(pcm[start : start + step]):
            offset = start / SAMPLE_RATE
            parts.append(Phoneme(sound.symbol, sound.start_s + offset, sound.end_s + offset))
    assert likeness(whole, mouths(tuple(parts), pcm.size), "opening") > 0.75

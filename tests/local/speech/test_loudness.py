import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.avatar.visemes import VISEMES, visemes_of
from navtalk_widget.local.speech.loudness import SHAPE_S, phonemes_by_loudness


def tone(seconds: float, level_db: float, hertz: float = 200.0) -> NDArray[np.int16]:
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.asarray(10 ** (level_db / 20) * 32767 * np.sqrt(2) * np.sin(2 * np.pi * hertz * t), dtype=np.int16)


def opening(symbol: str) -> float:
    return max((VISEMES[viseme].opening for viseme in visemes_of(symbol)), default=0.0)


def test_the_shapes_cover_the_sound_without_gaps() -> None:
    sounds = phonemes_by_loudness(tone(0.5, -20))
    assert sounds[0].start_s == 0
    assert sounds[-1].end_s == 0.5
    assert [one.end_s for one in sounds[:-1]] == [other.start_s for other in sounds[1:]]
    assert max(sound.end_s - sound.start_s for sound in sounds) == pytest.approx(SHAPE_S)
    assert phonemes_by_loudness(np.zeros(0, np.int16)) == ()


def test_the_louder_the_voice_the_wider_the_mouth() -> None:
    widths = [opening(phonemes_by_loudness(tone(SHAPE_S, level))[0].symbol) for level in (-60, -40, -32, -25, -15)]
    assert widths[0] == 0
    assert widths == sorted(set(widths)), "each of them wider than the one before"


def test_a_hiss_narrows_the_mouth() -> None:
    rng = np.random.default_rng(1)
    hiss = np.diff(rng.normal(0, 3_000, 1_000)).astype(np.int16)
    assert phonemes_by_loudness(hiss)[0].symbol == "s"


def test_a_single_sample_is_no_trouble() -> None:
    assert len(phonemes_by_loudness(np.array([32767], np.int16))) == 1

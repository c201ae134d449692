import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.local.rtc.upsampling import HISTORY, double_rate


def tone(hertz: float, rate: int, seconds: float = 1.0) -> NDArray[np.int16]:
    t = np.arange(round(seconds * rate)) / rate
    return np.asarray(10_000 * np.sin(2 * np.pi * hertz * t), dtype=np.int16)


def in_blocks(samples: NDArray[np.int16], size: int) -> NDArray[np.int16]:
    padded = np.concatenate([np.zeros(HISTORY, dtype=np.int16), samples])
    blocks = [double_rate(padded[i : i + size + HISTORY]) for i in range(0, samples.size, size)]
    return np.concatenate(blocks)


def test_there_are_twice_as_many_samples() -> None:
    assert double_rate(np.zeros(480 + HISTORY, dtype=np.int16)).shape == (960,)


def test_blocks_join_as_if_they_were_one() -> None:
    samples = tone(440, 24_000)
    assert np.array_equal(in_blocks(samples, 480), in_blocks(samples, 24_000))


@pytest.mark.parametrize("hertz", [100, 1_000, 4_000, 8_000])
def test_a_tone_keeps_its_pitch_and_level_and_gets_no_image(hertz: int) -> None:
    out = in_blocks(tone(hertz, 24_000), 480)[2_000:-2_000]
    spectrum = np.abs(np.fft.rfft(out * np.hanning(out.size)))
    frequencies = np.fft.rfftfreq(out.size, 1 / 48_000)
    assert frequencies[spectrum.argmax()] == pytest.approx(hertz, abs=2)
    assert np.sqrt(np.mean(np.square(out.astype(float)))) == pytest.approx(10_000 / np.sqrt(2), rel=0.02)
    images = spectrum[frequencies > 13_000].max()
    assert images < spectrum.max() / 1_000


def test_full_scale_is_clipped_and_does_not_wrap() -> None:
    loud = np.where(np.arange(2_400) // 40 % 2, 32_767, -32_768).astype(np.int16)
    out = in_blocks(loud, 480).astype(np.int32)
    assert np.abs(np.diff(out)).max() < 60_000


def test_the_sound_comes_two_thirds_of_a_millisecond_late() -> None:
    pulse = np.zeros(480, dtype=np.int16)
    pulse[100] = 20_000
    assert in_blocks(pulse, 480).argmax() == 2 * (100 + HISTORY // 2)

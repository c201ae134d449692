"""The outline of a recording."""

import wave
from pathlib import Path

import numpy as np
import pytest

from navtalk_widget.plots.envelope import STRETCH, Envelope


def written(path: Path, samples: np.ndarray[tuple[int, int], np.dtype[np.int16]]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(24_000)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def test_no_click_is_lost_however_short(tmp_path: Path) -> None:
    samples = np.zeros((24_000, 2), dtype=np.int16)
    samples[12_345, 0] = 32_767
    samples[23_999, 1] = -32_768
    outline = Envelope.of(written(tmp_path / "click.wav", samples))
    assert outline.highest[0].argmax() == 12_345 // STRETCH
    assert outline.highest[0].max() == pytest.approx(1, abs=1e-4)
    assert outline.lowest[1].argmin() == 99
    assert outline.seconds == pytest.approx(1)
    assert not outline.highest[1].any()


def test_a_coarser_outline_keeps_the_extremes(tmp_path: Path) -> None:
    samples = np.random.default_rng(0).integers(-9_000, 9_000, (24_000 + 7, 2)).astype(np.int16)
    fine = Envelope.of(written(tmp_path / "noise.wav", samples))
    coarse = fine.coarser(7)
    assert coarse.stretch_s == pytest.approx(0.07)
    assert coarse.highest.shape == (2, 15)
    assert coarse.highest.max() == fine.highest.max()
    assert coarse.lowest[0, 0] == fine.lowest[0, :7].min()


def test_a_recording_longer_than_a_block_is_read_whole(tmp_path: Path) -> None:
    samples = np.zeros((61 * 24_000, 2), dtype=np.int16)
    samples[-10:, 1] = 1_000
    outline = Envelope.of(written(tmp_path / "long.wav", samples))
    assert outline.seconds == pytest.approx(61)
    assert outline.highest[1].argmax() == 6_099


def test_a_recording_in_which_nothing_was_recorded_yet_has_no_outline(tmp_path: Path) -> None:
    assert Envelope.of(written(tmp_path / "empty.wav", np.zeros((0, 2), dtype=np.int16))).seconds == 0

import numpy as np
import pytest

from navtalk_widget.audio.pcm import from_bytes, level_db, to_bytes, to_float32, to_int16


def test_what_is_too_loud_is_clipped_and_does_not_wrap_round() -> None:
    assert to_int16(np.array([1.001, -1.5, 0.0])).tolist() == [32767, -32767, 0]


def test_bytes_are_little_endian() -> None:
    samples = np.array([1, -2, 300], dtype=np.int16)
    assert to_bytes(samples) == b"\x01\x00\xfe\xff\x2c\x01"
    assert from_bytes(to_bytes(samples)).tolist() == [1, -2, 300]


def test_a_torn_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="even number"):
        from_bytes(b"\x00\x01\x02")


def test_floats_stay_within_one() -> None:
    assert to_float32(np.array([-32768, 32767], dtype=np.int16)).tolist() == [-1.0, pytest.approx(0.99997, abs=1e-5)]


def test_the_level_of_a_full_sine_is_three_decibels_below_full_scale() -> None:
    sine = to_int16(np.sin(np.arange(24_000) * 0.1))
    assert level_db(sine) == pytest.approx(-3.01, abs=0.05)
    assert level_db(np.zeros(10, dtype=np.int16)) == float("-inf")
    assert level_db(np.zeros(0, dtype=np.int16)) == float("-inf")

import io
import wave
from pathlib import Path

import numpy as np
import pytest

from navtalk_widget.audio.wav import read_wav, write_wav


def test_a_file_is_read_back_as_written(tmp_path: Path) -> None:
    samples = np.array([1, -2, 3], dtype=np.int16)
    write_wav(tmp_path / "a.wav", samples)
    read, rate = read_wav(tmp_path / "a.wav")
    assert read.tolist() == [1, -2, 3]
    assert rate == 24_000


def test_an_open_file_is_written_into_and_stays_open(tmp_path: Path) -> None:
    file = io.BytesIO()
    write_wav(file, np.array([1, -2, 3], dtype=np.int16), 16_000)
    (tmp_path / "a.wav").write_bytes(file.getvalue())
    read, rate = read_wav(tmp_path / "a.wav")
    assert (read.tolist(), rate) == ([1, -2, 3], 16_000)


def _write(path: Path, *, channels: int, width: int, data: bytes) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(8_000)
        file.writeframes(data)


def test_channels_are_averaged(tmp_path: Path) -> None:
    _write(tmp_path / "s.wav", channels=2, width=2, data=np.array([10, 20, -4, 4], dtype="<i2").tobytes())
    read, rate = read_wav(tmp_path / "s.wav")
    assert read.tolist() == [15, 0]
    assert rate == 8_000


def test_other_widths_are_refused_in_words(tmp_path: Path) -> None:
    _write(tmp_path / "b.wav", channels=1, width=1, data=b"\x80\x80")
    with pytest.raises(ValueError, match="8-bit"):
        read_wav(tmp_path / "b.wav")

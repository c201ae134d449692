import subprocess
import sys
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from navtalk_widget.audio.stereo_files import read_piece
from navtalk_widget.recording.sides import AVATAR, PERSON
from navtalk_widget.recording.wav_file import DATA_AT, FRAME_BYTES, WavFile
from tests.recording.sounds import click


def test_each_side_is_written_where_it_belongs_in_whatever_order(tmp_path: Path) -> None:
    file = WavFile(tmp_path / "a.wav")
    file.write(AVATAR, 1_000, click())
    file.write(PERSON, 1_200, click())
    file.write(PERSON, 100, click(300))
    file.close()
    with wave.open(str(tmp_path / "a.wav")) as read:
        assert (read.getnchannels(), read.getframerate(), read.getsampwidth()) == (2, 24_000, 2)
        both = np.frombuffer(read.readframes(10**6), dtype="<i2").reshape(-1, 2)
    expected = np.zeros((1_680, 2), dtype=np.int16)
    expected[1_000:1_480, 1] = expected[1_200:1_680, 0] = click()
    expected[100:400, 0] = click(300)
    assert np.array_equal(both, expected)


def test_it_can_be_read_while_it_grows(tmp_path: Path) -> None:
    file = WavFile(tmp_path / "a.wav")
    for second in range(1, 4):
        file.write(PERSON, 24_000 * (second - 1), np.full(24_000, second, dtype=np.int16))
        file.extend(24_000 * second)
        with wave.open(str(tmp_path / "a.wav")) as read:
            assert read.getnframes() == 24_000 * second
    file.close()


def test_a_recording_whose_process_was_killed_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    program = f"""
import os, signal, numpy, pathlib
from navtalk_widget.recording.wav_file import WavFile
file = WavFile(pathlib.Path({str(path)!r}))
file.write(1, 24_000, numpy.full(480, 7, dtype=numpy.int16))
file.extend(48_000)
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9
    with wave.open(str(path)) as read:
        assert read.getnframes() == 48_000
    assert read_piece(path, 1000, 1020)[:, 1].tolist() == [7] * 480


def test_beyond_four_gibibytes_it_is_an_rf64_that_ffmpeg_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    file = WavFile(path)
    place = 2**32 // FRAME_BYTES + 24_000  # after more than twelve hours; the file has holes, and is small
    file.write(AVATAR, place, click())
    file.close()
    assert path.stat().st_size == DATA_AT + (place + 480) * FRAME_BYTES
    assert path.stat().st_blocks * 512 < 2**20
    assert np.array_equal(read_piece(path, place / 24)[:, AVATAR], click())
    with av.open(str(path)) as container:
        assert container.streams.audio[0].duration == place + 480
    with path.open("rb") as read:
        assert read.read(4) == b"RF64"


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("precious")
    with pytest.raises(FileExistsError):
        WavFile(tmp_path / "a.wav")
    assert (tmp_path / "a.wav").read_text() == "precious"

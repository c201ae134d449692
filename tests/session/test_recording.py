"""Recordings and sound files as microphone sound."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.audio.wav import write_wav
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.session.recording import as_speech

TONE = (8_000 * np.sin(np.arange(48_000) * 2 * np.pi * 440 / 48_000)).astype(np.int16)
"""A second of 440 Hz at 48,000 Hz."""


def pitch(speech: NDArray[np.int16]) -> float:
    """Hertz of the strongest tone in sound at 24,000 Hz."""
    spectrum = np.abs(np.fft.rfft(speech.astype(float)))
    return float(spectrum.argmax() * 24_000 / speech.size)


def encoded(path: Path, codec: str, layout: str = "mono") -> Path:
    """The tone in a file whose name tells the format."""
    av = pytest.importorskip("av")
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=48_000, layout=layout)
        resampler = av.AudioResampler(
            format=stream.codec_context.format, layout=layout, rate=48_000, frame_size=stream.codec_context.frame_size
        )
        frame = av.AudioFrame.from_ndarray(TONE[None, :], format="s16", layout="mono")
        frame.sample_rate = 48_000
        for block in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(block))
        container.mux(stream.encode(None))
    return path


def test_a_wav_file_is_read_with_its_own_rate(tmp_path: Path) -> None:
    write_wav(tmp_path / "tone.wav", TONE, 48_000)
    speech = as_speech(tmp_path / "tone.wav")
    assert speech.size == 24_000
    assert pitch(speech) == pytest.approx(440, abs=2)
    assert np.array_equal(as_speech(str(tmp_path / "tone.wav")), speech)


@pytest.mark.parametrize(
    ("name", "codec", "layout"),
    [("tone.flac", "flac", "stereo"), ("tone.ogg", "libopus", "mono"), ("tone.wav", "pcm_s24le", "stereo")],
)
def test_other_files_are_read_with_pyav(tmp_path: Path, name: str, codec: str, layout: str) -> None:
    speech = as_speech(encoded(tmp_path / name, codec, layout))
    assert speech.size == pytest.approx(24_000, abs=1_000)
    assert pitch(speech) == pytest.approx(440, abs=2)


def test_without_pyav_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    write_wav(tmp_path / "tone.wav", TONE, 48_000)
    assert as_speech(tmp_path / "tone.wav").size == 24_000
    (tmp_path / "tone.mp3").write_bytes(b"ID3")
    with pytest.raises(ConfigurationError, match="pip install av"):
        as_speech(tmp_path / "tone.mp3")


@pytest.mark.parametrize("content", [b"", b"no sound at all", b"RIFF\0\0\0\0WAVEfmt "])
def test_a_file_that_is_no_sound_is_refused(tmp_path: Path, content: bytes) -> None:
    pytest.importorskip("av")
    (tmp_path / "speech.wav").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"speech\.wav"):
        as_speech(tmp_path / "speech.wav")


def test_a_picture_has_no_sound(tmp_path: Path) -> None:
    pytest.importorskip("av")
    image = pytest.importorskip("PIL.Image")
    image.new("RGB", (16, 16)).save(tmp_path / "photo.png")
    with pytest.raises(ConfigurationError, match="cannot be read as sound"):
        as_speech(tmp_path / "photo.png")


def test_silence_of_no_length_is_refused(tmp_path: Path) -> None:
    write_wav(tmp_path / "empty.wav", TONE[:0])
    with pytest.raises(ConfigurationError, match="no sound in"):
        as_speech(tmp_path / "empty.wav")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.wav", tmp_path):
        with pytest.raises(ConfigurationError, match="cannot be read"):
            as_speech(path)


def test_channels_are_averaged() -> None:
    both = np.stack([TONE, np.zeros_like(TONE)], axis=1)
    assert np.abs(as_speech(both, 24_000) - TONE / 2).max() <= 1


@pytest.mark.parametrize(
    ("samples", "rate"),
    [(TONE, None), (TONE, 0), (TONE[:0], 24_000), (TONE.astype(int), 24_000), (np.full(99, np.nan), 24_000)],
)
def test_an_array_needs_a_rate_and_a_type_of_sound(samples: Any, rate: int | None) -> None:
    with pytest.raises(ConfigurationError, match="is not sound"):
        as_speech(samples, rate)

"""Recordings and sound files as microphone sound."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_bytes, to_int16
from navtalk_widget.audio.resample import resample
from navtalk_widget.audio.wav import read_wav
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.protocol.config import ServerVad

BLOCK = SAMPLE_RATE // 50
"""Samples in a 20 ms block."""


def as_speech(sound: NDArray[Any] | str | Path, sample_rate: int | None = None) -> NDArray[np.int16]:
    """Convert a recording to what the service takes: mono PCM16 at 24,000 Hz.

    Args:
        sound: shape (samples,) or (samples, channels), int16 or floats in [-1, 1]; or the path of a sound file: WAV,
            and with PyAV installed whatever FFmpeg reads.
        sample_rate: hertz; a file knows its own.

    Raises:
        ConfigurationError: it is not sound.
    """
    if isinstance(sound, (str, Path)):
        return _read(Path(sound).expanduser())
    samples = np.asarray(sound)
    is_pcm16 = samples.dtype == np.int16
    is_float = samples.dtype.kind == "f" and bool(np.isfinite(samples).all())
    is_sound = samples.ndim in (1, 2) and samples.size and (is_pcm16 or is_float)
    if not is_sound or sample_rate is None or sample_rate <= 0:
        rate = "without a sampling rate" if sample_rate is None else f"at {sample_rate} Hz"
        raise ConfigurationError(
            f"An array of {samples.dtype} and shape {samples.shape} {rate} is not sound.",
            hint="Pass int16 samples, or floats in [-1, 1], of shape (samples,) or (samples, channels), and their "
            "sample_rate; or the path of a sound file.",
        )
    if samples.ndim == 2:
        samples = samples.mean(axis=1)
        samples = np.rint(samples) if is_pcm16 else samples
    pcm = np.asarray(samples, dtype=np.int16) if is_pcm16 else to_int16(samples)
    return resample(pcm, sample_rate, SAMPLE_RATE)


def _read(path: Path) -> NDArray[np.int16]:
    try:
        with path.open("rb") as file:
            is_wav = _is_wav(file.read(12))
        samples = _read_wav(path) if is_wav else None
        speech = _decode(path) if samples is None else samples
    except OSError as error:
        raise ConfigurationError(
            f"The sound cannot be read: {error}.", hint="Pass the path of a sound file."
        ) from error
    if not speech.size:
        raise ConfigurationError(f"There is no sound in {path.name}.", hint="Pass another file.")
    return speech


def _is_wav(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:] == b"WAVE"


def _read_wav(path: Path) -> NDArray[np.int16] | None:
    """Read 16-bit PCM; None for WAV files of another kind."""
    try:
        samples, rate = read_wav(path)
    except (ValueError, EOFError, wave.Error):
        return None
    return resample(samples, rate, SAMPLE_RATE)


def _decode(path: Path) -> NDArray[np.int16]:
    try:
        import av
    except ImportError:
        raise ConfigurationError(
            f"{path.name} is no 16-bit WAV file, and other sound files cannot be read here.",
            hint="Install PyAV to read them: pip install av",
        ) from None
    blocks: list[NDArray[np.int16]] = []
    try:
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
            for frame in container.decode(audio=0):
                blocks.extend(block.to_ndarray()[0] for block in resampler.resample(frame))
            blocks.extend(block.to_ndarray()[0] for block in resampler.resample(None))
    except (av.FFmpegError, IndexError) as error:  # an IndexError where there is no sound in the file
        raise ConfigurationError(
            f"{path.name} cannot be read as sound: {error}.", hint="Pass the path of a sound file."
        ) from error
    return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.int16)


def with_pause(speech: NDArray[np.int16], detection: object) -> NDArray[np.int16]:
    """Add the silence at 24,000 Hz that ends a turn, so that speech which ends with its last word is answered too."""
    if not isinstance(detection, ServerVad):
        return speech
    pause = np.zeros(SAMPLE_RATE * (detection.silence_duration_ms + 300) // 1000, dtype=np.int16)
    return np.concatenate([speech, pause])


async def at_the_speed_of_speech(speech: NDArray[np.int16]) -> AsyncIterator[bytes]:
    """Give the blocks of a recording at 24,000 Hz as PCM16, each when a microphone would."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    for sent, start in enumerate(range(0, speech.size, BLOCK), start=1):
        yield to_bytes(speech[start : start + BLOCK])
        await asyncio.sleep(max(0.0, started + sent * BLOCK / SAMPLE_RATE - loop.time()))

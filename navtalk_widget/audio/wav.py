"""WAV files of PCM16 sound."""

from __future__ import annotations

import wave
from os import PathLike, fspath
from typing import IO

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, from_bytes, to_bytes


def read_wav(path: str | PathLike[str]) -> tuple[NDArray[np.int16], int]:
    """Read a 16-bit WAV file.

    Returns:
        Mono samples (channels averaged), and the sampling rate in hertz.

    Raises:
        ValueError: if the samples are not 16 bits wide.
    """
    with wave.open(fspath(path), "rb") as file:
        if file.getsampwidth() != 2:
            raise ValueError(f"{fspath(path)} has {8 * file.getsampwidth()}-bit samples; only 16-bit WAV is read")
        channels, rate = file.getnchannels(), file.getframerate()
        samples = from_bytes(file.readframes(file.getnframes()))
    if channels > 1:
        samples = np.rint(samples.reshape(-1, channels).mean(axis=1)).astype(np.int16)
    return samples, rate


def write_wav(path: str | PathLike[str] | IO[bytes], samples: NDArray[np.int16], rate: int = SAMPLE_RATE) -> None:
    """Write mono samples as a 16-bit WAV file; an open file stays open."""
    if isinstance(path, str | PathLike):
        with open(path, "wb") as opened:  # what `wave` itself cannot open it complains of twice, once to standard error
            write_wav(opened, samples, rate)
        return
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(to_bytes(samples))

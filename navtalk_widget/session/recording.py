"""Recordings as microphone sound."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_bytes, to_int16
from navtalk_widget.audio.resample import resample
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.protocol.config import ServerVad

BLOCK = SAMPLE_RATE // 50
"""Samples in a 20 ms block."""


def as_speech(samples: NDArray[Any], sample_rate: int) -> NDArray[np.int16]:
    """Convert a recording to what the service takes: mono PCM16 at 24,000 Hz.

    Args:
        samples: shape (samples,) or (samples, channels); int16, or floats in [-1, 1].
        sample_rate: hertz.

    Raises:
        ConfigurationError: the array is not sound.
    """
    sound = np.asarray(samples)
    is_pcm16 = sound.dtype == np.int16
    if sound.ndim not in (1, 2) or not sound.size or not (is_pcm16 or sound.dtype.kind == "f") or sample_rate <= 0:
        raise ConfigurationError(
            f"An array of {sound.dtype} and shape {sound.shape} at {sample_rate} Hz is not sound.",
            hint="Pass int16 samples, or floats in [-1, 1], of shape (samples,) or (samples, channels).",
        )
    if sound.ndim == 2:
        sound = sound.mean(axis=1)
        sound = np.rint(sound) if is_pcm16 else sound
    pcm = np.asarray(sound, dtype=np.int16) if is_pcm16 else to_int16(sound)
    return resample(pcm, sample_rate, SAMPLE_RATE)


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

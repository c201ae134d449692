"""PCM16 audio: conversion between floats, integers and bytes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 24_000
"""Hertz. What both generations of the NavTalk protocol carry, in both directions."""


def to_int16(samples: NDArray[np.floating]) -> NDArray[np.int16]:
    """Convert samples in [-1, 1] to PCM16, clipping what lies outside.

    Casting without clipping wraps 1.001 round to -32737, which is heard as a click.
    """
    scaled = np.clip(samples, -1.0, 1.0) * 32767.0
    return np.asarray(np.rint(scaled), dtype=np.int16)


def to_float32(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """Convert PCM16 to floats in [-1, 1]."""
    return np.asarray(samples, dtype=np.float32) / np.float32(32768.0)


def from_bytes(data: bytes) -> NDArray[np.int16]:
    """Read little-endian PCM16.

    Raises:
        ValueError: if the number of bytes is odd, so that the last sample is torn.
    """
    if len(data) % 2:
        raise ValueError(f"PCM16 needs an even number of bytes, not {len(data)}")
    return np.frombuffer(data, dtype="<i2").astype(np.int16, copy=False)


def to_bytes(samples: NDArray[np.int16]) -> bytes:
    """Write samples as little-endian PCM16."""
    return samples.astype("<i2", copy=False).tobytes()


def level_db(samples: NDArray[np.int16]) -> float:
    """The RMS level in dB relative to full scale; ``-inf`` for silence or nothing."""
    if samples.size == 0:
        return float("-inf")
    rms = float(np.sqrt(np.mean(np.square(to_float32(samples), dtype=np.float64))))
    return 20.0 * float(np.log10(rms)) if rms > 0 else float("-inf")

"""G.711, the sound of telephones: one byte for each sample, spaced about logarithmically, at 8,000 Hz."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

G711_RATE = 8_000
"""Hertz."""

_BIAS = 132
_LOUDEST_ULAW = 32_635
_INVERTED_BITS = 0x55


def decode_ulaw(data: bytes) -> NDArray[np.int16]:
    """Read µ-law."""
    return _ulaw_values()[np.frombuffer(data, dtype=np.uint8)]


def encode_ulaw(samples: NDArray[np.int16]) -> bytes:
    """Write µ-law."""
    return _ulaw_codes()[_index(samples)].tobytes()


def decode_alaw(data: bytes) -> NDArray[np.int16]:
    """Read A-law."""
    return _alaw_values()[np.frombuffer(data, dtype=np.uint8)]


def encode_alaw(samples: NDArray[np.int16]) -> bytes:
    """Write A-law."""
    return _alaw_codes()[_index(samples)].tobytes()


def _index(samples: NDArray[np.int16]) -> NDArray[np.uint16]:
    return np.ascontiguousarray(samples, dtype=np.int16).view(np.uint16)


def _every_sample() -> NDArray[np.int32]:
    """All samples, each at the place of its bits read as an unsigned number."""
    return np.arange(2**16, dtype=np.uint16).view(np.int16).astype(np.int32)


def _bit_length(numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.frexp(numbers)[1].astype(np.int32)


@cache
def _ulaw_values() -> NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF
    magnitude = (((code & 0xF) << 3) + _BIAS << (code >> 4 & 7)) - _BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


@cache
def _ulaw_codes() -> NDArray[np.uint8]:
    sample = _every_sample()
    magnitude = np.minimum(np.abs(sample), _LOUDEST_ULAW) + _BIAS
    segment = _bit_length(magnitude) - 8
    code = segment << 4 | (magnitude >> (segment + 3) & 0xF) | np.where(sample < 0, 0x80, 0)
    return (~code & 0xFF).astype(np.uint8)


@cache
def _alaw_values() -> NDArray[np.int16]:
    code = np.arange(256) ^ _INVERTED_BITS
    segment = code >> 4 & 7
    step = (code & 0xF) << 4
    magnitude = np.where(segment == 0, step + 8, step + 0x108 << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


@cache
def _alaw_codes() -> NDArray[np.uint8]:
    sample = _every_sample()
    magnitude = np.where(sample < 0, ~sample, sample) >> 3
    segment = np.maximum(_bit_length(magnitude) - 5, 0)
    code = segment << 4 | (magnitude >> np.maximum(segment, 1) & 0xF) | np.where(sample < 0, 0, 0x80)
    return (code ^ _INVERTED_BITS).astype(np.uint8)

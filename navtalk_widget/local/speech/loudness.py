"""A mouth for sound whose words nobody knows: shapes that follow how loud it is, and whether it hisses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import Phoneme

SHAPE_S = 0.04
"""Seconds for each shape: one picture of the face."""

_SOUNDS = ("", "d", "ə", "ɛ", "ɑ")
_LOUDNESS = 10 ** (np.array((-45.0, -36.0, -29.0, -22.0)) / 20)
"""The RMS from which each sound but the first is made, of full scale: a voice is at -20 dB or so."""

_HISS = "s"
_TURNS_OF_A_HISS = 0.25
"""Changes of sign per sample, above which sound is mostly above 3 kHz."""


def phonemes_by_loudness(pcm: NDArray[np.int16]) -> tuple[Phoneme, ...]:
    """Return sounds that would open the mouth about as wide as the voice is loud.

    Args:
        pcm: mono int16 of shape (samples,) at 24,000 Hz.
    """
    starts = np.arange(0, pcm.size, round(SHAPE_S * SAMPLE_RATE))
    if not starts.size:
        return ()
    ends = np.append(starts[1:], pcm.size)
    power = np.add.reduceat(np.square(pcm, dtype=np.float64), starts) / (ends - starts)
    turns = np.append(np.diff(pcm > 0), False)
    hisses = np.add.reduceat(turns, starts, dtype=np.int64) > _TURNS_OF_A_HISS * (ends - starts)
    shapes = np.searchsorted(_LOUDNESS, np.sqrt(power) / 32_768, side="right")
    return tuple(
        Phoneme(_HISS if hisses[i] and shapes[i] else _SOUNDS[shapes[i]], start / SAMPLE_RATE, end / SAMPLE_RATE)
        for i, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True))
    )

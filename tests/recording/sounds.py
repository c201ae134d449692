"""Sounds whose place in a recording can be found again to the sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE

LOUD = 8_000


def click(samples: int = 480) -> NDArray[np.int16]:
    """A burst that begins at once, in a pattern that does not repeat."""
    return (LOUD + np.random.default_rng(1).integers(0, LOUD, samples)).astype(np.int16)


def clicks(places_ms: list[float], length_ms: float) -> NDArray[np.int16]:
    """Clicks in silence."""
    sound = np.zeros(samples(length_ms), dtype=np.int16)
    for place in places_ms:
        sound[samples(place) : samples(place) + click().size] = click()
    return sound


def onsets_ms(sound: NDArray[np.int16], apart_ms: float = 100.0) -> list[float]:
    """Where it becomes loud after it was not for a while, in milliseconds."""
    loud = np.nonzero(np.abs(sound.astype(np.int32)) > LOUD // 2)[0]
    first = np.concatenate([[True], np.diff(loud) > samples(apart_ms)]) if loud.size else np.zeros(0, dtype=bool)
    return [1000 * float(place) / SAMPLE_RATE for place in loud[first]]


def samples(milliseconds: float) -> int:
    return round(milliseconds * SAMPLE_RATE / 1000)

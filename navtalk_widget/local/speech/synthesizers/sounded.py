"""A mouth for a voice whose words nobody knows: speech sounds told from the sound alone.

Recognising phonemes would take a trained model. For lips much less will do: whether there is voice or hiss, how loud it
is, and where the first two resonances of the mouth (formants) lie, of which the first follows how wide the mouth is
open, and the second how far the lips are spread or rounded.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import Phoneme

SHAPE_S = 0.04
"""A whole number of steps; pieces of a longer sound are best cut at multiples of it: one picture of the face."""

_STEP = SAMPLE_RATE // 50
"""Samples from one look at the sound to the next: 20 ms."""
_WINDOW = 720
"""Samples that each look takes in: 30 ms, some three periods of a low voice."""

_BEFORE = (_WINDOW - _STEP) // 2

_USUAL_DB = -18.0
"""A voice's loud vowels, of full scale, where the piece is too short to tell."""
_LOUDEST_DB, _FAINTEST_DB = -8.0, -34.0
_OWN_LEVEL_S = 0.4

_SILENT = -30.0
"""Below the loud vowels, in decibels: nothing."""
_WEAK = -10.0
"""Below the loud vowels, in decibels: a consonant, or a vowel that is hardly spoken."""
_MURMUR = -16.0
"""The same: a voice behind closed lips, when nothing sounds in the middle of the band either."""

_ORDER = 12
_DECIMATED = SAMPLE_RATE // 2
_BINS = 256
_F1 = (220.0, 1_000.0)
_F2 = (700.0, 2_900.0)

_CLOSURE_STEPS = 5
"""A pause of no more than 100 ms between sounds is the lips or the tongue stopping the breath."""

_VOWELS: tuple[tuple[str, float, float], ...] = (
    ("i", 310, 2_400),
    ("ɪ", 430, 2_050),
    ("ɛ", 590, 1_850),
    ("æ", 720, 1_700),
    ("ə", 520, 1_450),
    ("ɑ", 740, 1_200),
    ("ɔ", 580, 900),
    ("o", 460, 950),
    ("u", 340, 1_050),
)
"""Formants of vowels, between those of men and of women."""


def phonemes_by_sound(pcm: NDArray[np.int16]) -> tuple[Phoneme, ...]:
    """Return sounds that shape the mouth as this voice would.

    Args:
        pcm: mono int16 of shape (samples,) at 24,000 Hz; a clause, or a piece of one.

    Returns:
        Phonemes without gaps, from the first sample to the last; none of no samples.
    """
    if not pcm.size:
        return ()
    sounds = _sounds(pcm)
    starts = [0, *(i for i in range(1, len(sounds)) if sounds[i] != sounds[i - 1])]
    times = [min(start * _STEP, pcm.size) / SAMPLE_RATE for start in starts] + [pcm.size / SAMPLE_RATE]
    return tuple(Phoneme(sounds[start], times[i], times[i + 1]) for i, start in enumerate(starts))


def _sounds(pcm: NDArray[np.int16]) -> list[str]:
    """One symbol for each step."""
    frames = _frames(pcm)
    power = np.square(np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), axis=1)))
    hertz = np.fft.rfftfreq(_WINDOW, 1 / SAMPLE_RATE)
    total = power.sum(axis=1) + 1e-9
    own = frames[:, _BEFORE : _BEFORE + _STEP]
    level = 10 * np.log10(np.mean(np.square(own), axis=1) + 1e-12)
    level -= _loud_level(level, pcm.size / SAMPLE_RATE)
    high = power[:, hertz > 3_200].sum(axis=1) / total
    middle = 10 * np.log10(power[:, (hertz > 700) & (hertz < 3_500)].sum(axis=1) / total + 1e-9)
    centroid = power @ hertz / total
    vowels = _vowels(frames)
    sounds = []
    for i in range(len(frames)):
        if level[i] < _SILENT:
            sounds.append("")
        elif high[i] > 0.5:
            sounds.append("ʃ" if centroid[i] < 4_600 else "s" if level[i] > _SILENT + 8 else "f")
        elif level[i] < _MURMUR and middle[i] < -13.0:
            sounds.append("m")
        elif level[i] < _WEAK:
            sounds.append("d" if centroid[i] > 1_500 else "ə")
        else:
            sounds.append(vowels[i])
    return _with_closures(_without_flicker(sounds), centroid)


def _frames(pcm: NDArray[np.int16]) -> NDArray[np.float64]:
    """The sound around each step, shape (steps, _WINDOW), in [-1, 1]."""
    steps = -(-pcm.size // _STEP)
    padded = np.zeros(steps * _STEP + _WINDOW, dtype=np.float64)
    padded[_BEFORE : _BEFORE + pcm.size] = pcm / 32_768.0
    return np.asarray(sliding_window_view(padded, _WINDOW)[: steps * _STEP : _STEP])


def _loud_level(level: NDArray[np.float64], seconds: float) -> float:
    if seconds < _OWN_LEVEL_S:
        return _USUAL_DB
    return float(np.clip(np.percentile(level, 92), _FAINTEST_DB, _LOUDEST_DB))


def _vowels(frames: NDArray[np.float64]) -> list[str]:
    """The vowel that each frame sounds like most."""
    envelope = _envelope(frames)
    hertz = np.linspace(0.0, _DECIMATED / 2, _BINS)
    first = _peak(envelope, hertz, np.full(len(frames), _F1[0]), _F1[1])
    second = _peak(envelope, hertz, np.maximum(first + 250.0, _F2[0]), _F2[1])
    at = np.stack((_bark(first), _bark(second)), axis=1)
    known = _bark(np.array([[f1, f2] for _, f1, f2 in _VOWELS], dtype=np.float64))
    nearest = np.square((at[:, None, :] - known[None, :, :]) * (1.2, 0.8)).sum(axis=2).argmin(axis=1)
    return [_VOWELS[i][0] for i in nearest]


def _envelope(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    """The resonances of the mouth without the voice's pitch: linear prediction, in dB, shape (frames, _BINS)."""
    spectrum = np.square(np.abs(np.fft.rfft(np.diff(frames, axis=1) * np.hanning(_WINDOW - 1), n=1_024, axis=1)))
    half = spectrum[:, : spectrum.shape[1] // 2 + 1]  # only the lower half of the band: as if it were decimated
    correlation = np.fft.irfft(half, axis=1)[:, : _ORDER + 1]
    correlation[:, 0] = correlation[:, 0] * 1.0001 + 1e-12
    prediction = np.zeros((len(frames), _ORDER + 1))
    prediction[:, 0] = 1.0
    error = correlation[:, 0].copy()
    for order in range(1, _ORDER + 1):  # Levinson and Durbin, for all frames at once
        reflection = -(prediction[:, :order] * correlation[:, order:0:-1]).sum(axis=1) / error
        turned = prediction[:, order - 1 :: -1] if order > 1 else prediction[:, :1]
        prediction[:, 1 : order + 1] += reflection[:, None] * turned[:, :order]
        error *= np.maximum(1e-6, 1.0 - np.square(reflection))
    response = np.abs(np.fft.rfft(prediction, n=2 * (_BINS - 1), axis=1))
    return np.asarray(-20 * np.log10(response + 1e-9))


def _peak(
    envelope: NDArray[np.float64], hertz: NDArray[np.float64], lowest: NDArray[np.float64], highest: float
) -> NDArray[np.float64]:
    """The first resonance of each frame in a band, or where the band is loudest."""
    within = (hertz[None, :] >= lowest[:, None]) & (hertz[None, :] <= highest)
    peaks = np.zeros_like(within)
    peaks[:, 1:-1] = (envelope[:, 1:-1] > envelope[:, :-2]) & (envelope[:, 1:-1] >= envelope[:, 2:])
    peaks &= within
    loudest = np.where(within, envelope, -np.inf).argmax(axis=1)
    place = np.where(peaks.any(axis=1), peaks.argmax(axis=1), loudest)
    return np.asarray(hertz[place])


def _bark(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Frequencies as the ear spaces them."""
    return np.asarray(26.81 * hertz / (1_960.0 + hertz) - 0.53)


def _without_flicker(sounds: list[str]) -> list[str]:
    """A vowel of one step between two of another is a mistake."""
    known = {vowel for vowel, _, _ in _VOWELS}
    return [
        before if before == after and {sound, before} <= known else sound
        for before, sound, after in zip([sounds[0], *sounds[:-1]], sounds, [*sounds[1:], sounds[-1]], strict=True)
    ]


def _with_closures(sounds: list[str], centroid: NDArray[np.float64]) -> list[str]:
    """Short pauses within speech as stops: of the tongue when what bursts forth is high, else of the lips."""
    closed = list(sounds)
    i = 0
    while i < len(closed):
        if closed[i]:
            i += 1
            continue
        end = i
        while end < len(closed) and not closed[end]:
            end += 1
        if i > 0 and end < len(closed) and end - i <= _CLOSURE_STEPS:
            closed[i:end] = ["d" if centroid[end] > 2_200 else "b"] * (end - i)
        i = end
    return closed

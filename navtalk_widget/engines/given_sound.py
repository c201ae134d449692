"""Reading the sound that a user's function returns, with or without its rate and times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_int16
from navtalk_widget.audio.resample import resample
from navtalk_widget.engines.spoken import Phoneme, SpokenPiece, Word
from navtalk_widget.engines.synthesizer import SynthesisError

_HINT = "Correct the function that was given as synthesizer=."
_LOWEST_RATE, _HIGHEST_RATE = 4_000, 192_000
_TOO_LOUD = 2.0  # floats beyond are not clipped speech, but integers in the clothes of floats


def read_sound(text: str, given: object) -> SpokenPiece:
    """Make a piece of what a function returned for a text.

    Args:
        text: what is spoken.
        given: None for silence; samples as int16, or as floats in [-1, 1], at 24,000 Hz; ``(samples, rate)``; or
            ``(samples, rate, times)``, where the times are ``(symbol, start_s, end_s)`` for each phoneme, or a mapping
            with such a list as ``"phonemes"`` and one of ``(word, start_s)`` or ``(word, start_s, end_s)`` as
            ``"words"``.

    Returns:
        The piece at 24,000 Hz, without phonemes or words where their times were not given.

    Raises:
        SynthesisError: if it is anything else; the message says what is wrong with it.
    """
    rate: object = SAMPLE_RATE
    times: object = None
    match given:
        case tuple((samples, rate, times)):
            given = samples
        case tuple((samples, rate)):
            given = samples
        case tuple():
            raise _wrong(f"a tuple of {len(given)} and not (samples, rate) or (samples, rate, times)")
    pcm = resample(_samples(given), _rate(rate), SAMPLE_RATE)
    if not pcm.size:
        pcm = np.zeros(SAMPLE_RATE // 100, dtype=np.int16)
    duration_s = pcm.size / SAMPLE_RATE
    match times:
        case None:
            return SpokenPiece(text, pcm, (), ())
        case Mapping():
            if unknown := set(times) - {"phonemes", "words"}:
                raise _wrong(f'times named {sorted(map(str, unknown))} and not "phonemes" or "words"')
            phonemes, words = times.get("phonemes"), times.get("words")
        case _:
            phonemes, words = times, None
    return SpokenPiece(text, pcm, _phonemes(phonemes or (), duration_s), _words(words or (), duration_s))


def _samples(given: object) -> NDArray[np.int16]:
    if given is None:
        return np.zeros(0, dtype=np.int16)
    samples = np.asarray(given)
    if samples.dtype.kind not in "iuf" or isinstance(given, bytes | str | int | float):
        raise _wrong(f"{type(given).__name__} and not an array of samples")
    if samples.ndim == 2 and 1 in samples.shape:
        samples = samples.reshape(-1)
    if samples.ndim != 1:
        raise _wrong(f"samples of shape {samples.shape} and not (samples,): give one channel")
    if samples.dtype == np.int16 or not samples.size:
        return samples.astype(np.int16)
    if samples.dtype.kind != "f":
        raise _wrong(f"{samples.dtype} samples and not int16, or floats in [-1, 1]")
    if not np.isfinite(samples).all():
        raise _wrong("samples that are not numbers (NaN or infinite)")
    loudest = float(np.abs(samples).max())
    if loudest > _TOO_LOUD:
        raise _wrong(f"float samples of up to {loudest:.6g} and not in [-1, 1]: divide them, or give int16")
    return to_int16(samples)


def _rate(rate: object) -> int:
    is_number = isinstance(rate, int | float | np.integer | np.floating) and not isinstance(rate, bool)
    if not is_number or not _LOWEST_RATE <= float(rate) <= _HIGHEST_RATE:  # type: ignore[arg-type]
        raise _wrong(f"a sampling rate of {rate!r} and not hertz from {_LOWEST_RATE:,} to {_HIGHEST_RATE:,}")
    return round(float(rate))  # type: ignore[arg-type]


def _phonemes(given: object, duration_s: float) -> tuple[Phoneme, ...]:
    """Phonemes that cover the sound without gaps, with silence where the function names none."""
    phonemes: list[Phoneme] = []
    now = 0.0
    for symbol, start_s, end_s in _timed(given, "phoneme", (3,)):
        start_s, end_s = min(max(start_s, now), duration_s), min(end_s, duration_s)
        if end_s <= start_s:
            continue
        if start_s > now:
            phonemes.append(Phoneme("", now, start_s))
        phonemes.append(Phoneme(symbol.strip("ˈˌ "), start_s, end_s))
        now = end_s
    if phonemes and now < duration_s:
        phonemes.append(Phoneme("", now, duration_s))
    return tuple(phonemes)


def _words(given: object, duration_s: float) -> tuple[Word, ...]:
    return tuple(Word(word, min(start_s, duration_s)) for word, start_s, _ in _timed(given, "word", (2, 3)))


def _timed(given: object, what: str, lengths: tuple[int, ...]) -> list[tuple[str, float, float]]:
    """Entries of (text, start, end) in order of their starts; an end that was not given is the start."""
    if not isinstance(given, Iterable) or isinstance(given, str):
        raise _wrong(f"times of {what}s as {type(given).__name__} and not a list of ({what}, start_s, end_s)")
    entries: list[tuple[str, float, float]] = []
    for entry in given:
        fields: tuple[Any, ...] = tuple(entry) if isinstance(entry, Iterable) and not isinstance(entry, str) else ()
        try:
            text, start_s, end_s = fields[0], float(fields[1]), float(fields[-1])
        except (IndexError, TypeError, ValueError):
            text, start_s, end_s = None, 0.0, 0.0
        if len(fields) not in lengths or not isinstance(text, str) or not 0 <= start_s <= end_s < float("inf"):
            raise _wrong(f"the times of a {what} as {entry!r} and not ({what}, start_s, end_s)")
        entries.append((text, start_s, end_s))
    return sorted(entries, key=lambda entry: entry[1])


def _wrong(what: str) -> SynthesisError:
    return SynthesisError(f"The synthesizer's function returned {what}.", hint=_HINT)

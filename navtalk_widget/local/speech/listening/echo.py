"""Telling the avatar's own voice, come back through a loudspeaker and a room, from a person's."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE

LONGEST_DELAY_S = 0.7
"""Between playing and hearing: jitter buffers, loudspeaker, room, microphone and network."""

HOP = SAMPLE_RATE // 100
_FRAME = 2 * HOP
_LONGEST = 41 * HOP  # of the microphone's sound that is compared
_SHORTEST = 21 * HOP
_LAGS = round(LONGEST_DELAY_S * SAMPLE_RATE) // HOP
_EDGES_HZ = (120, 250, 400, 570, 760, 1_000, 1_270, 1_600, 2_000, 2_500, 3_150, 4_000)
_FLOOR = 15.0  # amplitude below which nothing is compared: noise of the room
_FLOOR_DB = 20 * np.log10(_FLOOR) + 6

_EXCESS_DB = 8.0
_ONSET = 10  # frames: 100 ms


@dataclass(frozen=True, slots=True)
class _Limits:
    """What a copy keeps to.

    It looks alike in nearly every band; two voices at once do not, even where one of them is the copy.

    Attributes:
        likeness: correlation that a copy has at least.
        excess: share of the sound that is clearly louder than the copy would be, at most.
        onset: the same of the last 100 ms, so that somebody who begins to speak is noticed at once.
    """

    likeness: float
    excess: float
    onset: float


_USUAL = _Limits(0.60, 0.20, 0.38)

# Where there has been an echo a moment ago, as there is none with a headset, more is put down to it.
_KNOWN = _Limits(0.52, 0.23, 0.50)
_KNOWN_AFTER = 8  # copies
_KNOWN_FOR = 3 * SAMPLE_RATE

_BANDS = np.searchsorted(np.fft.rfftfreq(_FRAME, 1 / SAMPLE_RATE), _EDGES_HZ)
_HANN = np.hanning(_FRAME).astype(np.float32)


class Played(Protocol):
    """What the loudspeaker gets, see `Playout`."""

    @property
    def position(self) -> int:
        """Now, in samples."""

    @property
    def ends_at(self) -> int:
        """The position after the last sample there is."""

    def sound_between(self, start: int, end: int) -> NDArray[np.int16]:
        """The sound from position `start` up to `end`."""
        ...


class EchoGuard:
    """Compares the microphone with what has been played shortly before.

    It is fed with all that the microphone hears, at the pace at which it is heard, and asked only when that seems to be
    voice; only then it costs anything.

    Args:
        played: the avatar's voice.
    """

    def __init__(self, played: Played) -> None:
        self._played = played
        self._heard = np.zeros(0, dtype=np.int16)
        self._copies: deque[int] = deque(maxlen=_KNOWN_AFTER)  # where copies were found
        self._until: int | None = None  # where the clock of the voice stood at the last sample heard

    def hear(self, samples: NDArray[np.int16]) -> None:
        """Take the next samples, mono int16 at 24,000 Hz."""
        now = self._played.position
        behind = self._until is None or now - self._until > LONGEST_DELAY_S * SAMPLE_RATE
        if behind:  # a microphone that was muted
            self._heard = self._heard[:0]
        # Blocks come in bursts, so their own length tells the time better than their arrival does.
        self._until = now if behind or self._until is None else min(now, self._until + samples.size)
        self._heard = np.concatenate((self._heard, samples))[-_LONGEST:]

    def is_echo(self) -> bool:
        """Whether the latest sound is nothing but what was played."""
        until = self._until
        if until is None or self._played.ends_at < until - self._heard.size - _LAGS * HOP:
            return False
        size = self._heard.size // HOP * HOP
        reference = self._played.sound_between(until - size - _LAGS * HOP, until)
        if not reference.any():
            return False
        if size < _SHORTEST:
            return True  # as it may well be
        likeness, excess, onset = _compare(_levels(self._heard[-size:]), _levels(reference))
        is_known = len(self._copies) == _KNOWN_AFTER and until - self._copies[0] < _KNOWN_FOR
        limits = _KNOWN if is_known else _USUAL
        is_copy = likeness > limits.likeness and excess < limits.excess and onset < limits.onset
        if is_copy:
            self._copies.append(until)
        return is_copy


def _compare(heard: NDArray[np.float32], played: NDArray[np.float32]) -> tuple[float, float, float]:
    """Likeness at the lag where it is greatest, and how much of all and of the latest sound is louder than a copy."""
    windows = np.lib.stride_tricks.sliding_window_view(played, len(heard), axis=0)  # (lags, bands, frames)
    pattern = (heard - heard.mean(axis=0)).T
    patterns = windows - windows.mean(axis=2, keepdims=True)
    flat = patterns.reshape(len(patterns), -1)
    norms = np.sqrt(np.square(flat).sum(axis=1) * np.square(pattern).sum())
    likeness = flat @ pattern.reshape(-1) / np.maximum(norms, 1e-6)
    best = int(likeness.argmax())
    gain = np.percentile(heard.T - windows[best], 35, axis=1, keepdims=True)
    louder = heard.T - np.maximum(windows[best] + gain, _FLOOR_DB) > _EXCESS_DB
    return float(likeness[best]), float(louder.mean()), float(louder[:, -_ONSET:].mean())


def _levels(sound: NDArray[np.int16]) -> NDArray[np.float32]:
    """Decibels by frame and band, shape (frames, bands)."""
    frames = np.lib.stride_tricks.sliding_window_view(sound, _FRAME)[::HOP].astype(np.float32) * _HANN
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2 / _FRAME
    bands = np.add.reduceat(power, _BANDS, axis=1)[:, :-1] / _FRAME * 8
    return np.asarray(10 * np.log10(bands + _FLOOR**2), dtype=np.float32)

"""What a living face does beside speaking: it breathes, sways a little, blinks, looks and raises its brows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.avatar.visemes import visemes_of
from navtalk_widget.local.playout import ScheduledPhoneme

Mood: TypeAlias = Literal["idle", "listening", "thinking", "speaking"]

BLINK_S = 0.16
_BLINK_SLOT_S = 4.2

LIVELY_REACH = SAMPLE_RATE * 600 // 1000
"""Speech this far, in samples, before or after a moment makes the head livelier and may raise the brows."""

_EMPHASIS = SAMPLE_RATE * 130 // 1000
_VOWELS = frozenset({"ah", "a", "eh", "ee", "oh", "oo", "uh"})


@dataclass(frozen=True, slots=True)
class Bearing:
    """How the head is held, in pixels and radians, and what eyes and brows do.

    Attributes:
        right: of the head.
        down: of the head.
        tilt: of the head, clockwise.
        breath: rise of the shoulders, 0 to 1.
        eyes: 0 closed, 1 open.
        gaze_right: of the irises.
        gaze_down: of the irises.
        brows: rise.
    """

    right: float
    down: float
    tilt: float
    breath: float
    eyes: float
    gaze_right: float
    gaze_down: float
    brows: float


@dataclass(frozen=True, slots=True)
class Attitude:
    """What a mood adds to the bearing."""

    tilt: float = 0.0
    down: float = 0.0
    gaze_right: float = 0.0
    gaze_down: float = 0.0
    brows: float = 0.0

    def towards(self, other: Attitude, share: float) -> Attitude:
        """Return the attitude between this one (0) and another (1)."""
        return Attitude(
            self.tilt + (other.tilt - self.tilt) * share,
            self.down + (other.down - self.down) * share,
            self.gaze_right + (other.gaze_right - self.gaze_right) * share,
            self.gaze_down + (other.gaze_down - self.gaze_down) * share,
            self.brows + (other.brows - self.brows) * share,
        )


ATTITUDES: dict[Mood, Attitude] = {
    "idle": Attitude(),
    "speaking": Attitude(),
    "listening": Attitude(tilt=0.012, down=0.4, brows=0.8),
    "thinking": Attitude(tilt=-0.01, gaze_right=2.0, gaze_down=-1.5, brows=0.4),
}


def bearing_at(position: int, phonemes: Sequence[ScheduledPhoneme], attitude: Attitude) -> Bearing:
    """Return the bearing at a moment; the same moment and sounds always give the same.

    Args:
        position: the moment, in samples.
        phonemes: those from `LIVELY_REACH` before it to as much after it.
        attitude: see `ATTITUDES`.
    """
    s = position / SAMPLE_RATE
    lively = _liveliness(position, phonemes)
    sway = 0.45 + 0.75 * lively
    nod = lively * (0.9 * math.sin(2.9 * s) + 0.5 * math.sin(4.7 * s + 0.6))
    breath = 0.5 - 0.5 * math.cos(2.0 * math.pi * s / 4.1)
    return Bearing(
        right=sway * (0.75 * math.sin(0.71 * s) + 0.45 * math.sin(1.37 * s + 1.0)),
        down=0.35 * math.sin(0.53 * s + 2.0) * sway + 0.55 * nod - 0.5 * breath + attitude.down,
        tilt=sway * (0.006 * math.sin(0.47 * s + 0.3) + 0.004 * math.sin(1.13 * s)) + attitude.tilt,
        breath=breath,
        eyes=_eyelids(s),
        gaze_right=_glance(s, 17) + attitude.gaze_right,
        gaze_down=0.4 * _glance(s, 29) + attitude.gaze_down,
        brows=1.5 * _emphasis(position, phonemes) + attitude.brows,
    )


def _liveliness(position: int, phonemes: Sequence[ScheduledPhoneme]) -> float:
    """The share of the surroundings that is speech, 0 to 1, weighted towards the moment itself."""
    return min(
        1.0,
        sum(_weight(p.end - position, LIVELY_REACH) - _weight(p.start - position, LIVELY_REACH) for p in phonemes),
    )


def _emphasis(position: int, phonemes: Sequence[ScheduledPhoneme]) -> float:
    """1 in the middle of a long vowel, falling to both sides."""
    reach = LIVELY_REACH // 2
    strongest = 0.0
    for phoneme in phonemes:
        length = phoneme.end - phoneme.start
        if length > _EMPHASIS and _VOWELS.intersection(visemes_of(phoneme.symbol)):
            x = (position - (phoneme.start + phoneme.end) / 2) / reach
            if abs(x) < 1.0:
                strongest = max(strongest, (0.5 + 0.5 * math.cos(math.pi * x)) * min(1.0, (length / _EMPHASIS - 1) * 2))
    return strongest


def _weight(offset: int, reach: int) -> float:
    x = max(-1.0, min(1.0, offset / reach))
    return 0.5 + 0.5 * x + math.sin(math.pi * x) / (2.0 * math.pi)


def _eyelids(s: float) -> float:
    slot = math.floor(s / _BLINK_SLOT_S)
    since = s - slot * _BLINK_SLOT_S - 0.3 - 3.4 * _chance(slot)
    if not 0.0 < since < BLINK_S:
        return 1.0
    closing = 0.4 * BLINK_S
    share = since / closing if since < closing else (BLINK_S - since) / (BLINK_S - closing)
    return 1.0 - math.sin(0.5 * math.pi * share)


def _glance(s: float, salt: int) -> float:
    """Eyes rest on the viewer and now and then flit a little, -1.2 to 1.2 pixels, quickly but not at once."""
    slot = math.floor(s / 2.3)
    before, after = _glance_aim(slot - 1, salt), _glance_aim(slot, salt)
    share = min(1.0, (s - slot * 2.3) / 0.12)
    return before + (after - before) * share * share * (3 - 2 * share)


def _glance_aim(slot: int, salt: int) -> float:
    chance = _chance(slot * 31 + salt)
    return 0.0 if chance < 0.55 else (chance - 0.775) / 0.225 * 1.2


def _chance(number: int) -> float:
    """A number from 0 to 1 that looks random and is always the same."""
    mixed = (number * 2654435761 + 974711) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 15)) * 2246822519) & 0xFFFFFFFF
    return ((mixed ^ (mixed >> 13)) & 0xFFFFFF) / 0x1000000

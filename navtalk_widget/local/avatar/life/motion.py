"""What a living face does beside speaking: it breathes, sways a little, blinks, looks and raises its brows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal, TypeAlias

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.avatar.life.expression import NEUTRAL, Expression
from navtalk_widget.local.avatar.life.habits import eyelids, glance, nod_of
from navtalk_widget.local.avatar.life.visemes import visemes_of
from navtalk_widget.local.playout import ScheduledPhoneme

Mood: TypeAlias = Literal["idle", "listening", "thinking", "speaking"]

LIVELY_REACH = SAMPLE_RATE * 600 // 1000
"""Speech this far, in samples, before or after a moment makes the head livelier and may raise the brows."""

_EMPHASIS = SAMPLE_RATE * 130 // 1000
_VOWELS = frozenset({"ah", "a", "eh", "ee", "oh", "oo", "uh"})


@dataclass(frozen=True, slots=True)
class Bearing:
    """How the head is held and what eyes, brows and the corners of the mouth do; by default at rest.

    Distances are in pixels of a picture of 320 x 400, in which the head is some 130 wide and 190 high.

    Attributes:
        right: of the head.
        down: of the head.
        tilt: of the head, in radians clockwise.
        breath: rise of the shoulders, 0 to 1.
        eyes: 0 closed, 1 open.
        gaze_right: of the irises.
        gaze_down: of the irises.
        brows: rise.
        smile: of the corners of the mouth, -1 drawn down, 0 as they are, 1 smiling.
        worry: rise of the inner ends of the brows, 0 to 1.
    """

    right: float = 0.0
    down: float = 0.0
    tilt: float = 0.0
    breath: float = 0.0
    eyes: float = 1.0
    gaze_right: float = 0.0
    gaze_down: float = 0.0
    brows: float = 0.0
    smile: float = 0.0
    worry: float = 0.0


@dataclass(frozen=True, slots=True)
class Attitude:
    """What a mood adds to the bearing, see there; `nods` is how much it nods, `strays` how far its glances go."""

    right: float = 0.0
    down: float = 0.0
    tilt: float = 0.0
    gaze_right: float = 0.0
    gaze_down: float = 0.0
    brows: float = 0.0
    smile: float = 0.0
    worry: float = 0.0
    nods: float = 0.0
    strays: float = 1.0

    def towards(self, other: Attitude, share: float) -> Attitude:
        """Return the attitude between this one (0) and another (1)."""
        return Attitude(*(a + (b - a) * share for a, b in zip(_values(self), _values(other), strict=True)))


ATTITUDES: dict[Mood, Attitude] = {
    "idle": Attitude(smile=0.12),
    "speaking": Attitude(strays=0.8),
    # Attentive: the head leans to one side and a little forward, the eyes stay on the speaker.
    "listening": Attitude(tilt=0.02, down=0.8, brows=0.9, smile=0.16, nods=1.0, strays=0.25),
    # The eyes wander up and aside.
    "thinking": Attitude(right=1.0, tilt=-0.018, gaze_right=2.8, gaze_down=-2.0, brows=0.6, worry=0.25, strays=0.7),
}

_CHANGE_S: dict[Mood, float] = {"idle": 0.6, "speaking": 0.4, "listening": 0.36, "thinking": 0.5}

_FLASH, _FLASH_S = 1.3, 0.6
"""Units that the brows jump up, and back in so many seconds, when somebody begins to speak."""


@dataclass(frozen=True, slots=True)
class MoodChange:
    """From an attitude into a mood, from a position on."""

    before: Attitude
    mood: Mood
    since: int

    def attitude_at(self, position: int) -> Attitude:
        """Return the attitude at a moment."""
        s = (position - self.since) / SAMPLE_RATE
        share = min(1.0, max(0.0, s / _CHANGE_S[self.mood]))
        if self.mood != "listening":
            return self.before.towards(ATTITUDES[self.mood], share * share * (3.0 - 2.0 * share))
        # At once, so that it is seen within a few frames: attention is quicker than other moods.
        attitude = self.before.towards(ATTITUDES["listening"], 1.0 - (1.0 - share) ** 3)
        x = min(1.0, max(0.0, s / _FLASH_S))
        return replace(attitude, brows=attitude.brows + _FLASH * 6.75 * x * (1.0 - x) ** 2)


def bearing_at(
    position: int, phonemes: Sequence[ScheduledPhoneme], attitude: Attitude, expression: Expression = NEUTRAL
) -> Bearing:
    """Return the bearing at a moment; the same moment and sounds always give the same.

    Args:
        position: the moment, in samples.
        phonemes: those from `LIVELY_REACH` before it to as much after it.
        attitude: of the mood, see `ATTITUDES`.
        expression: of the words.
    """
    s = position / SAMPLE_RATE
    lively = _liveliness(position, phonemes)
    sway = 0.7 + 0.65 * lively
    nod = lively * (0.9 * math.sin(2.9 * s) + 0.5 * math.sin(4.7 * s + 0.6)) + attitude.nods * nod_of(s)
    breath = 0.5 - 0.5 * math.cos(2.0 * math.pi * s / 4.1)
    emphasis = _emphasis(position, phonemes)
    aside, below = glance(s)
    gaze_right = attitude.strays * aside + attitude.gaze_right
    gaze_down = attitude.strays * below + attitude.gaze_down
    return Bearing(
        right=sway * (0.75 * math.sin(0.71 * s) + 0.45 * math.sin(1.37 * s + 1.0) + 0.16 * math.sin(2.9 * s))
        + attitude.right,
        down=(0.35 * math.sin(0.53 * s + 2.0) + 0.2 * math.sin(2.2 * s + 0.4)) * sway
        + 0.55 * nod
        + 0.5 * emphasis
        - 0.5 * breath
        + attitude.down
        + expression.down,
        tilt=sway * (0.006 * math.sin(0.47 * s + 0.3) + 0.004 * math.sin(1.13 * s)) + attitude.tilt + expression.tilt,
        breath=breath,
        eyes=eyelids(s),
        gaze_right=gaze_right,
        gaze_down=gaze_down,
        brows=1.5 * emphasis + attitude.brows + expression.brows,
        smile=min(1.0, max(-1.0, attitude.smile + expression.smile)),
        worry=min(1.0, attitude.worry + expression.worry),
    )


def _values(attitude: Attitude) -> tuple[float, ...]:
    return tuple(getattr(attitude, name) for name in _ATTITUDE)


_ATTITUDE = tuple(field.name for field in fields(Attitude))


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

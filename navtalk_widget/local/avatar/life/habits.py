"""What eyes and head do by themselves, at times that look like chance and are always the same."""

from __future__ import annotations

import math

BLINK_S = 0.2
_CLOSING = 0.4
"""The share of a blink in which the lids close; they open more slowly."""

_BLINK_SLOT_S = 3.7
"""Once in so many seconds, at any time of them, the eyes blink."""

_TWICE = 0.2
"""How often they blink twice, and how long after."""
_TWICE_AFTER_S = 0.3

_GLANCE_SLOT_S = 1.9
_SACCADE_S = 0.07
"""What the eyes take to look elsewhere."""

_AT_THE_VIEWER = 0.62
"""The share of glances that are none: the eyes keep to the viewer, but for the least of motions."""

_NOD_SLOT_S = 3.4
_NOD_S = 0.9


def eyelids(s: float) -> float:
    """Return how far the eyes are open: 0 closed, 1 open.

    Args:
        s: the moment, in seconds.
    """
    slot = math.floor(s / _BLINK_SLOT_S)
    # A double blink that begins late in its slot may reach into the next one.
    return min(_lids(s, slot), _lids(s, slot - 1))


def glance(s: float) -> tuple[float, float]:
    """Return where the eyes look beside the viewer: right and down, in units of the drawings."""
    slot = math.floor(s / _GLANCE_SLOT_S)
    begins = 0.9 * _GLANCE_SLOT_S * _chance(slot * 7 + 3)
    before, after = _aim(slot - 1), _aim(slot)
    share = min(1.0, max(0.0, (s - slot * _GLANCE_SLOT_S - begins) / _SACCADE_S))
    share *= share * (3.0 - 2.0 * share)
    return before[0] + (after[0] - before[0]) * share, before[1] + (after[1] - before[1]) * share


def nod_of(s: float) -> float:
    """Return how far the head is down in the slight nods of a listener: at most 1.8, mostly 0."""
    slot = math.floor(s / _NOD_SLOT_S)
    if _chance(slot * 13 + 5) < 0.3:
        return 0.0
    since = s - slot * _NOD_SLOT_S - (_NOD_SLOT_S - _NOD_S) * _chance(slot * 17 + 11)
    if not 0.0 < since < _NOD_S:
        return 0.0
    # Down, and down again but less.
    x = since / _NOD_S
    return 1.8 * math.sin(2.0 * math.pi * x) ** 2 * (1.0 - 0.55 * x)


def _lids(s: float, slot: int) -> float:
    since = s - (slot + 0.9 * _chance(slot)) * _BLINK_SLOT_S
    if _chance(slot * 5 + 1) < _TWICE and since > _TWICE_AFTER_S:
        since -= _TWICE_AFTER_S
    if not 0.0 < since < BLINK_S:
        return 1.0
    closing = _CLOSING * BLINK_S
    share = since / closing if since < closing else (BLINK_S - since) / (BLINK_S - closing)
    return 1.0 - math.sin(0.5 * math.pi * share)


def _aim(slot: int) -> tuple[float, float]:
    chance, aside, below = _chance(slot * 31 + 17), _chance(slot * 37 + 2), _chance(slot * 41 + 29)
    reach = 0.35 if chance < _AT_THE_VIEWER else 2.0
    return reach * (2.0 * aside - 1.0), 0.5 * reach * (2.0 * below - 1.0)


def _chance(number: int) -> float:
    """A number from 0 to 1 that looks random and is always the same."""
    mixed = (number * 2654435761 + 974711) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 15)) * 2246822519) & 0xFFFFFFFF
    return ((mixed ^ (mixed >> 13)) & 0xFFFFFF) / 0x1000000

"""The outlines of a mouth of any shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.local.avatar.character import MouthLook
from navtalk_widget.local.avatar.life.visemes import Mouth

Floats: TypeAlias = NDArray[np.floating]

OPENING = 19.0
"""Units of the drawings between the lips at the widest."""


@dataclass(frozen=True, slots=True)
class Lips:
    """Outlines as heights below the middle of the mouth at rest, each of shape (w,), in units of the drawings.

    Attributes:
        mouth: whose lips they are.
        smile: see `lips_of`.
        half: of the width.
        gap: between the lips at the middle.
        corner: the curve through the corners.
        arch: 1 in the middle, 0 from the corners on.
        inner: the same for what is seen between the lips, which is a little narrower.
        upper_top: of the upper lip.
        upper_edge: of the upper lip; what is seen between the lips begins here.
        lower_edge: of the lower lip.
        lower_bottom: of the lower lip.
    """

    mouth: Mouth
    smile: float
    half: float
    gap: float
    corner: Floats
    arch: Floats
    inner: Floats
    upper_top: Floats
    upper_edge: Floats
    lower_edge: Floats
    lower_bottom: Floats


def lips_of(look: MouthLook, mouth: Mouth, smile: float, x: Floats) -> Lips:
    """Return the outlines at places across the mouth.

    Args:
        look: the mouth at rest.
        mouth: its shape.
        smile: of the corners, -1 to 1.
        x: places, in units from the middle, shape (w,).
    """
    # Round lips cannot smile.
    smile *= 1.0 - 0.7 * mouth.rounding
    wide = 1.0 + 0.13 * mouth.spread * (1.0 - mouth.press) - 0.4 * mouth.rounding + 0.08 * smile
    wide -= 0.08 * mouth.opening * (1.0 - mouth.rounding)
    half = look.half_width * wide
    t = np.minimum(np.maximum(x / np.float32(half), np.float32(-1.0)), np.float32(1.0))
    t2 = t * t
    arch = 1.0 - t2
    inner = np.maximum(1.0 - np.square(x / np.float32(half * 0.94)), np.float32(0.0))

    gap = OPENING * mouth.opening * (1.0 - 0.12 * mouth.rounding)
    # A dropping jaw takes the corners along.
    corner = (
        -((look.smile + 4.0 * smile) * (1.0 - 0.5 * mouth.opening) + 0.9 * mouth.spread - 1.2 * mouth.rounding) * t2
    )
    bow = look.bow * (1.0 - mouth.rounding) * max(0.0, 1.0 - gap / 3.0)
    middle = corner + np.float32(bow) * np.exp(-np.square(x / np.float32(0.2 * half)))
    rise = 0.2 + 0.22 * mouth.rounding
    # Pressed lips meet on a straight line, a little above where they rest.
    middle -= np.float32(0.7 * mouth.press) * arch
    upper_edge = middle - np.float32(rise * gap + 0.8 * mouth.tuck) * inner ** np.float32(0.66 - 0.18 * mouth.rounding)
    lower_edge = middle + np.float32((1.0 - rise) * gap - 1.1 * mouth.tuck) * inner ** np.float32(
        0.72 - 0.24 * mouth.rounding
    )
    lower_edge = np.maximum(lower_edge, upper_edge)

    stretched = 0.1 * mouth.spread + 0.08 * smile + 0.1 * mouth.opening * (1.0 - mouth.rounding)
    fuller = 1.0 - 0.42 * mouth.press - stretched + 0.22 * mouth.rounding
    cupid = (
        1.0
        - 0.26 * np.exp(-np.square(x / np.float32(0.13 * half)))
        + 0.1 * np.exp(-np.square((np.abs(t) - 0.3) / np.float32(0.16)))
    )
    upper = look.upper_lip * fuller * (1.0 - 0.12 * mouth.tuck)
    lower = look.lower_lip * (fuller - 0.3 * mouth.rounding) * (1.0 - 0.42 * mouth.tuck)
    return Lips(
        mouth=mouth,
        smile=smile,
        half=half,
        gap=gap,
        corner=corner,
        arch=arch,
        inner=inner,
        upper_top=upper_edge - np.float32(upper) * cupid * arch ** np.float32(0.78 - 0.2 * mouth.rounding),
        upper_edge=upper_edge,
        lower_edge=lower_edge,
        lower_bottom=lower_edge + np.float32(lower) * arch ** np.float32(0.62 - 0.1 * mouth.rounding),
    )

"""Where the lips of a portrait are in any shape of the mouth."""

from __future__ import annotations

from dataclasses import dataclass

from navtalk_widget.local.avatar.life.visemes import Mouth
from navtalk_widget.local.avatar.portrait.lips import Lips

_OPENING = 0.66
"""Half widths of the mouth between the lips at the widest."""


@dataclass(frozen=True, slots=True)
class MouthShape:
    """Outlines as those of `Lips`, in the same units, and what else moves.

    Attributes:
        wide: how much wider than in the photo.
        corners: how far they are lower.
        top: of the upper lip at the middle, in units below the line of the corners.
        upper: the upper lip's lower edge.
        lower: the lower lip's upper edge.
        bottom: of the lower lip.
        chin: how far it is lower.
        round: power of the parabola between the lips: the smaller, the rounder the opening is at its sides.
    """

    wide: float
    corners: float
    top: float
    upper: float
    lower: float
    bottom: float
    chin: float
    round: float


def shaped(lips: Lips, mouth: Mouth, smile: float) -> MouthShape:
    """Return where the photo's lips go.

    Lips that are parted in the photo, by a smile mostly, meet when the mouth is at rest.

    Args:
        lips: of the photo.
        mouth: its shape.
        smile: -1 to 1.
    """
    parted = lips.lower - lips.upper
    gap = _OPENING * mouth.opening * (1.0 + 0.1 * mouth.rounding)
    tucked = 0.10 * mouth.tuck
    meet = lips.upper + 0.4 * parted
    # A broad smile draws the corners up and out; rounded lips undo that.
    relaxed = max(0.0, meet) * (0.25 + 0.6 * mouth.rounding) if parted > 0.1 else 0.0
    meet -= 0.6 * relaxed
    upper = meet - 0.22 * gap - tucked - 0.02 * mouth.spread
    lower = max(upper, meet + 0.78 * gap - 0.3 * tucked)
    full = 1.0 - 0.3 * mouth.press - 0.06 * mouth.spread + 0.2 * mouth.rounding
    thick_upper = (lips.upper - lips.top) * (1.0 + min(0.35, 0.5 * parted))
    thick_lower = (lips.bottom - lips.lower) * (1.0 + 0.1 * min(1.0, 3.0 * parted))
    return MouthShape(
        wide=1.0 + 0.07 * mouth.spread * (1.0 - mouth.press) - 0.31 * mouth.rounding + 0.05 * smile - 0.08 * relaxed,
        corners=-0.10 * smile - 0.03 * mouth.spread + 0.5 * relaxed,
        top=upper - thick_upper * full,
        upper=upper,
        lower=lower,
        bottom=lower + thick_lower * (full - 0.12 * mouth.rounding) * (1.0 - 0.45 * mouth.tuck),
        chin=0.72 * gap + 0.03 * mouth.rounding - 0.25 * max(0.0, parted - 0.1) * (1.0 - mouth.opening),
        round=1.0 - 0.45 * mouth.rounding,
    )

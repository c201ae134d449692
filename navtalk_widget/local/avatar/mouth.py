"""Paints the mouth: lips, teeth and tongue of any shape, anti-aliased, over the skin of the face."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.local.avatar.character import MouthLook
from navtalk_widget.local.avatar.colours import parse_hex, to_ycbcr
from navtalk_widget.local.avatar.visemes import Mouth

Floats: TypeAlias = NDArray[np.floating]

HALF_WIDTH, ABOVE, BELOW = 34, 18, 36
"""The part of the picture that is painted: pixels to both sides of, above and below the middle of the mouth."""

OPENING = 19.0
"""Pixels between the lips at the widest."""


class MouthPainter:
    """Paints one character's mouth.

    All outlines of a mouth are heights over its width, so each pixel's share of lip, tooth or tongue follows from a
    handful of curves. That costs a fraction of a millisecond and needs no steps between shapes, whereas rasterising
    a drawing of each shape takes five.
    """

    def __init__(self, look: MouthLook) -> None:
        self._look = look
        self._left, self._top = 2 * round(look.x / 2) - HALF_WIDTH, 2 * round(look.y / 2) - ABOVE
        self._x: Floats = np.arange(2 * HALF_WIDTH, dtype=np.float32) + np.float32(0.5 + self._left - look.x)
        self._y: Floats = (np.arange(ABOVE + BELOW, dtype=np.float32) + np.float32(0.5 + self._top - look.y))[:, None]
        names = ("upper", "lower", "line", "shine", "shadow", "inside", "throat", "teeth", "teeth_shade", "tongue")
        self._colour: dict[str, Floats] = {
            name: to_ycbcr(parse_hex(getattr(look, name))).astype(np.float32).reshape(3, 1, 1) for name in names
        }

    @property
    def box(self) -> tuple[int, int, int, int]:
        """What is painted: left, top, right, bottom in pixels."""
        return self._left, self._top, self._left + 2 * HALF_WIDTH, self._top + ABOVE + BELOW

    def paint(self, skin: NDArray[np.uint8], mouth: Mouth) -> NDArray[np.uint8]:
        """Return the skin within `box` with the mouth on it; both YCbCr, uint8 of shape (rows, columns, 3)."""
        look, x, y = self._look, self._x, self._y
        wide = 1.0 + 0.15 * mouth.spread * (1.0 - mouth.press) - 0.42 * mouth.rounding
        half = look.half_width * wide
        t = np.clip(x / half, -1.0, 1.0)
        arch = 1.0 - t * t
        inner = np.clip(1.0 - np.square(x / (half * 0.93)), 0.0, 1.0)

        gap = OPENING * mouth.opening * (1.0 - 0.12 * mouth.rounding)
        smile = look.smile + 0.9 * mouth.spread - 1.2 * mouth.rounding
        corner = -smile * t * t
        bow = look.bow * np.exp(-np.square(x / (0.2 * half))) * (1.0 - mouth.rounding)
        middle = corner + bow * max(0.0, 1.0 - gap / 3.0)
        rise = 0.22 + 0.16 * mouth.rounding
        upper_edge = middle - (rise * gap + 0.8 * mouth.tuck) * inner ** (0.72 - 0.22 * mouth.rounding)
        lower_edge = middle + ((1.0 - rise) * gap - 1.6 * mouth.tuck) * inner ** (0.8 - 0.3 * mouth.rounding)
        lower_edge = np.maximum(lower_edge, upper_edge)

        fuller = 1.0 - 0.34 * mouth.press - 0.1 * mouth.spread + 0.22 * mouth.rounding
        cupid = (
            1.0
            - 0.26 * np.exp(-np.square(x / (0.13 * half)))
            + 0.1 * np.exp(-np.square((np.abs(x) / half - 0.3) / 0.16))
        )
        upper_top = upper_edge - look.upper_lip * fuller * cupid * arch ** (0.78 - 0.2 * mouth.rounding)
        lower_bottom = lower_edge + look.lower_lip * (fuller - 0.3 * mouth.rounding) * (
            1.0 - 0.42 * mouth.tuck
        ) * arch ** (0.62 - 0.1 * mouth.rounding)

        out = np.ascontiguousarray(skin.transpose(2, 0, 1), dtype=np.float32)
        colour = self._colour
        # the hollow below the lower lip and the corners
        hollow = np.exp(-np.square((y - lower_bottom - 3.0) / 3.2)) * arch
        _mix(out, colour["shadow"], 0.30 * hollow)
        corners = np.exp(-np.square((np.abs(x) - half - 0.6) / 2.6) - np.square((y - corner) / 2.2))
        _mix(out, colour["shadow"], 0.42 * corners)
        # lips
        body = np.clip(half + 0.2 - np.abs(x), 0.0, 1.0)
        upper = _band(y, upper_top, upper_edge, 1.5) * body
        depth = np.clip((y - upper_top) / np.maximum(upper_edge - upper_top, 0.5), 0.0, 1.0)
        _mix(out, colour["upper"], upper * (0.55 + 0.4 * depth) * 0.95)
        lower = _band(y, lower_edge, lower_bottom, 1.8) * body
        depth = np.clip((y - lower_edge) / np.maximum(lower_bottom - lower_edge, 0.5), 0.0, 1.0)
        _mix(out, colour["lower"], lower * (0.95 - 0.35 * depth * depth))
        shine = lower * np.exp(-np.square((depth - 0.42) / 0.22) - np.square((x + 2.0) / (0.42 * half)))
        _mix(out, colour["shine"], 0.42 * shine)
        # what is seen between them
        between = _cover(y, upper_edge, lower_edge)
        if gap > 0.2 or mouth.tuck > 0.05:
            self._paint_inside(out, mouth, between, upper_edge, lower_edge, half, gap)
        # the line where they meet, and the soft edge of the upper lip's shade
        open_share = min(1.0, gap / 4.0)
        seam = np.exp(-np.square((y - 0.5 * (upper_edge + lower_edge)) / (0.85 - 0.15 * mouth.press)))
        _mix(out, colour["line"], 0.78 * (1.0 - open_share) * seam * np.clip(arch * 1.6, 0.0, 1.0) ** 0.6)
        rim = np.exp(-np.square((y - upper_edge) / 1.0)) * inner**0.3 * body
        _mix(out, colour["line"], 0.5 * open_share * rim)
        return np.asarray(np.clip(out + 0.5, 0.0, 255.0), dtype=np.uint8).transpose(1, 2, 0)

    def _paint_inside(
        self,
        out: Floats,
        mouth: Mouth,
        between: Floats,
        upper_edge: Floats,
        lower_edge: Floats,
        half: float,
        gap: float,
    ) -> None:
        x, y, colour = self._x, self._y, self._colour
        side = np.clip(np.abs(x) / (half * 0.93), 0.0, 1.0)
        _mix(out, colour["inside"], between)
        deep = np.exp(-np.square((y - (0.45 * gap)) / (0.32 * gap + 1.0)) - np.square(x / (0.5 * half)))
        _mix(out, colour["throat"], between * 0.85 * deep)
        # tongue
        height = (0.12 + 0.34 * mouth.tongue) * gap
        dome = lower_edge - height * np.sqrt(np.clip(1.0 - np.square(x / (0.66 * half)), 0.0, 1.0)) - 0.01
        _mix(
            out,
            colour["tongue"],
            between * _band(y, dome, lower_edge + 4.0, 2.0) * (0.62 + 0.2 * mouth.tongue),
        )
        # lower teeth, only just
        low = _band(y, lower_edge - 0.10 * gap, lower_edge + 4.0, 1.2) * np.clip(1.0 - side * 1.3, 0.0, 1.0)
        _mix(out, colour["teeth_shade"], between * low * 0.55 * (1.0 - mouth.rounding) * min(1.0, gap / 8.0))
        # upper teeth, in the shade of the lip
        reach = min(0.5 * gap + 2.4 * mouth.tuck, 5.2) * (1.0 - 0.5 * mouth.rounding)
        row = upper_edge + reach * (1.0 - 0.55 * side**3)
        teeth = between * _band(y, upper_edge - 4.0, row, 1.1) * np.clip((1.0 - side) * 3.2, 0.0, 1.0)
        _mix(out, colour["teeth"], teeth * (1.0 - 0.5 * side * side))
        shade = np.exp(-np.square((y - upper_edge) / 1.7))
        _mix(out, colour["throat"], between * 0.42 * shade)
        # the wet edge of the lower lip
        _mix(out, colour["line"], between * 0.35 * np.exp(-np.square((y - lower_edge) / 1.1)))


def _cover(y: Floats, top: Floats, bottom: Floats) -> Floats:
    """How much of each pixel lies between two curves."""
    return np.asarray(np.clip(np.minimum(y + 0.5, bottom) - np.maximum(y - 0.5, top), 0.0, 1.0), dtype=np.float32)


def _band(y: Floats, top: Floats, bottom: Floats, softness: float) -> Floats:
    """The same with edges `softness` pixels wide, and nothing where the curves meet."""
    inside = np.minimum(y - top, bottom - y) / softness + 0.5
    return np.asarray(np.clip(inside, 0.0, 1.0) * np.clip((bottom - top) / softness, 0.0, 1.0), dtype=np.float32)


def _mix(out: Floats, colour: Floats, share: Floats) -> None:
    out += share * (colour - out)

"""Paints the mouth: lips, teeth and tongue of any shape, anti-aliased, over the skin of the face."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.local.avatar.character import MouthLook
from navtalk_widget.local.avatar.colours import parse_hex, to_ycbcr
from navtalk_widget.local.avatar.drawn.canvas import Box, Canvas
from navtalk_widget.local.avatar.drawn.lips import OPENING, Lips, lips_of
from navtalk_widget.local.avatar.layers import Planes
from navtalk_widget.local.avatar.life.visemes import Mouth

Floats: TypeAlias = NDArray[np.floating]
_NAMES = ("upper", "lower", "line", "shine", "shadow", "inside", "throat", "teeth", "teeth_shade", "tongue")

_MARGIN = 9.0
"""Units around the lips that their shadows reach."""

_BLOCK = 4096
"""Pixels that are mixed at a time: for more, a product of matrices wakes threads, which then burn time waiting."""


class MouthPainter:
    """Paints one character's mouth.

    All outlines of a mouth are heights over its width, so each pixel's share of lip, tooth or tongue follows from a
    handful of curves. That costs a fraction of a millisecond and needs no steps between shapes, whereas rasterising
    a drawing of each shape takes many.

    Args:
        look: the mouth at rest.
        canvas: of the picture.

    Attributes:
        box: what is painted at most of the picture.
    """

    def __init__(self, look: MouthLook, canvas: Canvas) -> None:
        self.box = left, top, right, bottom = mouth_box(look, canvas)
        self._look = look
        self._pixel = 1.0 / canvas.scale
        x = (left + 0.5 + np.arange(right - left) - canvas.x(look.x)) / canvas.scale
        y = (top + 0.5 + np.arange(bottom - top) - canvas.y(look.y)) / canvas.scale
        self._x: Floats = x.astype(np.float32)
        self._y: Floats = y.astype(np.float32)[:, None]
        self._colours = {name: to_ycbcr(parse_hex(getattr(look, name))).astype(np.float32) for name in _NAMES}

    def paint(self, skin: Planes, mouth: Mouth, smile: float = 0.0) -> None:
        """Paint the mouth upon the skin within `box`.

        Args:
            skin: changed in place.
            mouth: its shape.
            smile: of the corners, -1 to 1.
        """
        lips = lips_of(self._look, mouth, smile, self._x)
        rows = self._rows(float(lips.upper_top.min()) - _MARGIN, float(lips.lower_bottom.max()) + _MARGIN)
        paint = _Paint([], [])
        _paint_lips(paint, lips, self._x, self._y[rows], self._pixel)
        colours, left = paint.mixed(self._colours)
        luma = skin.luma[rows]
        left_luma = luma * left
        left_luma += colours[0]
        left_luma += np.float32(0.5)
        luma[...] = left_luma
        chroma = skin.chroma[:, rows.start // 2 : rows.stop // 2]
        left_chroma = chroma * _quartered(left)
        left_chroma += _quartered(colours[1:])
        left_chroma += np.float32(0.5)
        chroma[...] = left_chroma

    def _rows(self, top: float, bottom: float) -> slice:
        """The rows between two heights, from an even one to an even one."""
        first = float(self._y[0, 0])
        return slice(
            max(0, math.floor((top - first) / self._pixel)) & ~1,
            min(self._y.size, (max(0, math.ceil((bottom - first) / self._pixel)) + 2) & ~1),
        )


@dataclass(frozen=True, slots=True)
class _Paint:
    """Colours that are laid one over the other: names, and for each the share of every pixel that it covers."""

    names: list[str]
    shares: list[Floats]

    def mix(self, name: str, share: Floats) -> None:
        """Lay a colour over those so far: 0 to 1, shape (h, w)."""
        self.names.append(name)
        self.shares.append(share)

    def mixed(self, colours: Mapping[str, Floats]) -> tuple[Floats, Floats]:
        """Return what they come to, shape (3, h, w), and what is left of what lies below, shape (h, w)."""
        height, width = self.shares[0].shape
        seen = np.empty((len(self.shares), height, width), dtype=np.float32)
        left = np.ones((height, width), dtype=np.float32)
        for layer in range(len(self.shares) - 1, -1, -1):
            left -= np.multiply(self.shares[layer], left, out=seen[layer])
        weights = seen.reshape(len(self.shares), -1)
        palette = np.stack([colours[name] for name in self.names], axis=1)
        total = np.empty((3, weights.shape[1]), dtype=np.float32)
        for first in range(0, weights.shape[1], _BLOCK):
            np.matmul(palette, weights[:, first : first + _BLOCK], out=total[:, first : first + _BLOCK])
        return total.reshape(3, height, width), left


def mouth_box(look: MouthLook, canvas: Canvas) -> Box:
    """Return what `MouthPainter` paints at most."""
    wide = 1.3 * look.half_width + _MARGIN
    above, below = 1.4 * look.upper_lip + 6.0 + _MARGIN, OPENING + 1.2 * look.lower_lip + _MARGIN
    return canvas.box((look.x - wide, look.y - above, look.x + wide, look.y + below))


def _quartered(values: Floats) -> Floats:
    """The mean of each square of four: shape (..., h, w) becomes (..., h // 2, w // 2)."""
    rows = values[..., 0::2, :] + values[..., 1::2, :]
    squares = rows[..., 0::2] + rows[..., 1::2]
    squares *= np.float32(0.25)
    return squares


def _paint_lips(paint: _Paint, lips: Lips, x: Floats, y: Floats, pixel: float) -> None:
    half, arch, mouth = lips.half, lips.arch, lips.mouth
    away = np.abs(x)
    below_upper, below_lower = y - lips.upper_edge, y - lips.lower_edge
    # the hollow below the lower lip, and the corners
    paint.mix("shadow", 0.30 * arch * _near(y - lips.lower_bottom - 3.0, 3.2))
    beside = 0.42 * np.exp(-np.square((away - np.float32(half + 0.6)) / np.float32(2.6)))
    paint.mix("shadow", (1.0 + 0.3 * max(0.0, lips.smile)) * beside * _near(y - lips.corner, 2.2))
    # lips, whose edges are soft by themselves, and so by a pixel more
    body = _clipped((np.float32(half + 0.2) - away) / np.float32(pixel))
    soft = 0.6 + 0.8 * pixel
    below_top, above_bottom = y - lips.upper_top, lips.lower_bottom - y
    thick = np.maximum(lips.upper_edge - lips.upper_top, np.float32(0.5))
    cover = _band(below_top, -below_upper, thick, soft)
    cover *= body
    depth = _clipped(below_top / thick)
    depth *= np.float32(0.38)
    depth += np.float32(0.52)
    paint.mix("upper", cover * depth)
    thick = np.maximum(lips.lower_bottom - lips.lower_edge, np.float32(0.5))
    cover = _band(below_lower, above_bottom, thick, soft + 0.3)
    cover *= body
    depth = _clipped(below_lower / thick)
    paint.mix("lower", cover * (0.95 - 0.35 * depth * depth))
    across = 0.42 * np.exp(-np.square((x + 2.0) / np.float32(0.42 * half)))
    cover *= across
    paint.mix("shine", cover * _near(depth - 0.42, 0.22))
    # what is seen between them
    open_share = min(1.0, lips.gap / 4.0)
    if lips.gap > 0.2 or mouth.tuck > 0.05:
        _paint_inside(paint, lips, x, y, pixel)
        rim = 0.5 * open_share * lips.inner ** np.float32(0.3) * body
        paint.mix("line", rim * _near(below_upper, 0.7 + 0.3 * pixel))
    # the line where they meet
    if open_share < 1.0:
        seam = 0.78 * (1.0 - open_share) * np.minimum(arch * 1.6, 1.0) ** np.float32(0.6)
        middle = 0.5 * (lips.upper_edge + lips.lower_edge)
        paint.mix("line", seam * _near(y - middle, 0.55 + 0.3 * pixel - 0.12 * mouth.press))


def _paint_inside(paint: _Paint, lips: Lips, x: Floats, y: Floats, pixel: float) -> None:
    mouth, half, gap = lips.mouth, lips.half, lips.gap
    inside = half * 0.94
    side = np.minimum(np.abs(x) / np.float32(inside), np.float32(1.0))
    below_upper, above_lower = y - lips.upper_edge, lips.lower_edge - y
    between = _clipped(np.minimum(below_upper, above_lower) / np.float32(pixel) + 0.5)
    between *= np.minimum((lips.lower_edge - lips.upper_edge) / np.float32(pixel), np.float32(1.0))
    paint.mix("inside", between)
    deep = 0.85 * np.exp(-np.square(x / np.float32(0.5 * half)))
    paint.mix("throat", between * deep * _near(y - 0.42 * gap, 0.3 * gap + 1.0))
    # lower teeth, only just
    reach = min(0.16 * gap, 2.2) * (1.0 - mouth.rounding)
    if reach > 0.3:
        low = 0.6 * np.maximum(1.0 - side * 1.3, np.float32(0.0)) * min(1.0, gap / 8.0)
        paint.mix("teeth_shade", between * low * _step(reach - above_lower, 0.5 + pixel))
    # tongue
    high = (0.18 + 0.5 * mouth.tongue * mouth.tongue) * gap
    dome = high * np.sqrt(np.maximum(1.0 - np.square(x / np.float32(0.64 * half)), np.float32(0.0)))
    tongue = between * _step(dome - above_lower, 0.7 + pixel)
    tongue *= np.float32(0.78 + 0.16 * mouth.tongue) * np.minimum(dome * 2.0, np.float32(1.0))
    paint.mix("tongue", tongue)
    groove = 0.3 * mouth.tongue * np.exp(-np.square(x / np.float32(1.2)))
    paint.mix("inside", tongue * groove)
    # upper teeth, longest in the middle, in the shade of the lip
    reach = (min(0.6 * gap, 5.4) * (1.0 - 0.45 * mouth.tongue * mouth.tongue) + 2.4 * mouth.tuck) * (
        1.0 - 0.5 * mouth.rounding
    )
    row = np.float32(reach) * (1.0 - 0.5 * side * side * side)
    teeth = between * _step(row - below_upper, 0.3 + pixel)
    teeth *= np.minimum((1.0 - side) * 3.2, np.float32(1.0))
    paint.mix("teeth", teeth * (1.0 - 0.5 * side * side))
    paint.mix("teeth_shade", teeth * _seams(x, half, pixel))
    paint.mix("throat", 0.4 * (1.0 - 0.6 * mouth.tuck) * between * _near(below_upper, 1.5))
    # the wet edge of the lower lip
    paint.mix("line", 0.35 * (1.0 - 0.5 * mouth.tuck) * between * _near(above_lower, 0.8 + 0.3 * pixel))


def _seams(x: Floats, half: float, pixel: float) -> Floats:
    """Where one upper tooth ends and the next begins, as far as it can be seen at all, shape (w,)."""
    tooth = 0.21 * half
    place = np.abs(x / np.float32(tooth))
    away = np.abs(place - np.rint(place)) * np.float32(tooth)
    wide = 0.35 + 0.5 * pixel
    return np.asarray(0.45 * (0.35 / wide) * np.exp(-np.square(away / np.float32(wide))), dtype=np.float32)


def _near(distance: Floats, reach: float) -> Floats:
    """1 where the distance is none, falling to both sides; overwrites the distance."""
    distance *= np.float32(1.0 / reach)
    np.square(distance, out=distance)
    np.negative(distance, out=distance)
    np.exp(distance, out=distance)
    return distance


def _step(depth: Floats, soft: float) -> Floats:
    """From 0 outside to 1 inside of an edge; overwrites the depth."""
    depth *= np.float32(1.0 / soft)
    depth += np.float32(0.5)
    return _clip(depth)


def _band(below_top: Floats, above_bottom: Floats, thick: Floats, soft: float) -> Floats:
    """1 between two curves, with soft edges; less where they are so near that both edges meet."""
    band = _step(np.minimum(below_top, above_bottom), soft)
    band *= np.minimum(thick / np.float32(soft), np.float32(1.0))
    return band


def _clipped(values: Floats) -> Floats:
    return _clip(np.array(values))


def _clip(values: Floats) -> Floats:
    np.maximum(values, np.float32(0.0), out=values)
    np.minimum(values, np.float32(1.0), out=values)
    return values

"""Paints what is seen between the parted lips of a portrait: teeth, tongue and the dark behind them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.local.avatar.colours import to_ycbcr
from navtalk_widget.local.avatar.layers import Planes
from navtalk_widget.local.avatar.life.visemes import Mouth
from navtalk_widget.local.avatar.portrait.lips import Lips
from navtalk_widget.local.avatar.portrait.mouth_shape import MouthShape
from navtalk_widget.local.avatar.portrait.placing import Floats
from navtalk_widget.local.avatar.portrait.strip import box_around

_COLOURS = {
    "dark": (62, 26, 24),
    "throat": (34, 13, 13),
    "teeth": (232, 223, 207),
    "low_teeth": (176, 160, 144),
    "tongue": (158, 84, 80),
}
"""By a light that shows skin at a luma of 165."""

_SKIN_LUMA = 165.0
_TEETH_WIDTH = 0.17
"""Half widths of the mouth that a front tooth is wide."""


class InnerMouth:
    """The inside of one portrait's mouth, in the light of the photo."""

    def __init__(self, planes: Planes, lips: Lips) -> None:
        height, width = planes.luma.shape
        left, top, right, bottom = box_around(
            lips.placing, -1.0, lips.bottom + 0.15, 1.0, lips.bottom + 0.5, (width, height)
        )
        skin = planes.luma[top:bottom, left:right]
        light = float(np.clip((np.median(skin) - 16.0) / (_SKIN_LUMA - 16.0), 0.25, 1.25))
        tint = [float(np.median(plane[top // 2 : bottom // 2, left // 2 : right // 2])) for plane in planes.chroma]
        self._colour = {name: _lit(rgb, light, tint) for name, rgb in _COLOURS.items()}
        line = box_around(lips.placing, -0.8, min(lips.upper, 0.0), 0.8, lips.bottom, (width, height))
        lip = planes.luma[line[1] : line[3], line[0] : line[2]]
        self._line = np.array([0.45 * float(np.median(lip)) + 8.0], dtype=np.float32)

    def paint(
        self,
        out: Floats,
        unit: float,
        u: Floats,
        v: Floats,
        upper: Floats,
        lower: Floats,
        mouth: Mouth,
        shape: MouthShape,
    ) -> None:
        """Paint over a part of the luma plane, or of both chroma planes.

        Args:
            out: shape (1 or 2, h, w).
            unit: pixels per half width of the mouth.
            u: of the columns, -1 and 1 at the corners.
            v: of the pixels, in units.
            upper: lower edge of the upper lip in each column.
            lower: upper edge of the lower lip likewise.
            mouth: its shape.
            shape: the same in units.
        """
        inside = np.flatnonzero(np.abs(u) < 1.02)
        if not inside.size:
            return
        columns = slice(int(inside[0]), int(inside[-1]) + 1)
        u, v, upper, lower = u[columns], v[:, columns], upper[columns], lower[columns]
        rows_shown = np.flatnonzero(((v > upper.min() - 0.2) & (v < lower.max() + 0.2)).any(axis=1))
        if not rows_shown.size:
            return
        rows = slice(int(rows_shown[0]), int(rows_shown[-1]) + 1)
        v, part = v[rows], out[:, rows, columns]
        gap = shape.lower - shape.upper
        arch = np.clip(1.0 - u * u, 0.0, 1.0)
        if gap > 0.01:
            self._paint_between(part, unit, u, v, upper, lower, mouth, gap)
        if len(out) == 1:
            self._paint_edges(part, unit, v, upper, lower, arch, gap, mouth.press)

    def _paint_between(
        self,
        part: Floats,
        unit: float,
        u: Floats,
        v: Floats,
        upper: Floats,
        lower: Floats,
        mouth: Mouth,
        gap: float,
    ) -> None:
        soft = max(0.045, 1.0 / unit)
        between = np.clip(np.minimum(v - upper, lower - v) / soft + 0.5, 0.0, 1.0)
        between *= np.clip((lower - upper) / soft, 0.0, 1.0)
        colour = {name: self._of(part, value) for name, value in self._colour.items()}
        height = lower - upper
        depth = (v - upper) / np.maximum(height, 0.02)
        inner = colour["dark"] + np.clip(1.4 * depth * (gap / 0.5), 0.0, 1.0) * (colour["throat"] - colour["dark"])
        inner = np.broadcast_to(inner, part.shape).copy()
        # tongue: a dome behind the lower teeth
        dome = (0.2 + 0.45 * mouth.tongue) * gap * np.sqrt(np.clip(1.0 - np.square(u / 0.72), 0.0, 1.0))
        tongue = np.clip((v - (lower - dome)) / max(0.09, 1.5 / unit), 0.0, 1.0) * np.clip(dome * 14.0, 0.0, 1.0)
        _mix(inner, colour["tongue"], tongue * (0.6 + 0.3 * mouth.tongue))
        # lower teeth, only just, and only where the mouth is not rounded
        low = 0.10 * gap * np.clip(1.0 - np.square(u / 0.6), 0.0, 1.0)
        low_teeth = np.clip((v - (lower - low)) / soft + 0.5, 0.0, 1.0) * np.clip(low * 20.0, 0.0, 1.0)
        _mix(inner, colour["low_teeth"], 0.45 * low_teeth * (1.0 - mouth.rounding) * (1.0 - 0.8 * mouth.tongue))
        self._paint_teeth(inner, unit, u, v, upper, mouth, gap)
        # the lips throw their shade inwards, and it is dark towards the corners
        shade = 0.42 * np.exp(-np.square((v - upper) / (0.04 + 0.12 * gap)))
        shade += 0.25 * np.exp(-np.square((lower - v) / 0.05))
        shade = np.clip(shade + 0.5 * np.square(u) * np.square(u), 0.0, 0.9)
        _mix(inner, colour["throat"], shade)
        part += between * (inner - part)

    def _paint_teeth(
        self, inner: Floats, unit: float, u: Floats, v: Floats, upper: Floats, mouth: Mouth, gap: float
    ) -> None:
        teeth, dark = self._of(inner, self._colour["teeth"]), self._of(inner, self._colour["dark"])
        soft = max(0.05, 1.3 / unit)
        reach = min(0.8 * gap + 0.2 * mouth.tuck, 0.26) * (1.0 - 0.55 * mouth.rounding)
        row = upper + reach * (1.0 - 0.35 * np.square(u / 0.7))
        shown = np.clip((row - v) / soft + 0.5, 0.0, 1.0) * np.clip((0.86 - np.abs(u)) * 5.0, 0.0, 1.0)
        shown = shown * np.clip(reach * 14.0, 0.0, 1.0)
        # they turn away from the light to both sides, with a hint of the gaps between them
        turned = 1.0 - 0.5 * np.square(u / 0.86)
        place = np.abs(u) / _TEETH_WIDTH
        gaps = np.exp(-np.square((place - np.rint(place)) * (_TEETH_WIDTH * unit) / max(0.7, 0.03 * unit)))
        turned = turned * (1.0 - 0.1 * gaps * np.clip((unit - 14.0) / 20.0, 0.0, 1.0))
        _mix(inner, dark + turned * (teeth - dark), 0.92 * shown)

    def _paint_edges(
        self, part: Floats, unit: float, v: Floats, upper: Floats, lower: Floats, arch: Floats, gap: float, press: float
    ) -> None:
        """The line where closed lips meet, which becomes the edge of the upper lip."""
        opened = min(1.0, gap / 0.14)
        middle = upper + (lower - upper) * 0.5 * (1.0 - opened)
        width = max(0.045 + 0.01 * press, 0.75 / unit)
        dark = self._line.reshape(1, 1, 1)
        _mix(part, dark, np.exp(-np.square((v - middle) / width)) * np.minimum(1.0, 6.0 * arch) * (0.62 - 0.3 * opened))
        # the wet edge of the lower lip, which also hides what the photo has of teeth there
        _mix(part, dark, np.exp(-np.square((v - lower) / width)) * np.minimum(1.0, 5.0 * arch) * 0.4 * opened)

    @staticmethod
    def _of(part: Floats, colour: NDArray[np.float32]) -> Floats:
        """Those channels of a colour that a part of the planes has."""
        return (colour[:1] if len(part) == 1 else colour[1:]).reshape(-1, 1, 1)


def _lit(rgb: tuple[int, int, int], light: float, tint: list[float]) -> NDArray[np.float32]:
    """A colour as it would look in the photo, whose skin's chroma is given: grey where the photo is grey."""
    y, cb, cr = to_ycbcr(np.array(rgb, dtype=np.uint8)).astype(np.float32)
    colourful = float(np.clip((tint[1] - 128.0) / 14.0, 0.0, 1.0))
    return np.array(
        [16.0 + (y - 16.0) * light, 128.0 + (cb - 128.0) * colourful, 128.0 + (cr - 128.0) * colourful],
        dtype=np.float32,
    )


def _mix(out: Floats, colour: Floats, share: Floats) -> None:
    out += share * (colour - out)

"""Finds the outlines of the lips in a photo."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from PIL import Image

from navtalk_widget.local.avatar.portrait.placing import Floats, Placing, Point

_SCALE = 100
"""Pixels per unit, the distance of the eyes, at which is looked."""

_LEFT, _TOP, _RIGHT, _BOTTOM = -0.85, 0.6, 0.85, 1.9
"""The part of the face that is looked at."""

_HEIGHTS: Floats = np.arange(-0.42, 0.86, 0.02, dtype=np.float32)
"""Where an outline may be at the middle of the mouth, in half widths of the mouth below the line of its corners."""

_COLUMNS: Floats = np.linspace(-0.9, 0.9, 46, dtype=np.float32)

FULL = 0.75
"""The lips are fuller towards their corners than what is between them: a power of the parabola that the latter is."""

_UPPER, _LOWER = 0.24, 0.32
"""Usual heights of the lips, in half widths."""

_COLOURLESS = 0.02
"""Photos whose redness varies less than this are black and white."""


@dataclass(frozen=True, slots=True)
class Lips:
    """Outlines of the lips: all begin and end at the corners of the mouth, and differ in how far they sag between.

    Attributes:
        placing: of the mouth: the origin midway between its corners, the unit half its width.
        top: of the upper lip at the middle, in units below the line of the corners.
        upper: the upper lip's lower edge, likewise.
        lower: the lower lip's upper edge; equal to `upper` where the lips meet.
        bottom: of the lower lip.
    """

    placing: Placing
    top: float
    upper: float
    lower: float
    bottom: float


def find_lips(photo: Image.Image, eyes: Placing, corners: tuple[Point, Point] | None) -> Lips:
    """Return the outlines that part lips, teeth and skin best.

    Args:
        photo: RGB.
        eyes: the placing between the eyes.
        corners: of the mouth, in pixels, if they are known.
    """
    if corners is not None:
        placing = Placing.between(*corners)
        known = placing.at(0.0, 0.0, unit=placing.unit / 2)
        towards = eyes.to_face((known.x, known.y))
        sums = _sums(photo, eyes.at(towards[0], towards[1] - 1.1))
        return _fit(sums, 0.0, 1.1, known.unit / eyes.unit, known)[1]
    sums = _sums(photo, eyes)

    def fit(place: tuple[float, float, float]) -> tuple[float, Lips]:
        x, y, half = place
        good, lips = _fit(sums, x, y, half, eyes.at(x, y, unit=half * eyes.unit))
        # Mouths are usually here and so wide.
        middle = y + half * (lips.upper + lips.lower) / 2
        doubt = 20.0 * ((middle - 1.03) / 0.25) ** 2 + 14.0 * (x / 0.1) ** 2 + 6.0 * ((half - 0.42) / 0.15) ** 2
        return good - doubt, lips

    def best(xs: list[float], ys: list[float], halves: list[float]) -> tuple[float, float, float]:
        return max(product(xs, ys, halves), key=lambda place: fit(place)[0])

    x, y, half = best([-0.05, 0.0, 0.05], np.arange(0.74, 1.3, 0.04).tolist(), np.arange(0.3, 0.56, 0.06).tolist())
    x, y, half = best([x - 0.025, x, x + 0.025], [y - 0.02, y, y + 0.02], [half - 0.03, half, half + 0.03])
    return _widened(fit((x, y, half))[1], eyes, sums[1])


def _sums(photo: Image.Image, eyes: Placing) -> tuple[Floats, Floats]:
    """How much a pixel looks like lips, and like the inside of a mouth, rather than skin, summed down the columns."""
    patch = eyes.patch(photo, _LEFT, _TOP, _RIGHT, _BOTTOM, _SCALE)
    light = patch.mean(axis=2)
    red = (patch[..., 0] - patch[..., 1]) / (patch.sum(axis=2) + 30.0)
    skin = np.zeros(light.shape, dtype=bool)
    rows, columns = light.shape
    skin[: rows // 6, columns // 6 : columns // 3] = skin[: rows // 6, -columns // 3 : -columns // 6] = True
    skin_light, skin_red = float(np.median(light[skin])), float(np.median(red[skin]))
    redder = (red - skin_red) / 0.022
    darker = (skin_light - light) / max(skin_light, 1.0)
    if float(np.ptp(red)) > _COLOURLESS:
        lips = redder - 0.6 + 1.2 * np.clip(darker, -0.2, 0.5)
        teeth = np.minimum(-redder * 0.9 - 1.0, (0.55 - darker) * 4.0)
    else:
        lips = 5.0 * darker - 0.7
        teeth = -10.0 * darker - 1.0
    lips, teeth = np.clip(lips, -1.2, 1.2), np.clip(teeth, -1.5, 2.0)
    dark = np.clip((darker - 0.42) * 6.0, -1.5, 2.0)
    inside = np.maximum(dark, teeth)
    return (
        np.cumsum(lips, axis=0, dtype=np.float32) / np.float32(_SCALE),
        np.cumsum(inside, axis=0, dtype=np.float32) / np.float32(_SCALE),
    )


def _widened(lips: Lips, eyes: Placing, inside: Floats) -> Lips:
    """The lips with their corners moved out to where the dark between parted lips ends."""
    x, y = eyes.to_face((lips.placing.x, lips.placing.y))
    half = lips.placing.unit / eyes.unit

    def dark(u: float) -> bool:
        """Whether there is the inside of the mouth in a column, near the line of the corners."""
        column = round((x + u * half - _LEFT) * _SCALE)
        if not 0 <= column < inside.shape[1]:
            return False
        rows = slice(round((y - 0.07 - _TOP) * _SCALE), round((y + 0.06 - _TOP) * _SCALE))
        return int(np.count_nonzero(np.diff(inside[rows, column]) * _SCALE > 0.2)) >= 2

    if lips.lower - lips.upper < 0.1:
        return lips
    wider = [next((u for u in np.arange(1.0, 1.22, 0.03).tolist() if not dark(side * u)), 1.22) for side in (-1, 1)]
    left, right = (lips.placing.to_picture((side * u, 0.0)) for side, u in zip((-1, 1), wider, strict=True))
    placing = Placing.between(left, right)
    factor = lips.placing.unit / (placing.unit / 2)
    heights = (height * factor for height in (lips.top, lips.upper, lips.lower, lips.bottom))
    return Lips(placing.at(0.0, 0.0, unit=placing.unit / 2), *heights)


def _fit(sums: tuple[Floats, Floats], x: float, y: float, half: float, placing: Placing) -> tuple[float, Lips]:
    """The best outlines between given corners, and how good they are."""
    lips, inside = sums
    columns = np.clip(np.rint((x + _COLUMNS * half - _LEFT) * _SCALE).astype(np.intp), 0, lips.shape[1] - 1)
    arch = 1.0 - _COLUMNS * _COLUMNS
    full, slim = arch**FULL, arch

    def along(table: Floats, shape: Floats) -> Floats:
        rows = np.rint((y + _HEIGHTS[:, None] * half * shape - _TOP) * _SCALE).astype(np.intp)
        found: Floats = table[np.clip(rows, 0, table.shape[0] - 1), columns].sum(axis=1)
        return found * np.float32(100.0 * half / _COLUMNS.size)

    top, upper = -along(lips, full), along(lips, slim) - along(inside, slim)
    lower, bottom = -upper, along(lips, full)
    thick = _HEIGHTS[None, :] - _HEIGHTS[:, None]
    never = np.float32(-1e6)
    of_upper = np.where(thick >= 0.08, top[:, None] + upper[None, :] - 4.0 * ((thick - _UPPER) / 0.14) ** 2, never)
    of_lower = np.where(thick >= 0.12, lower[:, None] + bottom[None, :] - 4.0 * ((thick - _LOWER) / 0.16) ** 2, never)
    best_upper, best_lower = of_upper.max(axis=0), of_lower.max(axis=1)
    both = np.where(
        thick >= 0.0, best_upper[:, None] + best_lower[None, :] - 0.6 * (thick > 0.03) - 4.0 * (thick / 0.5) ** 2, never
    )
    i, j = np.unravel_index(int(np.argmax(both)), both.shape)
    heights = (int(np.argmax(of_upper[:, i])), int(i), int(j), int(np.argmax(of_lower[j])))
    return float(both[i, j]), Lips(placing, *(float(_HEIGHTS[k]) for k in heights))

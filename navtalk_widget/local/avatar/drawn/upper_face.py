"""Brows and eyes: lifted, worried, blinking and looking."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from navtalk_widget.local.avatar.character import FRONT, Character
from navtalk_widget.local.avatar.drawn.canvas import Box, Canvas
from navtalk_widget.local.avatar.drawn.eyes import eye_shapes
from navtalk_widget.local.avatar.layers import Bytes, Planes, Sheet, Words, planes_of, sheet_of, ycbcr_of
from navtalk_widget.local.avatar.life.motion import Bearing

Floats: TypeAlias = NDArray[np.floating]

_LID_STEPS = 8
_BROW_STEPS = 4
_GAZE_STEPS = 4
"""Steps per unit of the drawings of the looks that are kept."""

_KEPT_BYTES = 6_000_000
"""Of looks of one face."""

_HIGHEST, _LOWEST, _STRONGEST = 4.0, -2.0, 1.0
_WORRY = 2.6
"""Units that worry lifts the inner ends of the brows; the outer ones sink by half as much."""

_MAX_GAZE = 4.0


class UpperFace:
    """The part of a head around its brows and eyes, in any look.

    The lids are drawn once at each of a few steps. A look to the side is had by bending that drawing within the opening
    of the eye: drawing it anew would hold up everything else for up to a fortieth of a second.

    Args:
        character: whose it is.
        canvas: of the picture.
        skin: the head without brows, eyes and front within `box`: RGBA.

    Attributes:
        box: what it covers of the picture.
    """

    def __init__(self, character: Character, canvas: Canvas, skin: Image.Image) -> None:
        self.box = upper_box(character, canvas)
        self._canvas = canvas
        self._eye = character.eye
        self._skin = planes_of(ycbcr_of(skin))
        self._brows, self._brow_box = self._sheet(character.drawing("brows"))
        self._lids = [
            self._sheet(character.drawing("eyes", **eye_shapes(character.eye, step / _LID_STEPS, (0.0, 0.0))))
            for step in range(_LID_STEPS + 1)
        ]
        self._front = self._sheet(character.drawing(FRONT)) if FRONT in character.layers else None
        kept = _KEPT_BYTES // (self._skin.luma.nbytes + self._skin.chroma.nbytes)
        self.look = lru_cache(maxsize=kept)(self._look)

    def steps(self, bearing: Bearing) -> tuple[int, int, int, int, int]:
        """Return the look that comes closest to a bearing, for `look`: bearings of the same look look the same."""
        # A smile lifts the lower lids a little, which narrows the eyes; without that it looks put on.
        eyes = bearing.eyes * (1.0 - 0.1 * max(0.0, bearing.smile))
        return (
            round(min(1.0, max(0.0, eyes)) * _LID_STEPS),
            round(min(_MAX_GAZE, max(-_MAX_GAZE, bearing.gaze_right)) * _GAZE_STEPS),
            round(min(_MAX_GAZE, max(-_MAX_GAZE, bearing.gaze_down)) * _GAZE_STEPS),
            round(min(_HIGHEST, max(_LOWEST, bearing.brows)) * _BROW_STEPS),
            round(min(_STRONGEST, max(0.0, bearing.worry)) * _BROW_STEPS),
        )

    def _look(self, lids: int, right: int, down: int, brows: int, worry: int) -> Planes:
        planes = self._skin.copy()
        lift = brows / _BROW_STEPS * self._canvas.scale
        lifted = _lifted(self._brows, self._lift(lift, worry / _BROW_STEPS))
        lifted.lay(planes, self._brow_box[0], self._brow_box[1])
        sheet, box = self._lids[lids]
        sheet.lay(planes, box[0], box[1])
        if (right or down) and lids > _LID_STEPS // 4:
            self._turn(planes, lids / _LID_STEPS, right / _GAZE_STEPS, down / _GAZE_STEPS)
        if self._front is not None:
            front, front_box = self._front
            front.lay(planes, front_box[0], front_box[1])
        return planes

    def _sheet(self, svg: str) -> tuple[Sheet, Box]:
        """A drawing within the box, cut to what it covers, and where that lies in the box."""
        picture = self._canvas.rasterise(svg, self.box)
        width, height = picture.size
        reach = math.ceil(max(_HIGHEST, _WORRY - _LOWEST) * self._canvas.scale)
        left, top, right, bottom = picture.getchannel("A").getbbox() or (0, 0, 2, 2)
        box = (
            left & ~1,
            max(0, top - reach) & ~1,
            min(width, (right + 1) & ~1),
            min(height, (bottom + reach + 1) & ~1),
        )
        return sheet_of(picture.crop(box)), box

    def _lift(self, lift: float, worry: float) -> Floats:
        """How many pixels each column of the brows rises."""
        eye, canvas = self._eye, self._canvas
        width = self._brows.cover.shape[1]
        x = self.box[0] + self._brow_box[0] + np.arange(width, dtype=np.float32) + 0.5
        middle = canvas.x((eye.left[0] + eye.right[0]) / 2)
        apart = canvas.scale * (eye.right[0] - eye.left[0]) / 2
        outward = np.clip((np.abs(x - middle) / apart - 0.35) / 0.9, 0.0, 1.0)
        return np.asarray(lift + worry * _WORRY * canvas.scale * (1.0 - 1.5 * outward), dtype=np.float32)

    def _turn(self, planes: Planes, openness: float, right: float, down: float) -> None:
        """Move what lies between the lids to the side."""
        canvas, eye = self._canvas, self._eye
        above, below = max(2.0, eye.upper_open * openness), max(2.0, eye.lower)
        for x, y in (eye.left, eye.right):
            for plane, unit, step in ((planes.luma[None], canvas.scale, 1), (planes.chroma, canvas.scale / 2, 2)):
                middle = (canvas.x(x) - self.box[0]) / step, (canvas.y(y) - self.box[1]) / step
                _bend(plane, middle, (unit * eye.half_width, unit * above, unit * below), (unit * right, unit * down))


def upper_box(character: Character, canvas: Canvas) -> Box:
    """Return what `UpperFace` covers of the picture."""
    return canvas.box(character.eye.box)


def _lifted(sheet: Sheet, lift: Floats) -> Sheet:
    """The sheet with each of its columns raised by so many pixels."""
    half = (lift[0::2] + lift[1::2]) / 4
    return Sheet(
        _raise(sheet.luma[None], lift)[0],
        _raise(sheet.chroma, half),
        _raise(sheet.cover[None], lift)[0],
        _raise(sheet.chroma_cover[None], half)[0],
    )


def _raise(values: Words, lift: Floats) -> Words:
    height, width = values.shape[-2:]
    whole = np.floor(lift).astype(np.intp)
    part = (lift - whole).astype(np.float32)
    rows = np.arange(height)[:, None] + whole
    columns = np.arange(width)
    # Nothing comes in from beyond the edges: the sheet is wide enough for that.
    first = values[:, np.minimum(np.maximum(rows, 0), height - 1), columns]
    second = values[:, np.minimum(np.maximum(rows + 1, 0), height - 1), columns]
    return np.asarray(np.rint(first * (1 - part) + second * part), dtype=np.uint16)


def _bend(
    planes: Bytes, middle: tuple[float, float], reach: tuple[float, float, float], step: tuple[float, float]
) -> None:
    """Move what lies around a middle, and leave it where it is from a reach on: sideways, above and below."""
    height, width = planes.shape[-2:]
    half, above, below = reach
    left, right = max(0, math.floor(middle[0] - half)), min(width, math.ceil(middle[0] + half))
    top, bottom = max(0, math.floor(middle[1] - above)), min(height, math.ceil(middle[1] + below))
    if right - left < 2 or bottom - top < 2:
        return
    eye = planes[:, top:bottom, left:right]
    x = np.arange(right - left, dtype=np.float32)[None, :]
    y = np.arange(bottom - top, dtype=np.float32)[:, None]
    u = (x + np.float32(left + 0.5 - middle[0])) / np.float32(half)
    down = y + np.float32(top + 0.5 - middle[1])
    v = down / np.where(down < 0, np.float32(above), np.float32(below))
    share = np.clip(1.3 * (1.0 - u * u) * (1.0 - v * v), 0.0, 1.0)
    share *= share * (3.0 - 2.0 * share)
    from_x = np.clip(x - step[0] * share, 0, right - left - 1.001)
    from_y = np.clip(y - step[1] * share, 0, bottom - top - 1.001)
    column, row = from_x.astype(np.intp), from_y.astype(np.intp)
    across, along = from_x - column, from_y - row
    upper = eye[:, row, column] * (1 - across) + eye[:, row, column + 1] * across
    lower = eye[:, row + 1, column] * (1 - across) + eye[:, row + 1, column + 1] * across
    eye[...] = np.rint(upper * (1 - along) + lower * along)

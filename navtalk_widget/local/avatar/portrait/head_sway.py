"""Moves the head of a portrait a little, and its shoulders with its breath."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.local.avatar.life.motion import Bearing
from navtalk_widget.local.avatar.portrait.placing import Floats, Placing
from navtalk_widget.local.avatar.portrait.sampling import Bytes

Steps: TypeAlias = NDArray[np.int16]

_STEPS = 16
"""Steps per pixel: the products of two interpolations of a byte fit 16 bits."""

_SHARES = 64
"""Steps from what stays to what moves with the head; a move of 30 pixels times this fits 16 bits."""

_ROWS = 64
"""Rows that are worked on at a time, so that they stay in the processor's cache."""

_BREATH = 0.02
"""Units, the distance of the eyes, that the shoulders rise by."""

_DRAWN_EYES = 62.0
"""A head's bearing is in pixels of a drawing whose eyes are so far apart."""


class HeadSway:
    """Moves planes of one size as the head moves: wholly where the head is, less and less towards the edges.

    Args:
        shape: of the planes, (h, w).
        eyes: the placing between the eyes, in pixels of the picture.
        reduced: pixels of the picture per pixel of the planes.
    """

    def __init__(self, shape: tuple[int, int], eyes: Placing, reduced: int) -> None:
        height, width = shape
        unit = eyes.unit / reduced
        x = ((np.arange(width, dtype=np.float32) + 0.5) - eyes.x / reduced) / unit
        y = (((np.arange(height, dtype=np.float32) + 0.5) - eyes.y / reduced) / unit)[:, None]
        out = np.hypot(x / 1.45, (y - 0.4) / 1.75)
        self._head: Steps = np.rint(_SHARES * _eased(1.0 - (out - 1.0) / 0.9)).astype(np.int16)
        shoulders = _eased((y - 1.7) / 1.2) * np.ones_like(x)
        self._shoulders: Steps = np.rint(_SHARES * shoulders).astype(np.int16)
        self._levers = (2.3 - y[:, 0]) * unit
        self._scale = eyes.unit / _DRAWN_EYES / reduced
        self._breath = _BREATH * unit
        self._rows = np.arange(0, height * _STEPS, _STEPS, dtype=np.int16)[:, None]
        self._columns = np.arange(0, width * _STEPS, _STEPS, dtype=np.int16)

    def moved(self, planes: Bytes, bearing: Bearing, out: Bytes) -> None:
        """Write the planes, moved, to others; both of shape (n, h, w)."""
        right = self._scale * bearing.right + bearing.tilt * self._levers
        rights = _steps(right)[:, None]
        down, up = _steps(self._scale * bearing.down), _steps(self._breath * bearing.breath)
        if not (rights.any() or down or up):
            out[:] = planes
            return
        height, width = planes.shape[1:]
        neighbours = 0, 1, width, width + 1
        limit_down, limit_right = (height - 1) * _STEPS - 1, (width - 1) * _STEPS - 1
        for start in range(0, height, _ROWS):
            rows = slice(start, start + _ROWS)
            head = self._head[rows]
            column = self._columns - (head * rights[rows] >> 6)
            row = self._rows[rows] - ((head * down - self._shoulders[rows] * up) >> 6)
            np.clip(column, 0, limit_right, out=column)
            np.clip(row, 0, limit_down, out=row)
            at = (row >> 4).astype(np.intp) * width + (column >> 4)
            to_right, to_bottom = (column & 15).astype(np.uint16), (row & 15).astype(np.uint16)
            to_left, to_top = np.uint16(_STEPS) - to_right, np.uint16(_STEPS) - to_bottom
            for plane, target in zip(planes, out, strict=True):
                flat = plane.reshape(-1)
                upper, upper_right, lower, lower_right = (flat[away:].take(at, mode="clip") for away in neighbours)
                # Bytes times 16 bits are 16 bits.
                upper = upper * to_left
                upper += upper_right * to_right
                lower = lower * to_left
                lower += lower_right * to_right
                upper *= to_top
                lower *= to_bottom
                upper += lower
                upper += np.uint16(128)
                upper >>= 8
                target[rows] = upper


def _steps(pixels: float | Floats) -> Steps:
    return np.asarray(np.rint(np.clip(pixels, -30.0, 30.0) * _STEPS), dtype=np.int16)


def _eased(share: Floats) -> Floats:
    share = np.clip(share, 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share), dtype=np.float32)

"""Moves the head by fractions of a pixel before its background."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.local.avatar.layers import Bytes

Words: TypeAlias = NDArray[np.uint16]

_STEPS = 16
"""Steps per pixel; the products of two passes and a mask of 256 still fit 16 bits."""


class Sway:
    """Moves planes of one size, and lays them through a mask over backgrounds.

    The mask stays where it is: it is wide enough for the head wherever that sways, and what the head brings along
    beyond its outline is the background's blur, where a pixel more or less does not show. Integer arithmetic on whole
    planes costs a tenth of a general affine transform.

    Args:
        mask: of the head, 0 to 255, shape (h, w).
        pivot: the row at which a tilt moves nothing.
    """

    def __init__(self, mask: Bytes, pivot: float) -> None:
        height, width = mask.shape
        self._mask: Words = np.asarray(np.rint(mask.astype(np.float32) * (256 / 255)), dtype=np.uint16)
        self._levers = (pivot - np.arange(height, dtype=np.float32))[:, None]
        columns = np.arange(width, dtype=np.intp)[None, :]
        self._places = np.arange(height, dtype=np.intp)[:, None] * width + columns
        self._last = height * width - 1

    def behind(self, background: Bytes) -> Words:
        """Prepare a background, shape (h, w), for `lay`."""
        return np.asarray(background * (256 - self._mask), dtype=np.uint16)

    def lay(self, head: Bytes, behind: Words, right: float, down: float, tilt: float) -> Bytes:
        """Return the head, moved, over a background.

        Args:
            head: shape (h, w).
            behind: from `behind`.
            right: columns.
            down: rows, between -4 and 4.
            tilt: radians clockwise, small: rows move sideways in proportion to their height over the pivot.
        """
        whole, part = _split(down)
        rows = np.pad(head, ((5, 5), (0, 0)), mode="edge").astype(np.uint16)
        first = 5 - whole
        height = head.shape[0]
        mixed = rows[first : first + height] * np.uint16(_STEPS - part)
        if part:
            mixed += rows[first - 1 : first - 1 + height] * np.uint16(part)
        shift = np.rint((right + tilt * self._levers) * _STEPS).astype(np.intp)
        share = (shift % _STEPS).astype(np.uint16)
        places = self._places - shift // _STEPS
        np.clip(places, 1, self._last, out=places)
        flat = mixed.ravel()
        moved = flat.take(places) * (np.uint16(_STEPS) - share)
        places -= 1
        moved += flat.take(places) * share
        moved += np.uint16(128)
        moved >>= 8
        moved *= self._mask
        moved += behind
        moved >>= 8
        return np.asarray(moved, dtype=np.uint8)


def _split(shift: float) -> tuple[int, int]:
    steps = math.floor(shift * _STEPS + 0.5)
    return steps // _STEPS, steps % _STEPS

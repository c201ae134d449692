"""Moves the head by fractions of a pixel before its background."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.local.avatar.layers import Bytes, Words

STEPS_DOWN, STEPS_RIGHT = 16, 8
"""Steps per pixel. Their product, a colour, and a bit for rounding just fill 16 bits."""

_BLOCK = 48_000
"""Pixels that are worked on at a time, so that all that is read and written stays in the processor's near caches."""


class Sway:
    """Planes of the head, kept ready to be laid, moved and tilted, through a mask over a background.

    The mask stays where it is: it is wide enough for the head wherever that sways, and what the head brings along
    beyond its outline is the background's blur, where a pixel more or less does not show. Integer arithmetic on whole
    rows, without temporary arrays, costs a twentieth of a general affine transform.

    Args:
        head: upright, shape (..., h, w).
        mask: of the head, 0 to 255, shape (h, w).
        pivot: the row at which a tilt moves nothing.
        reach: columns and rows beyond which nothing is moved.
    """

    def __init__(self, head: Bytes, mask: Bytes, pivot: float, reach: int) -> None:
        height, width = mask.shape
        self._reach = reach
        frame = [(0, 0)] * (head.ndim - 2) + [(reach, reach), (reach + 1, reach + 1)]
        # Twice the colour and one: divided by twice the divisor it comes out rounded, without a step of its own.
        self._head: Words = np.pad(head.astype(np.uint16) * np.uint16(2) + np.uint16(1), frame, mode="edge")
        self._inner = self._head[..., reach:-reach, reach + 1 : -reach - 1]
        self._mask: Words = np.asarray(np.rint(mask.astype(np.float32) * (256 / 255)), dtype=np.uint16)
        self._levers = pivot - np.arange(height)
        self._behind: Words = np.empty(head.shape, dtype=np.uint16)
        self._rows = min(height, max(1, _BLOCK * height // head.size))
        self._raised: Words = np.empty((*head.shape[:-2], self._rows, width + 1), dtype=np.uint16)
        self._other: Words = np.empty_like(self._raised)
        self._shown: Words = np.empty((*head.shape[:-2], self._rows, width), dtype=np.uint16)

    def put(self, part: Bytes, left: int, top: int) -> None:
        """Change a part of the upright head, from a place on."""
        height, width = part.shape[-2:]
        inner = self._inner[..., top : top + height, left : left + width]
        np.multiply(part, np.uint16(2), out=inner, dtype=np.uint16)
        inner += np.uint16(1)

    def set_background(self, background: Bytes, top: int = 0) -> None:
        """Change what lies behind, from a row on: shape (..., rows, w)."""
        rows = slice(top, top + background.shape[-2])
        behind = self._behind[..., rows, :]
        np.multiply(background, np.uint16(256) - self._mask[rows], out=behind, dtype=np.uint16)
        behind += np.uint16(128)

    def lay(self, out: Bytes, right: float, down: float, tilt: float) -> None:
        """Write planes of the head, moved, over the background.

        Args:
            out: shape (..., h, w), overwritten.
            right: columns.
            down: rows.
            tilt: radians clockwise, small: rows move sideways in proportion to their height over the pivot.
        """
        reach, width = self._reach, out.shape[-1]
        steps_down = math.floor(min(reach - 1.0, max(1.0 - reach, down)) * STEPS_DOWN + 0.5)
        whole_down, part_down = steps_down // STEPS_DOWN, np.uint16(steps_down % STEPS_DOWN)
        shift = np.rint((right + tilt * self._levers) * STEPS_RIGHT).astype(np.intp)
        np.clip(shift, (1 - reach) * STEPS_RIGHT, (reach - 1) * STEPS_RIGHT, out=shift)
        whole = shift // STEPS_RIGHT
        share = (shift - whole * STEPS_RIGHT).astype(np.uint16)[:, None]
        rest = np.uint16(STEPS_RIGHT) - share
        for first, end in _runs(whole, self._rows):
            count = end - first
            left = reach - int(whole[first])
            top = reach + first - whole_down
            raised, other, shown = (
                self._raised[..., :count, :],
                self._other[..., :count, :],
                self._shown[..., :count, :],
            )
            np.multiply(
                self._head[..., top : top + count, left : left + width + 1],
                np.uint16(STEPS_DOWN) - part_down,
                out=raised,
            )
            if part_down:
                above = self._head[..., top - 1 : top - 1 + count, left : left + width + 1]
                raised += np.multiply(above, part_down, out=other)
            np.multiply(raised[..., 1:], rest[first:end], out=shown)
            shown += np.multiply(raised[..., :-1], share[first:end], out=other[..., 1:])
            shown >>= np.uint16(8)
            shown *= self._mask[first:end]
            shown += self._behind[..., first:end, :]
            shown >>= np.uint16(8)
            out[..., first:end, :] = shown


def _runs(whole: NDArray[np.intp], most: int) -> list[tuple[int, int]]:
    """Rows, from and up to, that move by the same number of pixels; as a tilt is small, there are few."""
    edges = [0, *(np.flatnonzero(np.diff(whole)) + 1).tolist(), whole.size]
    return [(first, min(first + most, end)) for start, end in pairwise(edges) for first in range(start, end, most)]

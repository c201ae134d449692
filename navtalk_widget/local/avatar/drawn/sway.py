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
    """Planes of the head, kept ready to be laid, moved and tilted, over a picture of what lies behind it.

    A matte, which tells what of the planes is the head's, moves along, so nothing of the surroundings is dragged with
    it. Integer arithmetic on whole rows, without temporary arrays, costs a tenth of a general affine transform.

    Args:
        head: upright, shape (..., h, w).
        matte: of the upright head, 0 to 255, shape (h, w).
        pivot: the row at which a tilt moves nothing.
        reach: columns and rows beyond which nothing is moved.
    """

    def __init__(self, head: Bytes, matte: Bytes, pivot: float, reach: int) -> None:
        height, width = matte.shape
        self._reach = reach
        self._head: Words = _framed(_doubled(head), reach)
        self._matte: Words = _framed(_weights(matte), reach)
        self._levers = pivot - np.arange(height)
        self._rows = min(height, max(1, _BLOCK * height // head.size))
        self._raised: Words = np.empty((*head.shape[:-2], self._rows, width + 1), dtype=np.uint16)
        self._other: Words = np.empty_like(self._raised)
        self._shown: Words = np.empty((*head.shape[:-2], self._rows, width), dtype=np.uint16)
        self._share: Words = np.empty((self._rows, width), dtype=np.uint16)

    def put(self, part: Bytes, left: int, top: int) -> None:
        """Change a part of the upright head, from a place on."""
        self._part(self._head, part, left, top)[...] = _doubled(part)

    def put_matte(self, part: Bytes, left: int, top: int) -> None:
        """Change a part of the upright head's matte, from a place on."""
        self._part(self._matte, part, left, top)[...] = _weights(part)

    def lay(self, out: Bytes, right: float, down: float, tilt: float) -> None:
        """Lay the head, moved, over planes.

        Args:
            out: what lies behind the head, shape (..., h, w); changed.
            right: columns.
            down: rows.
            tilt: radians clockwise, small: rows move sideways in proportion to their height over the pivot.
        """
        reach = self._reach
        steps_down = math.floor(min(reach - 1.0, max(1.0 - reach, down)) * STEPS_DOWN + 0.5)
        whole_down, part_down = steps_down // STEPS_DOWN, np.uint16(steps_down % STEPS_DOWN)
        shift = np.rint((right + tilt * self._levers) * STEPS_RIGHT).astype(np.intp)
        np.clip(shift, (1 - reach) * STEPS_RIGHT, (reach - 1) * STEPS_RIGHT, out=shift)
        whole = shift // STEPS_RIGHT
        part_right = (shift - whole * STEPS_RIGHT).astype(np.uint16)[:, None]
        for first, end in _runs(whole, self._rows):
            top, left = reach + first - whole_down, reach - int(whole[first])
            share, shown = self._share[: end - first], self._shown[..., : end - first, :]
            self._moved(self._head, shown, top, left, part_down, part_right[first:end])
            shown >>= np.uint16(8)
            self._moved(self._matte, share, top, left, part_down, part_right[first:end])
            share >>= np.uint16(7)
            shown *= share
            np.subtract(np.uint16(256), share, out=share)
            under = out[..., first:end, :]
            shown += np.multiply(under, share, out=self._other[..., : end - first, 1:], dtype=np.uint16)
            shown += np.uint16(128)
            shown >>= np.uint16(8)
            under[...] = shown

    def _moved(self, words: Words, moved: Words, top: int, left: int, down: np.uint16, right: Words) -> None:
        """Blend neighbouring rows and columns: times `STEPS_DOWN` times `STEPS_RIGHT`."""
        count, width = moved.shape[-2:]
        raised, other = self._raised[..., :count, :], self._other[..., :count, :]
        if words.ndim < raised.ndim:
            raised, other = raised[0], other[0]
        np.multiply(words[..., top : top + count, left : left + width + 1], np.uint16(STEPS_DOWN) - down, out=raised)
        if down:
            above = words[..., top - 1 : top - 1 + count, left : left + width + 1]
            raised += np.multiply(above, down, out=other)
        np.multiply(raised[..., 1:], np.uint16(STEPS_RIGHT) - right, out=moved)
        moved += np.multiply(raised[..., :-1], right, out=other[..., 1:])

    def _part(self, words: Words, part: Bytes, left: int, top: int) -> Words:
        height, width = part.shape[-2:]
        top, left = top + self._reach, left + self._reach + 1
        return words[..., top : top + height, left : left + width]


def _doubled(colours: Bytes) -> Words:
    """Twice the colour and one: divided by twice the divisor it comes out rounded, without a step of its own."""
    doubled: Words = np.multiply(colours, np.uint16(2), dtype=np.uint16)
    doubled += np.uint16(1)
    return doubled


def _weights(matte: Bytes) -> Words:
    """0 to 256."""
    return np.asarray(np.rint(matte.astype(np.float32) * np.float32(256 / 255)), dtype=np.uint16)


def _framed(words: Words, reach: int) -> Words:
    frame = [(0, 0)] * (words.ndim - 2) + [(reach, reach), (reach + 1, reach + 1)]
    return np.pad(words, frame, mode="edge")


def _runs(whole: NDArray[np.intp], most: int) -> list[tuple[int, int]]:
    """Rows, from and up to, that move by the same number of pixels; as a tilt is small, there are few."""
    edges = [0, *(np.flatnonzero(np.diff(whole)) + 1).tolist(), whole.size]
    return [(first, min(first + most, end)) for start, end in pairwise(edges) for first in range(start, end, most)]

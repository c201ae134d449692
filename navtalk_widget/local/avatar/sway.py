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

_MARGIN = 16
"""Columns added on both sides; no row is moved further."""


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
        self._mask: Words = np.asarray(np.rint(mask.astype(np.float32) * (256 / 255)), dtype=np.uint16)
        self._rows = np.arange(mask.shape[0], dtype=np.intp)
        self._levers = pivot - self._rows

    def behind(self, background: Bytes) -> Words:
        """Prepare backgrounds, shape (..., h, w), for `lay`."""
        return np.asarray(background * (256 - self._mask), dtype=np.uint16)

    def lay(self, head: Bytes, behind: Words, right: float, down: float, tilt: float) -> Bytes:
        """Return planes of the head, moved, over a background.

        Args:
            head: shape (..., h, w).
            behind: from `behind`, of the same shape.
            right: columns.
            down: rows.
            tilt: radians clockwise, small: rows move sideways in proportion to their height over the pivot.
        """
        raised = self._moved_down(head.astype(np.uint16), down)
        shift = np.rint((right + tilt * self._levers) * _STEPS).astype(np.intp)
        whole = np.clip(shift // _STEPS, -_MARGIN, _MARGIN - 1)
        share = (shift % _STEPS).astype(np.uint16)[:, None]
        width = head.shape[-1]
        moved = np.empty(head.shape, dtype=np.uint16)
        # A tilt is small, so there are few runs of rows that move by the same number of pixels.
        starts = np.flatnonzero(np.diff(whole, prepend=whole[0] - 1))
        for first, end in zip(starts, [*starts[1:], self._rows.size], strict=True):
            left = _MARGIN - int(whole[first])
            run = raised[..., first:end, :]
            part = moved[..., first:end, :]
            np.multiply(run[..., left : left + width], np.uint16(_STEPS) - share[first:end], out=part)
            part += run[..., left - 1 : left - 1 + width] * share[first:end]
        moved += np.uint16(128)
        moved >>= 8
        moved *= self._mask
        moved += behind
        moved >>= 8
        return np.asarray(moved, dtype=np.uint8)

    def _moved_down(self, head: Words, down: float) -> Words:
        """The head times `_STEPS`, `down` rows further down, with its outermost columns repeated to both sides."""
        steps = math.floor(down * _STEPS + 0.5)
        whole, part = steps // _STEPS, steps % _STEPS
        last = self._rows.size - 1
        width = head.shape[-1]
        out = np.empty((*head.shape[:-1], width + 2 * _MARGIN), dtype=np.uint16)
        inner = out[..., _MARGIN : _MARGIN + width]
        np.multiply(head[..., np.clip(self._rows - whole, 0, last), :], np.uint16(_STEPS - part), out=inner)
        if part:
            inner += head[..., np.clip(self._rows - whole - 1, 0, last), :] * np.uint16(part)
        out[..., :_MARGIN] = inner[..., :1]
        out[..., _MARGIN + width :] = inner[..., -1:]
        return out

"""A box of a picture, at the resolution of one of its planes, with the coordinates of a feature of the face."""

from __future__ import annotations

import math

import numpy as np

from navtalk_widget.local.avatar.portrait.placing import Box, Floats, Placing
from navtalk_widget.local.avatar.portrait.sampling import Bytes, sampled


class Strip:
    """The pixels of a box as points of a feature, such as an eye or the mouth.

    The columns stay upright however the head is tilted: a tilt only shifts them against each other. So curves over the
    width of a feature are one number per column, which makes them cheap.

    Attributes:
        u: of each column, in the feature's units from its middle; shape (w,).
        v: of each row, in the feature's units below its middle, where u is 0; shape (h, 1).
        slope: how far further down the feature's horizontal lies in each column, in its units; shape (w,).
        unit: pixels of this plane per unit.
    """

    def __init__(self, box: Box, placing: Placing, reduced: int) -> None:
        left, top, right, bottom = (side // reduced for side in box)
        self.rows, self.columns = slice(top, bottom), slice(left, right)
        self.unit = placing.unit / reduced
        columns = (np.arange(left, right, dtype=np.float32) + np.float32(0.5)) * reduced - np.float32(placing.x)
        rows = (np.arange(top, bottom, dtype=np.float32) + np.float32(0.5)) * reduced - np.float32(placing.y)
        self.u: Floats = columns / np.float32(placing.unit * math.cos(placing.angle))
        self.v: Floats = (rows / np.float32(placing.unit))[:, None]
        self._tilt = np.float32(math.tan(placing.angle) * math.cos(placing.angle))
        self.slope: Floats = self.u * self._tilt
        self._left, self._top, self._cos = left, top, np.float32(math.cos(placing.angle))

    def sampled(self, planes: Bytes, right: Floats | float, down: Floats) -> Floats:
        """Return what planes of the whole picture show so far from each pixel.

        Args:
            planes: shape (n, h, w).
            right: in units, broadcastable to the box.
            down: in units, along the face; broadcastable to the box.
        """
        rows = np.arange(self.rows.start, self.rows.stop, dtype=np.float32)[:, None]
        columns = np.arange(self.columns.start, self.columns.stop, dtype=np.float32)
        unit = np.float32(self.unit)
        return sampled(
            planes,
            *np.broadcast_arrays(rows + (down + right * self._tilt) * unit, columns + right * (unit * self._cos)),
        )


def box_around(placing: Placing, left: float, top: float, right: float, bottom: float, size: tuple[int, int]) -> Box:
    """Return the box of even numbers around a part of a feature, as far as it lies in the picture."""
    corners = [placing.to_picture(corner) for corner in ((left, top), (right, top), (left, bottom), (right, bottom))]
    across, down = [corner[0] for corner in corners], [corner[1] for corner in corners]
    width, height = size
    return (
        min(max(0, 2 * math.floor(min(across) / 2)), width - 2),
        min(max(0, 2 * math.floor(min(down) / 2)), height - 2),
        min(max(2, 2 * math.ceil(max(across) / 2)), width),
        min(max(2, 2 * math.ceil(max(down) / 2)), height),
    )

"""Takes pixels from between the pixels of a plane."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.local.avatar.portrait.placing import Floats

Bytes: TypeAlias = NDArray[np.uint8]


def sampled(planes: Bytes, rows: Floats, columns: Floats) -> Floats:
    """Return what lies at places of planes, interpolated linearly; beyond their edges they go on as they end.

    Args:
        planes: shape (n, h, w).
        rows: from 0 in the middle of the first to h - 1 in the middle of the last; shape (a, b).
        columns: likewise; shape (a, b).

    Returns:
        float32 of shape (n, a, b).
    """
    height, width = planes.shape[1:]
    rows, columns = np.clip(rows, 0, height - 1.001), np.clip(columns, 0, width - 1.001)
    row, column = rows.astype(np.intp), columns.astype(np.intp)
    down = np.subtract(rows, row, dtype=np.float32)
    right = np.subtract(columns, column, dtype=np.float32)
    # `take` is quickest with indices of this type, and without a check of their bounds.
    at = row * width + column
    neighbours = 0, 1, width, width + 1
    out = np.empty((len(planes), *rows.shape), dtype=np.float32)
    for plane, target in zip(planes, out, strict=True):
        flat = plane.reshape(-1)
        upper, upper_right, lower, lower_right = (
            flat[away:].take(at, mode="clip").astype(np.float32) for away in neighbours
        )
        upper_right -= upper
        upper_right *= right
        upper += upper_right
        lower_right -= lower
        lower_right *= right
        lower += lower_right
        lower -= upper
        lower *= down
        np.add(upper, lower, out=target)
    return out


def rounded(values: Floats) -> Bytes:
    """Return values as bytes."""
    return np.asarray(np.clip(values + 0.5, 0.0, 255.0), dtype=np.uint8)

"""The colour space of the video: Y, Cb and Cr by ITU-R BT.601 in the limited range, as VP8 and H.264 carry them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FROM_RGB = np.array(
    [[0.256788, 0.504129, 0.097906], [-0.148223, -0.290993, 0.439216], [0.439216, -0.367788, -0.071427]],
    dtype=np.float32,
)
_OFFSET = np.array([16.0, 128.0, 128.0], dtype=np.float32)


def to_ycbcr(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Convert RGB of shape (..., 3)."""
    return np.asarray(np.clip(np.rint(rgb.astype(np.float32) @ _FROM_RGB.T + _OFFSET), 0, 255), dtype=np.uint8)


def to_rgb(ycbcr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Convert back; of shape (..., 3)."""
    inverse = np.linalg.inv(_FROM_RGB).T
    return np.asarray(np.clip(np.rint((ycbcr.astype(np.float32) - _OFFSET) @ inverse), 0, 255), dtype=np.uint8)


def parse_hex(colour: str) -> NDArray[np.uint8]:
    """Read `#rrggbb` as RGB of shape (3,)."""
    return np.frombuffer(bytes.fromhex(colour.removeprefix("#")), dtype=np.uint8)

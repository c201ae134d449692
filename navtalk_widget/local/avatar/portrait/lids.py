"""Finds the edges of the eyelids in a photo."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from PIL import Image

from navtalk_widget.local.avatar.portrait.placing import Floats, Placing

_SCALE = 120
"""Pixels per unit, the distance of the eyes, at which is looked."""

_REACH = 0.4
"""Units around the middle of an eye that are looked at."""

_COLUMNS: Floats = np.linspace(-0.92, 0.92, 36, dtype=np.float32)
_UPPER: Floats = np.arange(0.03, 0.17, 0.01, dtype=np.float32)
_LOWER: Floats = np.arange(0.02, 0.11, 0.01, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Lids:
    """The open eye: both lids are parabolas through its corners.

    Attributes:
        placing: of the eye: the origin midway between its corners, the unit half its width.
        upper: where the upper lid's edge is at the middle, in units below the origin; negative.
        lower: likewise.
    """

    placing: Placing
    upper: float
    lower: float


def find_lids(photo: Image.Image, eyes: Placing) -> tuple[Lids, Lids]:
    """Return the lids of both eyes, the viewer's left first.

    Args:
        photo: RGB.
        eyes: the placing between the eyes.
    """
    left, right = (_find(photo, eyes, x) for x in (-0.5, 0.5))
    return left, right


def _find(photo: Image.Image, eyes: Placing, centre: float) -> Lids:
    patch = eyes.patch(photo, centre - _REACH, -_REACH, centre + _REACH, _REACH, _SCALE)
    light = patch.mean(axis=2)
    red = (patch[..., 0] - patch[..., 1]) / (patch.sum(axis=2) + 30.0)
    rows = light.shape[0]
    below = slice(round(rows * 0.72), round(rows * 0.9))
    skin_light, skin_red = float(np.median(light[below])), float(np.median(red[below]))
    darker = (skin_light - light) / max(skin_light, 1.0)
    # Lashes, iris and pupil are dark, and the white of the eye is less red than skin.
    eye = np.clip(np.maximum((darker - 0.24) * 5.0, (skin_red - red) / 0.022 - 1.2), -1.0, 1.0)
    sums = np.cumsum(eye, axis=0, dtype=np.float32) * np.float32(100 / _SCALE)
    arch = 1.0 - _COLUMNS * _COLUMNS
    best: tuple[float, Lids] | None = None
    places = product(np.arange(-0.06, 0.07, 0.02), np.arange(-0.06, 0.07, 0.01), np.arange(0.16, 0.27, 0.02))
    for x, y, half in places:
        columns = np.clip(np.rint((x + _REACH + _COLUMNS * half) * _SCALE).astype(np.intp), 0, rows - 1)

        def above(heights: Floats, y: float = y, columns: np.ndarray = columns) -> Floats:
            at = np.rint((_REACH + y + heights[:, None] * arch) * _SCALE).astype(np.intp)
            found: Floats = sums[np.clip(at, 0, rows - 1), columns].mean(axis=1)
            return found

        fit = 2 * half * (above(_LOWER)[None, :] - above(-_UPPER)[:, None])
        # Eyes are usually here, so wide and so far open.
        fit -= 0.35 * ((_UPPER[:, None] - 0.08) / 0.05) ** 2 + 0.35 * ((_LOWER[None, :] - 0.055) / 0.03) ** 2
        fit -= 0.3 * (x / 0.05) ** 2 + 0.3 * (y / 0.05) ** 2 + 0.4 * ((half - 0.22) / 0.04) ** 2
        i, j = np.unravel_index(int(np.argmax(fit)), fit.shape)
        if best is None or fit[i, j] > best[0]:
            placing = eyes.at(float(centre + x), float(y), unit=float(half) * eyes.unit)
            best = float(fit[i, j]), Lids(placing, float(-_UPPER[i] / half), float(_LOWER[j] / half))
    assert best is not None
    return best[1]

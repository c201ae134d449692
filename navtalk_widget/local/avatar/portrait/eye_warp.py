"""Moves the eyelids and brows of a portrait."""

from __future__ import annotations

import numpy as np

from navtalk_widget.local.avatar.layers import Planes
from navtalk_widget.local.avatar.portrait.lids import Lids
from navtalk_widget.local.avatar.portrait.placing import Box, Floats, Placing
from navtalk_widget.local.avatar.portrait.sampling import Bytes, rounded
from navtalk_widget.local.avatar.portrait.strip import Strip, box_around

_WIDER = 1.15
"""Lashes reach further than the corners of the eye as they were found."""

_BAND = 0.3
"""Units of skin above the eye, half its width each, that the closing lid is drawn out of."""

_LASHES = 0.07
"""Units above the edge of the lid where lashes or their shade may still be."""


class EyeWarp:
    """One eye with its brow: their box, and the picture in it for any position of lid and brow.

    Args:
        planes: of the whole portrait.
        lids: in the coordinates of the picture.
        eyes: the placing between the eyes.
        inward: 1 if the nose lies to the right of this eye, -1 if to the left.
    """

    def __init__(self, planes: Planes, lids: Lids, eyes: Placing, inward: int) -> None:
        self._planes = planes
        self._lids = lids
        self._placing = lids.placing.at(0.0, 0.0, unit=lids.placing.unit * _WIDER)
        self._per_eyes = eyes.unit / self._placing.unit
        self._inward = inward
        height, width = planes.luma.shape
        reach = self._per_eyes
        self.box: Box = box_around(
            self._placing, -0.5 * reach, -0.85 * reach, 0.5 * reach, 0.22 * reach, (width, height)
        )
        self._strips = Strip(self.box, self._placing, 1), Strip(self.box, self._placing, 2)
        left, top, right, bottom = box_around(self._placing, -1.0, lids.upper, 1.0, lids.lower, (width, height))
        self._dark = float(np.percentile(planes.luma[top:bottom, left:right], 6))

    def picture(self, eyes: float, brows: float, worry: float) -> Planes:
        """Return what is in the box.

        Args:
            eyes: 0 closed, 1 open.
            brows: rise, in pixels.
            worry: rise of their inner ends beyond that, in pixels.
        """
        luma, chroma = self._strips
        return Planes(
            rounded(self._warped(luma, self._planes.luma[None], eyes, brows, worry)[0]),
            rounded(self._warped(chroma, self._planes.chroma, eyes, brows, worry)),
        )

    def _warped(self, strip: Strip, planes: Bytes, eyes: float, brows: float, worry: float) -> Floats:
        u, v = strip.u, strip.v - strip.slope
        down = np.zeros(v.shape, dtype=np.float32)
        if brows or worry:
            inner = np.clip(0.5 + 0.5 * self._inward * u, 0.0, 1.0)
            rise = (brows + worry * inner) / self._placing.unit * _window(u / (0.5 * self._per_eyes))
            # The brow lies well over the eye; forehead and lid give way.
            down += rise * _between(v / self._per_eyes, -0.82, -0.4, -0.12)
        closed = 1.0 - eyes
        if closed > 0.0:
            return self._with_lid(strip, planes, down, v, min(1.0, closed))
        return strip.sampled(planes, 0.0, down)

    def _with_lid(self, strip: Strip, planes: Bytes, down: Floats, v: Floats, closed: float) -> Floats:
        arch = np.clip(1.0 - strip.u * strip.u, 0.0, 1.0)
        # An eye closes nearly all the way from above; the lower lid stays.
        upper, lower = self._lids.upper / _WIDER * arch**0.8, self._lids.lower / _WIDER * arch
        edge = upper + (lower - upper) * closed
        skin = upper - _LASHES * arch
        top = upper - _BAND * np.minimum(1.0, 2.0 * arch) - 0.01
        stretch = (skin - top) / (edge - top)
        within = (v > top) & (v < edge)
        source = np.where(within, top + (v - top) * stretch - v, 0.0)
        out = strip.sampled(planes, 0.0, down + source)
        still = strip.sampled(planes, 0.0, down)
        cover = np.clip((edge - v) * strip.unit + 0.5, 0.0, 1.0) * np.minimum(1.0, 8.0 * arch)
        out = still + cover * (out - still)
        if len(planes) == 1:
            # The lid is in the shade of the brow, most of all the fold above it.
            share = np.clip((v - top) / np.maximum(edge - top, 0.05), 0.0, 1.0)
            shade = 0.10 * np.exp(-np.square((share - 0.35) / 0.2)) + 0.07 * np.clip(2.0 * share, 0.0, 1.0)
            out *= 1.0 - closed * shade * within * np.minimum(1.0, 3.0 * arch)
        thickness = max(0.06, 0.7 / strip.unit)
        lashes = np.exp(-np.square((v - edge) / thickness)) * np.minimum(1.0, 2.0 * arch) * min(1.0, 3.0 * closed)
        aim = self._dark if len(planes) == 1 else 128.0
        out += 0.62 * lashes * (aim - out) * (1.0 if len(planes) == 1 else 0.4)
        return np.asarray(out, dtype=np.float32)


def _window(x: Floats) -> Floats:
    """1 in the middle, 0 from -1 and 1 on, smoothly."""
    inside = np.clip(1.0 - np.square(x), 0.0, 1.0)
    return np.asarray(inside * inside * (3.0 - 2.0 * inside), dtype=np.float32)


def _between(x: Floats, low: float, peak: float, high: float) -> Floats:
    """0 at `low`, 1 at `peak`, 0 at `high`, smoothly."""
    share = np.clip(np.minimum((x - low) / (peak - low), (high - x) / (high - peak)), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share), dtype=np.float32)

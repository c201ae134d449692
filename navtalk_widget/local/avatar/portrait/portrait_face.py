"""The face of a portrait photo, for any shape of the mouth and bearing of the head."""

from __future__ import annotations

import numpy as np

from navtalk_widget.local.avatar.layers import Bytes, Planes, planes_of, ycbcr_of
from navtalk_widget.local.avatar.life.motion import Bearing
from navtalk_widget.local.avatar.life.visemes import Mouth
from navtalk_widget.local.avatar.portrait.eye_warp import EyeWarp
from navtalk_widget.local.avatar.portrait.features import find_features
from navtalk_widget.local.avatar.portrait.framing import framed
from navtalk_widget.local.avatar.portrait.head_sway import HeadSway
from navtalk_widget.local.avatar.portrait.mouth_warp import MouthWarp
from navtalk_widget.local.avatar.portrait.placing import Box
from navtalk_widget.local.avatar.portrait.source import Portrait

_DRAWN_EYES = 64.0
"""The rise of brows is in pixels of a picture whose eyes are so far apart."""

_WORRY = 2.0
"""Such pixels that the inner ends of the brows rise by at most."""

_LID_STEPS, _BROW_STEPS = 12, 4
"""Positions of lids, and of brows per pixel, that are told apart: less would not be seen."""


class PortraitFace:
    """A photo that speaks. It goes on looking where it looks.

    It keeps the last expression only: while somebody speaks hardly one comes twice, and at rest it stays.

    Args:
        portrait: the photo.
        size: width and height of the pictures in pixels; both even.

    Raises:
        ConfigurationError: if there is no face in the photo, or one too small.
        MissingExtraError: if the face would have to be looked for, and what does so is not installed.
    """

    def __init__(self, portrait: Portrait, size: tuple[int, int]) -> None:
        self.size = size
        photo, features = framed(portrait.photo, find_features(portrait.photo, portrait.anchors), size)
        self._still = planes_of(ycbcr_of(photo))
        eyes = features.eyes
        self._mouth = MouthWarp(self._still, features.lips, eyes)
        self._eyes = [EyeWarp(self._still, lids, eyes, side) for lids, side in zip(features.lids, (1, -1), strict=True)]
        self._scale = eyes.unit / _DRAWN_EYES
        width, height = size
        self._luma_sway = HeadSway((height, width), eyes, 1)
        self._chroma_sway = HeadSway((height // 2, width // 2), eyes, 2)
        self._last: tuple[tuple[object, ...], Planes] | None = None

    def picture(self, mouth: Mouth, bearing: Bearing) -> Bytes:
        """Return the picture, see `Face.picture`."""
        width, height = self.size
        head = self._expression(mouth, bearing)
        out = np.empty((height * 3 // 2, width), dtype=np.uint8)
        self._luma_sway.moved(head.luma[None], bearing, out[None, :height])
        self._chroma_sway.moved(head.chroma, bearing, out[height:].reshape(2, height // 2, width // 2))
        return out

    def _expression(self, mouth: Mouth, bearing: Bearing) -> Planes:
        look = (
            round(bearing.eyes * _LID_STEPS) / _LID_STEPS,
            round(bearing.brows * _BROW_STEPS) / _BROW_STEPS,
            round(bearing.worry * _WORRY * _BROW_STEPS) / _BROW_STEPS,
        )
        key = mouth, round(bearing.smile, 2), look
        if self._last is not None and self._last[0] == key:
            return self._last[1]
        head = self._still.copy()
        for eye in self._eyes if look != (1.0, 0.0, 0.0) else ():
            _put(head, eye.picture(look[0], look[1] * self._scale, look[2] * self._scale), eye.box)
        _put(head, self._mouth.picture(mouth, key[1]), self._mouth.box)
        self._last = key, head
        return head


def _put(head: Planes, part: Planes, box: Box) -> None:
    target = head.part(*box)
    target.luma[:] = part.luma
    target.chroma[:] = part.chroma

"""The lower face: the jaw that opens, and the mouth."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image

from navtalk_widget.local.avatar.character import Character
from navtalk_widget.local.avatar.drawn.canvas import Box, Canvas, around
from navtalk_widget.local.avatar.drawn.mouth import MouthPainter, mouth_box
from navtalk_widget.local.avatar.layers import Bytes, Planes, planes_of, ycbcr_of
from navtalk_widget.local.avatar.life.visemes import Mouth

_JAW_STEPS = 4
"""Steps of the jaw per unit of the drawings."""

_KEPT_BYTES = 6_000_000
"""Of jaws of one face."""

_SOFT = 8.0
"""Units at the sides within which the skin gives way less and less."""


class LowerFace:
    """The part of a head from above its mouth to the neck.

    Args:
        character: whose it is.
        canvas: of the picture.
        head: the upright head: RGBA.
        matte: what of that moves with the head, of the same size.
        origin: the column and row of the picture where both begin.

    Attributes:
        box: what it covers of the picture, the mouth included.
    """

    def __init__(
        self, character: Character, canvas: Canvas, head: Image.Image, matte: Image.Image, origin: tuple[int, int]
    ) -> None:
        self._painter = MouthPainter(character.mouth, canvas)
        self.box = lower_box(character, canvas)
        jaw, mouth = _jaw_box(character, canvas), self._painter.box
        self._travel = character.mouth.jaw_travel
        self._unit = canvas.scale
        x, y = self.box[:2]
        self._jaw = jaw[0] - x, jaw[1] - y, jaw[2] - x, jaw[3] - y
        self._mouth = mouth[0] - x, mouth[1] - y, mouth[2] - x, mouth[3] - y
        self._chin = canvas.y(character.jaw[1]) - jaw[1]
        within = x - origin[0], y - origin[1], self.box[2] - origin[0], self.box[3] - origin[1]
        self._skin = planes_of(ycbcr_of(head.crop(within)))
        self._outline = np.asarray(matte.crop(within))
        kept = _KEPT_BYTES // (self._skin.luma.nbytes + self._skin.chroma.nbytes)
        self._opened = lru_cache(maxsize=kept)(self._open)
        self.matte = lru_cache(maxsize=kept)(self._open_outline)

    def jaw(self, mouth: Mouth) -> int:
        """Return how far the jaw is open, in steps."""
        return round(self._travel * mouth.opening * _JAW_STEPS)

    def look(self, mouth: Mouth, smile: float) -> Planes:
        """Return what is within `box`, for a shape of the mouth."""
        planes = self._opened(self.jaw(mouth)).copy()
        self._painter.paint(planes.part(*self._mouth), mouth, smile)
        return planes

    def _open(self, travel: int) -> Planes:
        """The skin with the chin moved down and the neck pressed together below it."""
        planes = self._skin.copy()
        if travel:
            left, top, right, bottom = self._jaw
            jaw = planes.part(left, top, right, bottom)
            pixels = travel / _JAW_STEPS * self._unit
            _stretch(jaw.luma, self._chin, pixels, _SOFT * self._unit)
            _stretch(jaw.chroma, self._chin / 2, pixels / 2, _SOFT * self._unit / 2)
        return planes

    def _open_outline(self, jaw: int) -> tuple[Bytes, Bytes]:
        """What of `box` moves with the head when its jaw is open by so many steps, for luma and for chroma."""
        outline = self._outline.copy()
        if jaw:
            left, top, right, bottom = self._jaw
            part = outline[top:bottom, left:right]
            _stretch(part, self._chin, jaw / _JAW_STEPS * self._unit, _SOFT * self._unit)
        return outline, np.asarray(Image.fromarray(outline).reduce(2))


def lower_box(character: Character, canvas: Canvas) -> Box:
    """Return what `LowerFace` covers of the picture."""
    return around(_jaw_box(character, canvas), mouth_box(character.mouth, canvas))


def _jaw_box(character: Character, canvas: Canvas) -> Box:
    (top, _, bottom), (left, right) = character.jaw, character.jaw_sides
    return canvas.box((left, top, right, bottom))


def _stretch(planes: Bytes, chin: float, travel: float, soft: float) -> None:
    """Move the row of the chin down within planes of shape (..., h, w), less and less towards their sides."""
    height, width = planes.shape[-2:]
    source = np.interp(np.arange(height, dtype=np.float32), [0.0, chin + travel, height], [0.0, chin, height]).astype(
        np.float32
    )
    whole = np.minimum(source.astype(np.intp), height - 1)
    part = (source - whole)[:, None]
    still = planes.astype(np.float32)
    moved = still[..., whole, :] * (1 - part) + still[..., np.minimum(whole + 1, height - 1), :] * part
    columns = np.arange(width, dtype=np.float32) + np.float32(0.5)
    inside = np.minimum(np.minimum(columns, columns[::-1]) / np.float32(soft), np.float32(1.0))
    planes[...] = np.rint(still + inside * (moved - still))

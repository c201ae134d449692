"""What stands behind the head: the background and the breathing body."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from navtalk_widget.local.avatar.character import HEIGHT, WIDTH, Character
from navtalk_widget.local.avatar.drawn.canvas import Canvas
from navtalk_widget.local.avatar.layers import Bytes, over, planes_of, ycbcr_of

BREATHS = 9
_BREATH = 1.2
"""The shoulders rise by this much, in units of the drawings, in so many steps: each too small to be seen."""

_COARSE = 1.35
"""Pixels, per unit of the drawings, in which a blurred background is drawn as one."""


_MOVE = Image.Transform.AFFINE


class Backdrop:
    """Background and body, in all steps of a breath.

    Args:
        character: whose they are.
        canvas: of the picture.

    Attributes:
        picture: breathed out, as RGBA.
    """

    def __init__(self, character: Character, canvas: Canvas) -> None:
        width, height = self._size = canvas.size
        background = _background(character, canvas)
        # The body goes on below the picture, so that there is something to come up with its breath.
        below = 2 * math.ceil(_BREATH * canvas.scale)
        body = canvas.rasterise(character.drawing("body"), (0, 0, width, height + below))
        first = (body.getchannel("A").getbbox() or (0, height, 0, 0))[1]
        self._top = max(0, min(height - 2, first - below) & ~1)
        self.picture = over(background, body.crop(canvas.whole))
        self._still = _planar(self.picture)
        part = background.crop((0, self._top, width, height))
        self._breaths = [
            _planar(
                over(
                    part,
                    _raised(body, step / (BREATHS - 1) * _BREATH * canvas.scale).crop((0, self._top, width, height)),
                )
            )
            for step in range(BREATHS)
        ]

    def planes(self, breath: int) -> Bytes:
        """Return a picture of its own at a step of the breath: planar YUV 4:2:0, uint8 of shape (h * 3 // 2, w)."""
        out = self._still.copy()
        width, height = self._size
        part = self._breaths[breath]
        rows = height - self._top
        out[self._top : height] = part[:rows]
        chroma = out[height:].reshape(2, height // 2, width // 2)
        chroma[:, self._top // 2 :] = part[rows:].reshape(2, rows // 2, width // 2)
        return out


def _background(character: Character, canvas: Canvas) -> Image.Image:
    """The background, mirrored outwards where the picture is wider or higher than the drawing."""
    width, height = canvas.size
    left, top = math.ceil(canvas.left - 1e-6), math.ceil(canvas.top - 1e-6)
    right = math.floor(canvas.x(WIDTH) + 1e-6)
    drawing = character.drawing("background")
    # A background that is out of focus is drawn coarsely: most of the time goes into blurs, and nobody sees it.
    coarse = max(2, round(_COARSE * canvas.scale)) if "feGaussianBlur" in drawing else 1
    drawn = canvas.rasterise(drawing, (left, top, right, math.floor(canvas.y(HEIGHT) + 1e-6)), coarse=coarse)
    pixels = np.asarray(drawn)
    whole = np.pad(pixels, ((top, height - top - pixels.shape[0]), (left, width - right), (0, 0)), mode="symmetric")
    return Image.fromarray(whole)


def _raised(picture: Image.Image, pixels: float) -> Image.Image:
    """The picture moved up by a fraction of a pixel."""
    whole = math.floor(pixels)
    first, second = (picture.transform(picture.size, _MOVE, (1, 0, 0, 0, 1, up)) for up in (whole, whole + 1))
    return Image.blend(first, second, pixels - whole)


def _planar(picture: Image.Image) -> Bytes:
    planes = planes_of(ycbcr_of(picture))
    width, height = picture.size
    out = np.empty((height * 3 // 2, width), dtype=np.uint8)
    out[:height] = planes.luma
    out[height:].reshape(2, height // 2, width // 2)[:] = planes.chroma
    return out

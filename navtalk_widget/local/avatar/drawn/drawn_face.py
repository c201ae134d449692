"""Composes a character's picture for any shape of the mouth and bearing of the head."""

from __future__ import annotations

import math
import threading

import numpy as np
from PIL import Image, ImageFilter

from navtalk_widget.local.avatar.character import FRONT, HEIGHT, WIDTH, Character
from navtalk_widget.local.avatar.drawn.backdrop import BREATHS, Backdrop
from navtalk_widget.local.avatar.drawn.canvas import Box, Canvas, around
from navtalk_widget.local.avatar.drawn.lower_face import LowerFace, lower_box
from navtalk_widget.local.avatar.drawn.rasteriser import Rasteriser
from navtalk_widget.local.avatar.drawn.sway import STEPS_DOWN, STEPS_RIGHT, Sway
from navtalk_widget.local.avatar.drawn.upper_face import UpperFace, upper_box
from navtalk_widget.local.avatar.layers import Bytes, Planes, over, planes_of, ycbcr_of
from navtalk_widget.local.avatar.life.motion import Bearing
from navtalk_widget.local.avatar.life.visemes import Mouth

_SWAYS = 13
"""Units by which a head may reach beyond its outline when it sways."""

_EDGE = 4
"""How opaque what belongs to the head becomes in the matte: shadows at its edge move along as they were drawn."""

_SMILE_STEPS = 32


class DrawnFace:
    """A character, drawn once into layers, from which pictures are composed cheaply; see `Face`.

    Nothing is done twice: what stands behind the head changes with the breath, the upper face with the look, the lower
    one with the mouth, and only what has changed is made anew. A picture that would be the same as the one before is
    the same. Threads may share a face.

    Args:
        character: whose face it is.
        size: width and height of the pictures in pixels; even, and no smaller than the drawings.

    Raises:
        ConfigurationError: if a drawing cannot be drawn.
        ValueError: if the size is none of a picture.
    """

    def __init__(self, character: Character, size: tuple[int, int] = (WIDTH, HEIGHT)) -> None:
        self.character = character
        self.size = size
        with Rasteriser() as rasteriser:
            self._draw(Canvas(size, rasteriser))
        self._composing = threading.Lock()
        self._breath = -1
        self._behind: Bytes
        self._look: tuple[int, ...] | None = None
        self._said: tuple[Mouth, int] | None = None
        self._jaw = 0
        self._shown: tuple[object, ...] | None = None
        self._picture: Bytes

    def _draw(self, canvas: Canvas) -> None:
        character = self.character
        self._unit = canvas.scale
        self._backdrop = Backdrop(character, canvas)
        bare = canvas.rasterise(character.drawing("head"), canvas.whole)
        front = canvas.rasterise(character.drawing(FRONT), canvas.whole) if FRONT in character.layers else None
        head = bare if front is None else over(bare, front)
        self._box = _moving(head, character, canvas)
        # The head brings along what lies behind its soft edge, which so stays as it was drawn, without a fringe.
        upright = over(self._backdrop.picture, head).crop(self._box)
        left, top = self._box[:2]
        upper = upper_box(character, canvas)
        self._upper = UpperFace(character, canvas, over(self._backdrop.picture.crop(upper), bare.crop(upper)))
        matte = _matte(head.getchannel("A").crop(self._box), canvas.scale)
        self._lower = LowerFace(character, canvas, upright, matte, (left, top))
        planes = planes_of(ycbcr_of(upright))
        pivot = canvas.y(character.neck_pivot) - top
        reach = 2 * math.ceil(_SWAYS * canvas.scale)
        self._luma = Sway(planes.luma, np.asarray(matte), pivot, reach)
        self._chroma = Sway(planes.chroma, np.asarray(matte.reduce(2)), pivot / 2, reach // 2)
        self._lever = max(1.0, abs(pivot))

    def picture(self, mouth: Mouth, bearing: Bearing) -> Bytes:
        """Return the picture, see `Face.picture`."""
        with self._composing:
            self._breathe(round(min(1.0, max(0.0, bearing.breath)) * (BREATHS - 1)))
            self._look_like(self._upper.steps(bearing))
            self._say(mouth, round(bearing.smile * _SMILE_STEPS))
            right = round(bearing.right * self._unit * STEPS_RIGHT) / STEPS_RIGHT
            down = round(bearing.down * self._unit * STEPS_DOWN) / STEPS_DOWN
            tilt = round(bearing.tilt * self._lever * STEPS_RIGHT) / (self._lever * STEPS_RIGHT)
            shown = (self._breath, self._look, self._said, right, down, tilt)
            if shown != self._shown:
                self._picture, self._shown = self._held(right, down, tilt), shown
            return self._picture

    def _breathe(self, breath: int) -> None:
        if breath == self._breath:
            return
        self._behind, self._breath = self._backdrop.planes(breath), breath

    def _look_like(self, look: tuple[int, int, int, int, int]) -> None:
        if look != self._look:
            self._put(self._upper.look(*look), self._upper.box)
            self._look = look

    def _say(self, mouth: Mouth, smile: int) -> None:
        if (mouth, smile) != self._said:
            self._put(self._lower.look(mouth, smile / _SMILE_STEPS), self._lower.box)
            self._said = mouth, smile
            self._open(self._lower.jaw(mouth))

    def _open(self, jaw: int) -> None:
        if jaw != self._jaw:
            luma, chroma = self._lower.matte(jaw)
            left, top = self._lower.box[0] - self._box[0], self._lower.box[1] - self._box[1]
            self._luma.put_matte(luma, left, top)
            self._chroma.put_matte(chroma, left // 2, top // 2)
            self._jaw = jaw

    def _put(self, part: Planes, box: Box) -> None:
        left, top = box[0] - self._box[0], box[1] - self._box[1]
        self._luma.put(part.luma, left, top)
        self._chroma.put(part.chroma, left // 2, top // 2)

    def _held(self, right: float, down: float, tilt: float) -> Bytes:
        out = self._behind.copy()
        luma, chroma = self._within(out)
        self._luma.lay(luma, right, down, tilt)
        self._chroma.lay(chroma, right / 2, down / 2, tilt)
        return out

    def _within(self, picture: Bytes) -> tuple[Bytes, Bytes]:
        """Luma and chroma of the head's box, in the picture's memory."""
        width, height = self.size
        left, top, right, bottom = self._box
        chroma = picture[height:].reshape(2, height // 2, width // 2)
        return picture[top:bottom, left:right], chroma[:, top // 2 : bottom // 2, left // 2 : right // 2]


def _moving(head: Image.Image, character: Character, canvas: Canvas) -> Box:
    """The part of the picture that moves with the head."""
    left, top, right, bottom = head.getchannel("A").getbbox() or canvas.whole
    reach = math.ceil(_SWAYS * canvas.scale)
    wide = canvas.even((left - reach, top - reach, right + reach, bottom + reach))
    return around(wide, upper_box(character, canvas), lower_box(character, canvas))


def _matte(alpha: Image.Image, scale: float) -> Image.Image:
    """How much of each pixel moves with the head: all that it covers ever so little, with a soft edge."""
    opaque = alpha.point([min(255, _EDGE * value) for value in range(256)])
    wide = opaque.filter(ImageFilter.MaxFilter(2 * round(0.7 * scale) + 1))
    return wide.filter(ImageFilter.GaussianBlur(0.6 * scale))

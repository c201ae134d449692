"""Composes a character's picture for any shape of the mouth and bearing of the head."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from navtalk_widget.local.avatar.character import HEIGHT, WIDTH, Character, character_named
from navtalk_widget.local.avatar.colours import to_rgb
from navtalk_widget.local.avatar.eyes import eye_shapes
from navtalk_widget.local.avatar.layers import (
    WHOLE,
    Box,
    Bytes,
    Picture,
    Planes,
    even,
    over,
    planes_of,
    raised,
    rasterise,
    ycbcr_of,
)
from navtalk_widget.local.avatar.motion import Bearing
from navtalk_widget.local.avatar.mouth import MouthPainter
from navtalk_widget.local.avatar.sway import Sway
from navtalk_widget.local.avatar.visemes import REST, Mouth

_BREATHS = 9
_BREATH_PX = 1.2
"""The shoulders rise by this much in so many steps, too small to be seen."""

_JAW_STEPS = 4
_BROW_STEPS = 4
_GAZE_STEPS = 2
"""Steps per pixel of the parts that are kept ready."""

_LID_STEPS = 8

_BROW_BOX: Box = (96, 142, 224, 210)
"""Brows and eyes of any bearing."""

_REACH = 7
"""Pixels around the head that move with it: more than it ever sways, and a soft edge."""


class Face:
    """A character, drawn once into layers, from which pictures are composed cheaply.

    It keeps no state between pictures but caches, all of them bounded, so the conversations of one loop share it.
    """

    def __init__(self, character: Character) -> None:
        self.character = character
        background = rasterise(character.drawing("background"), coarse=2)
        head = rasterise(character.drawing("head"))
        # The body goes on below the picture, so that there is something to come up with its breath.
        deep_body = rasterise(character.drawing("body"), (0, 0, WIDTH, HEIGHT + 4))
        body = deep_body.crop(WHOLE)
        self._box = _around(head.getbbox() or WHOLE, character.jaw[2])
        # The head brings along what lies behind its edge, which so stays as it was drawn, without a fringe.
        self._upright = over(over(background, body), head).crop(self._box)
        self._skin = ycbcr_of(self._upright)
        self._head = planes_of(self._skin)
        alpha = head.getchannel("A").crop(self._box)
        chin_lowest = ImageChops.offset(alpha, 0, math.ceil(character.mouth.jaw_travel))
        mask = (
            ImageChops.lighter(alpha, chin_lowest)
            .filter(ImageFilter.MaxFilter(2 * 4 + 1))
            .filter(ImageFilter.GaussianBlur(1.5))
        )
        pivot = character.neck_pivot - self._box[1]
        self._luma_sway = Sway(np.asarray(mask), pivot)
        self._chroma_sway = Sway(np.asarray(mask.reduce(2)), pivot / 2)
        self._scenes = [
            planes_of(ycbcr_of(over(background, raised(deep_body, _BREATH_PX * step / (_BREATHS - 1)).crop(WHOLE))))
            for step in range(_BREATHS)
        ]
        left, top, right, bottom = self._box
        self._behind = [
            (
                self._luma_sway.behind(scene.luma[top:bottom, left:right]),
                self._chroma_sway.behind(scene.chroma[:, top // 2 : bottom // 2, left // 2 : right // 2]),
            )
            for scene in self._scenes
        ]
        self._painter = MouthPainter(character.mouth)
        self._brows = rasterise(character.drawing("brows"), _BROW_BOX)
        self._eyes = lru_cache(maxsize=128)(self._draw_eyes)
        self._look = lru_cache(maxsize=256)(self._draw_look)
        self._jaw = lru_cache(maxsize=64)(self._stretch_jaw)
        self._last: tuple[tuple[object, ...], Planes] | None = None
        for lids in range(_LID_STEPS + 1):
            self._look(lids, 0, 0, 0)

    def picture(self, mouth: Mouth, bearing: Bearing) -> Bytes:
        """Return the picture as planar YUV 4:2:0: uint8 of shape (HEIGHT * 3 // 2, WIDTH)."""
        breath = round(bearing.breath * (_BREATHS - 1))
        scene, (behind_luma, behind_chroma) = self._scenes[breath], self._behind[breath]
        head = self._expression(mouth, bearing)
        left, top, right, bottom = self._box
        out = np.empty((HEIGHT * 3 // 2, WIDTH), dtype=np.uint8)
        out[:HEIGHT] = scene.luma
        out[top:bottom, left:right] = self._luma_sway.lay(
            head.luma, behind_luma, bearing.right, bearing.down, bearing.tilt
        )
        chroma = out[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
        chroma[:] = scene.chroma
        chroma[:, top // 2 : bottom // 2, left // 2 : right // 2] = self._chroma_sway.lay(
            head.chroma, behind_chroma, bearing.right / 2, bearing.down / 2, bearing.tilt
        )
        return out

    def _expression(self, mouth: Mouth, bearing: Bearing) -> Planes:
        """The upright head with its features; at rest it stays the same for many pictures."""
        look = (
            round(bearing.eyes * _LID_STEPS),
            round(bearing.gaze_right * _GAZE_STEPS),
            round(bearing.gaze_down * _GAZE_STEPS),
            round(bearing.brows * _BROW_STEPS),
        )
        if self._last is not None and self._last[0] == (mouth, look):
            return self._last[1]
        head = self._head.copy()
        head.put(self._look(*look), *self._within(_BROW_BOX)[:2])
        jaw, skin = self._jaw(round(self.character.mouth.jaw_travel * mouth.opening * _JAW_STEPS))
        head.put(jaw, *self._within(self._jaw_box)[:2])
        head.put(planes_of(self._painter.paint(skin, mouth)), *self._within(self._painter.box)[:2])
        self._last = ((mouth, look), head)
        return head

    @property
    def _jaw_box(self) -> Box:
        (top, _, bottom), (left, right) = self.character.jaw, self.character.jaw_sides
        return left, top, right, bottom

    def _within(self, box: Box) -> Box:
        """A box of the picture as a box of the head."""
        left, top = self._box[:2]
        return box[0] - left, box[1] - top, box[2] - left, box[3] - top

    def _draw_look(self, lids: int, right: int, down: int, brows: int) -> Planes:
        skin = self._upright.crop(self._within(_BROW_BOX))
        with_brows = over(skin, raised(self._brows, brows / _BROW_STEPS))
        return planes_of(ycbcr_of(over(with_brows, self._eyes(lids, right, down))))

    def _draw_eyes(self, lids: int, right: int, down: int) -> Picture:
        shapes = eye_shapes(self.character.eye, lids / _LID_STEPS, (right / _GAZE_STEPS, down / _GAZE_STEPS))
        return rasterise(self.character.drawing("eyes", **shapes), _BROW_BOX)

    def _stretch_jaw(self, travel: int) -> tuple[Planes, Bytes]:
        """The lower face with the chin moved down and the neck pressed together below it, and its skin at the mouth."""
        left, top, right, bottom = self._within(self._jaw_box)
        chin = self.character.jaw[1] - self.character.jaw[0]
        height = bottom - top
        skin = self._skin.copy()
        if travel:
            knots = [0.0, chin + travel / _JAW_STEPS, height]
            source = np.interp(np.arange(height, dtype=np.float32), knots, [0.0, chin, height])
            whole = np.floor(source).astype(np.intp)
            share = (source - whole)[:, None, None]
            still = self._skin[top : bottom + 1, left:right].astype(np.float32)
            moved = still[whole] * (1 - share) + still[np.minimum(whole + 1, height)] * share
            columns = np.arange(right - left)
            inside = np.clip(np.minimum(columns, columns[::-1]) / 8.0, 0.0, 1.0)[None, :, None]
            skin[top:bottom, left:right] = np.rint(still[:-1] + inside * (moved - still[:-1]))
        mouth_left, mouth_top, mouth_right, mouth_bottom = self._within(self._painter.box)
        return (
            planes_of(skin[top:bottom, left:right]),
            np.ascontiguousarray(skin[mouth_top:mouth_bottom, mouth_left:mouth_right]),
        )


@lru_cache(maxsize=4)
def face_named(name: str) -> Face:
    """Return the face of a character, drawn at its first use, which takes some tenths of a second."""
    return Face(character_named(name))


def still(face: Face, mouth: Mouth = REST) -> Bytes:
    """Return a picture of the face looking at the viewer: RGB, uint8 of shape (HEIGHT, WIDTH, 3)."""
    planes = face.picture(mouth, Bearing(0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0))
    chroma = planes[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
    half = [Image.fromarray(plane).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR) for plane in chroma]
    return to_rgb(np.stack([planes[:HEIGHT], *(np.asarray(plane) for plane in half)], axis=2))


def _around(box: Box, neck: int) -> Box:
    left, top, right, bottom = box
    bottom = max(bottom, neck)
    return even((max(0, left - _REACH), max(0, top - _REACH), min(WIDTH, right + _REACH), min(HEIGHT, bottom + _REACH)))

"""Moves the lower face of a portrait with its mouth."""

from __future__ import annotations

import numpy as np

from navtalk_widget.local.avatar.layers import Planes
from navtalk_widget.local.avatar.life.visemes import Mouth
from navtalk_widget.local.avatar.portrait.inner_mouth import InnerMouth
from navtalk_widget.local.avatar.portrait.lips import FULL, Lips
from navtalk_widget.local.avatar.portrait.mouth_shape import MouthShape, shaped
from navtalk_widget.local.avatar.portrait.placing import Box, Floats, Placing
from navtalk_widget.local.avatar.portrait.sampling import Bytes, rounded
from navtalk_widget.local.avatar.portrait.strip import Strip, box_around

_CHIN, _NECK = 1.75, 2.3
"""Where the chin ends, and down to where the skin of the neck gives way: units below the eyes, their distance each."""

_NOSE, _CHEEKS = 0.3, 0.48
"""Units above the upper lip that give way to it when it moves up or down, and to the corners when they move aside."""

_JAW_INNER, _JAW_OUTER = 0.45, 1.15
"""Units from the middle up to which the jaw moves wholly, and from which on nothing does."""

_SPARED = 0.065
"""Half widths of the mouth."""


class MouthWarp:
    """The lower face: its box, and the picture in it for any shape of the mouth.

    Args:
        planes: of the whole portrait.
        lips: in the coordinates of the picture.
        eyes: the placing between the eyes.
    """

    def __init__(self, planes: Planes, lips: Lips, eyes: Placing) -> None:
        self._planes = planes
        self._lips = lips
        height, width = planes.luma.shape
        placing = lips.placing
        per_eyes = eyes.unit / placing.unit
        mouth_down = eyes.to_face((placing.x, placing.y))[1]
        self._chin = (_CHIN - mouth_down) * per_eyes
        self._neck = (_NECK - mouth_down) * per_eyes
        self._nose, self._cheeks = (min(lips.top, 0.0) - reach * per_eyes for reach in (_NOSE, _CHEEKS))
        reach = _JAW_OUTER * per_eyes
        self.box: Box = box_around(placing, -reach, self._cheeks, reach, self._neck, (width, height))
        self._strips = Strip(self.box, placing, 1), Strip(self.box, placing, 2)
        self._per_eyes = per_eyes
        # Where the photo shows teeth, their edges are not to be drawn along with the lips.
        self._spared = min(_SPARED, 0.5 * (lips.lower - lips.upper))
        self._inner = InnerMouth(planes, lips)

    def picture(self, mouth: Mouth, smile: float) -> Planes:
        """Return what is in the box.

        Args:
            mouth: its shape.
            smile: -1 to 1.
        """
        luma, chroma = self._strips
        return Planes(
            rounded(self._warped(luma, self._planes.luma[None], mouth, smile)[0]),
            rounded(self._warped(chroma, self._planes.chroma, mouth, smile)),
        )

    def _warped(self, strip: Strip, planes: Bytes, mouth: Mouth, smile: float) -> Floats:
        shape = shaped(self._lips, mouth, smile)
        u, v = strip.u, strip.v - strip.slope
        beyond = np.clip((np.abs(u) - shape.wide) / 1.1, 0.0, 1.0)
        aside: Floats = np.asarray((1.0 - beyond) ** 2 * (1.0 + 2.0 * beyond), dtype=np.float32)
        # The corners take the skin around them along, most at themselves, without a kink anywhere.
        pull = np.where(beyond > 0.0, np.sign(u) * aside, np.sin(np.pi / 2 * np.clip(u / shape.wide, -1.0, 1.0)))
        source_u: Floats = np.asarray(u + (1.0 - shape.wide) * pull, dtype=np.float32)
        to, source = self._outlines(u, source_u, aside, shape)
        # The columns give way around the mouth only.
        here = _around(v, self._cheeks, -0.15, 0.2 + shape.bottom, self._chin)
        out = strip.sampled(planes, (source_u - u) * here, _rows(v, to, source) - v)
        self._inner.paint(out, strip.unit, u / shape.wide, v, to[2], to[3], mouth, shape)
        return out

    def _outlines(
        self, u: Floats, source_u: Floats, aside: Floats, shape: MouthShape
    ) -> tuple[list[Floats], list[Floats]]:
        """Where the nose ends, the four outlines of the lips, the chin and the neck are in each column, and were."""
        lips = self._lips
        arch = np.clip(1.0 - source_u * source_u, 0.0, 1.0)
        full, slim, rounder, spared = arch**FULL, arch, arch**shape.round, self._spared * arch**0.4
        # The corners of an open mouth are drawn down a little with the jaw.
        corner = shape.corners * np.where(np.abs(source_u) < 1.0, source_u * source_u, aside)
        corner = corner + 0.12 * shape.chin * aside * (1.0 - arch)
        jaw = np.clip((_JAW_OUTER - np.abs(u) / self._per_eyes) / (_JAW_OUTER - _JAW_INNER), 0.0, 1.0)
        jaw = jaw * jaw * (3.0 - 2.0 * jaw)
        upper, lower = corner + shape.upper * rounder, corner + shape.lower * rounder
        nose, chin, neck = (np.full_like(u, height) for height in (self._nose, self._chin, self._neck))
        to = [
            nose,
            np.minimum(corner + shape.top * full, upper),
            upper,
            lower,
            np.maximum(corner + shape.bottom * full, lower),
            chin + shape.chin * jaw,
            neck,
        ]
        source = [
            nose,
            lips.top * full,
            lips.upper * slim - spared,
            lips.lower * slim + spared,
            np.maximum(lips.bottom * full, lips.lower * slim + spared),
            chin,
            neck,
        ]
        return [np.asarray(line, dtype=np.float32) for line in to], source


def _rows(v: Floats, to: list[Floats], source: list[Floats]) -> Floats:
    """What was in the place of each pixel: above the middle of the mouth as the upper lip has it, else the lower."""
    middle = (to[2] + to[3]) / 2
    below = int(np.searchsorted(v.min(axis=1), middle.max()))
    above = int(np.searchsorted(v.max(axis=1), middle.min()))
    rows = np.empty(v.shape, dtype=np.float32)
    rows[:below] = _along(v[:below], to[:3], source[:3])
    rows[below:] = _along(v[below:], to[3:], source[3:])
    both = slice(above, below)
    rows[both] = np.where(v[both] < middle, rows[both], _along(v[both], to[3:], source[3:]))
    return rows


def _along(v: Floats, to: list[Floats], source: list[Floats]) -> Floats:
    """What was where before a column was stretched between given places; both from above to below."""
    found = source[0] + v - to[0]
    for i in range(len(to) - 1):
        stretch = (source[i + 1] - source[i]) / np.maximum(to[i + 1] - to[i], 1e-3)
        np.copyto(found, source[i] + (v - to[i]) * stretch, where=v > to[i])
    np.copyto(found, v + (source[-1] - to[-1]), where=v > to[-1])
    return np.asarray(found, dtype=np.float32)


def _around(v: Floats, start: float, top: float, bottom: float, end: float) -> Floats:
    """1 from `top` to `bottom`, falling smoothly to 0 at `start` and `end`."""
    share = np.clip(np.minimum((v - start) / (top - start), (end - v) / (end - bottom)), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share), dtype=np.float32)

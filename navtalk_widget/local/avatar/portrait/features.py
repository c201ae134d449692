"""Where eyes, lids and lips are in a photo."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PIL import Image

from navtalk_widget.engines.portrait import Anchors
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.avatar.portrait.finding import find_eyes
from navtalk_widget.local.avatar.portrait.lids import Lids, find_lids
from navtalk_widget.local.avatar.portrait.lips import Lips, find_lips
from navtalk_widget.local.avatar.portrait.placing import Placing

_LEAST = 20
"""Pixels between the eyes without which lips and lids cannot be told from skin."""

_MOST_TILT = 30
"""Degrees."""


@dataclass(frozen=True, slots=True)
class Features:
    """The parts of a face that move.

    Attributes:
        eyes: the placing between the eyes: the origin midway, the unit their distance.
        lids: of the viewer's left eye and of the other.
        lips: see `Lips`.
    """

    eyes: Placing
    lids: tuple[Lids, Lids]
    lips: Lips

    def within(self, scale: float, left: float, top: float) -> Features:
        """Return them for a part of the photo that begins at a point and is enlarged."""
        first, second = (replace(lids, placing=lids.placing.within(scale, left, top)) for lids in self.lids)
        lips = replace(self.lips, placing=self.lips.placing.within(scale, left, top))
        return Features(self.eyes.within(scale, left, top), (first, second), lips)


def find_features(photo: Image.Image, anchors: Anchors) -> Features:
    """Return the features of the face in a photo; of the largest, if there are several.

    Args:
        photo: RGB.
        anchors: what is known.

    Raises:
        ConfigurationError: if there is no face, or one too small or too much tilted.
        MissingExtraError: if the eyes are not known, and what finds them is not installed.
    """
    if anchors.left_eye is not None and anchors.right_eye is not None:
        eyes = Placing.between(anchors.left_eye, anchors.right_eye)
    else:
        eyes = Placing.between(*find_eyes(photo))
    if eyes.unit < _LEAST:
        raise ConfigurationError(
            f"The face in the portrait is too small: {eyes.unit:.0f} pixels between the eyes.",
            hint=f"Use a picture with {_LEAST} at least, better 100.",
        )
    if abs(math.degrees(eyes.angle)) > _MOST_TILT:
        raise ConfigurationError(
            f"The head in the portrait is tilted by {abs(math.degrees(eyes.angle)):.0f}°.",
            hint=f"Turn the picture so that it is {_MOST_TILT}° at most.",
        )
    return Features(eyes, find_lids(photo, eyes), find_lips(photo, eyes, anchors.mouth))

"""Cuts a photo to the head and shoulders."""

from __future__ import annotations

from PIL import Image, ImageFilter, ImageOps

from navtalk_widget.local.avatar.portrait.features import Features

_WIDTH, _HEIGHT = 5.0, 6.25
"""Distances of the eyes that are shown at least, if the photo has them: the head is some 2.6 wide and 3.8 high."""

_HEAD = 3.0, 4.2
"""Distances of the eyes without which the head is cut off."""

_EYE_LINE = 0.42
"""Of the picture's height, where the eyes are."""


def framed(photo: Image.Image, features: Features, size: tuple[int, int]) -> tuple[Image.Image, Features]:
    """Return a picture of the head and shoulders, and where the features are in it.

    A photo too narrow or too low for the shape of the picture stands before its own blur.

    Args:
        photo: RGB.
        features: in it.
        size: of the picture; even.
    """
    eyes = features.eyes
    aspect = size[0] / size[1]
    height = eyes.unit * max(_HEIGHT, _WIDTH / aspect)
    height = min(height, photo.height, photo.width / aspect)
    width = height * aspect
    upright = _WIDTH / _HEIGHT
    if width < _HEAD[0] * eyes.unit and aspect < 0.95 * upright:
        return _boxed(photo, features, size, (size[0], round(size[0] / upright / 2) * 2))
    if height < _HEAD[1] * eyes.unit and aspect > 1.05 * upright:
        return _boxed(photo, features, size, (round(size[1] * upright / 2) * 2, size[1]))
    left = min(max(0.0, eyes.x - width / 2), photo.width - width)
    top = min(max(0.0, eyes.y - _EYE_LINE * height), photo.height - height)
    picture = photo.resize(size, Image.Resampling.LANCZOS, box=(left, top, left + width, top + height))
    return picture, features.within(size[0] / width, left, top)


def _boxed(
    photo: Image.Image, features: Features, size: tuple[int, int], inner: tuple[int, int]
) -> tuple[Image.Image, Features]:
    part, inside = framed(photo, features, inner)
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    whole = ImageOps.fit(part, size).filter(ImageFilter.GaussianBlur(max(size) / 24))
    whole.paste(part, (left, top))
    return whole, inside.within(1.0, -left, -top)

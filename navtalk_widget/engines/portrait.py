"""A portrait photo that is to speak, as a user describes it and as a folder that travels to the local service."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from navtalk_widget.errors import ConfigurationError

if TYPE_CHECKING:
    from navtalk_widget.engines.photo import Picture

Point: TypeAlias = tuple[float, float]
"""Pixels from the left and from the top of the picture as it is looked at."""

Mouth: TypeAlias = "Sequence[Point] | Sequence[float]"
"""The corners of the lips, the viewer's left one first, or the middle of the mouth and its width: ``(x, y, width)``."""

PICTURE_FILE, DESCRIPTION_FILE = "portrait.png", "character.json"


@dataclass(frozen=True, slots=True)
class Anchors:
    """Where eyes and mouth are in a picture, in its pixels; what is None is to be found.

    Attributes:
        left_eye: the middle of the eye at the viewer's left.
        right_eye: the other.
        mouth: its corners, the viewer's left one first.
    """

    left_eye: Point | None = None
    right_eye: Point | None = None
    mouth: tuple[Point, Point] | None = None

    def scaled(self, factor: float) -> Anchors:
        """Return them for the picture made larger or smaller."""

        def scaled(point: Point) -> Point:
            return point[0] * factor, point[1] * factor

        return Anchors(
            left_eye=scaled(self.left_eye) if self.left_eye else None,
            right_eye=scaled(self.right_eye) if self.right_eye else None,
            mouth=(scaled(self.mouth[0]), scaled(self.mouth[1])) if self.mouth else None,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """A photo that is to speak.

    Anchor points are needed only where the face cannot be found. They are in pixels of the picture as it is looked
    at, from its left and top; left is the viewer's left.

    Attributes:
        image: a file, a Pillow image, or an array: uint8, or floats from 0 to 1, of shape (rows, columns),
            (rows, columns, 3) or (rows, columns, 4).
        left_eye: the middle of the eye.
        right_eye: the middle of the other eye.
        mouth: the left and the right corner of the lips, or the mouth's middle and width as ``(x, y, width)``.
        voice: the voice to speak with if the session asks for none.
        name: what the character is called.
        greeting: what it says first.
    """

    image: Picture
    left_eye: Point | None = None
    right_eye: Point | None = None
    mouth: Mouth | None = None
    voice: str = ""
    name: str = "portrait"
    greeting: str = ""

    def save(self, folder: Path) -> Path:
        """Write it to a folder, for the local service; see `save_portrait`."""
        return save_portrait(
            self.image,
            folder,
            left_eye=self.left_eye,
            right_eye=self.right_eye,
            mouth=self.mouth,
            voice=self.voice,
            name=self.name,
            greeting=self.greeting,
        )


def save_portrait(
    image: Picture,
    folder: Path,
    *,
    left_eye: Point | None = None,
    right_eye: Point | None = None,
    mouth: Mouth | None = None,
    voice: str = "",
    name: str = "portrait",
    greeting: str = "",
) -> Path:
    """Write a portrait to a folder, which is made if need be, and return the folder.

    The picture is saved upright, as RGB of at most 2048 pixels each way, without what else its file holds, such as
    the place where it was taken. The arguments are those of `Portrait`.

    Raises:
        ConfigurationError: if it is no picture, or an anchor point does not lie in it.
    """
    from navtalk_widget.engines.photo import read_photo  # loads Pillow, which few sessions need

    picture, scale = read_photo(image)
    anchors = read_anchors({"left_eye": left_eye, "right_eye": right_eye, "mouth": mouth}).scaled(scale)
    check_anchors(anchors, picture.size)
    described: dict[str, Any] = {"name": name, "portrait": PICTURE_FILE}
    for key, text in (("voice", voice), ("greeting", greeting)):
        if text:
            described[key] = text
    for key, value in (("left_eye", anchors.left_eye), ("right_eye", anchors.right_eye), ("mouth", anchors.mouth)):
        if value is not None:
            described[key] = value
    folder.mkdir(parents=True, exist_ok=True)
    picture.save(folder / PICTURE_FILE, compress_level=1)
    (folder / DESCRIPTION_FILE).write_text(json.dumps(described, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return folder


def read_anchors(given: dict[str, Any]) -> Anchors:
    """Read anchor points from what a user or a file gives under `left_eye`, `right_eye` and `mouth`.

    Raises:
        ConfigurationError: if something else stands there.
    """
    left, right = (_point(key, given.get(key)) for key in ("left_eye", "right_eye"))
    if (left is None) != (right is None):
        raise ConfigurationError(
            f"Only {'left_eye' if left else 'right_eye'} is given.", hint="Give both eyes, or neither."
        )
    return Anchors(left, right, _corners(given.get("mouth")))


def check_anchors(anchors: Anchors, size: tuple[int, int]) -> None:
    """Check that anchor points can be those of a face in a picture of this size.

    Raises:
        ConfigurationError: if not.
    """
    points = {"left_eye": anchors.left_eye, "right_eye": anchors.right_eye}
    if anchors.mouth:
        points["mouth's left corner"], points["mouth's right corner"] = anchors.mouth
    for name, point in points.items():
        if point and not (0 <= point[0] <= size[0] and 0 <= point[1] <= size[1]):
            raise ConfigurationError(
                f"The {name} at ({point[0]:.0f}, {point[1]:.0f}) lies outside the picture of {size[0]} × {size[1]}.",
                hint="Give pixels from the left and from the top of the picture.",
            )
    pairs = [("eyes", anchors.left_eye, anchors.right_eye)]
    if anchors.mouth:
        pairs.append(("corners of the mouth", *anchors.mouth))
    for name, left, right in pairs:
        if left and right and right[0] - left[0] < 4:
            raise ConfigurationError(
                f"The {name} are too close to each other, or the wrong way round.",
                hint="The first is the one at the viewer's left, and they are 4 pixels apart at least.",
            )
    if anchors.mouth and anchors.left_eye and anchors.right_eye:
        eyes, mouth = (anchors.left_eye[1] + anchors.right_eye[1]) / 2, (anchors.mouth[0][1] + anchors.mouth[1][1]) / 2
        if mouth <= eyes:
            raise ConfigurationError("The mouth lies above the eyes.", hint="Turn the picture upright first.")


def _point(name: str, value: Any) -> Point | None:
    if value is None:
        return None
    numbers = _numbers(value)
    if len(numbers) != 2:
        raise ConfigurationError(f"{name} is {value!r}.", hint="Give two numbers, pixels from the left and the top.")
    return numbers[0], numbers[1]


def _corners(value: Any) -> tuple[Point, Point] | None:
    if value is None:
        return None
    numbers = _numbers(value)
    if len(numbers) == 3 and numbers[2] > 0:
        x, y, width = numbers
        return (x - width / 2, y), (x + width / 2, y)
    try:
        (left, right) = (_point("mouth", corner) for corner in value)
    except (TypeError, ValueError):
        left = right = None
    if left is None or right is None:
        raise ConfigurationError(
            f"mouth is {value!r}.",
            hint="Give the left and the right corner of the lips, ((x, y), (x, y)), or (x, y, width).",
        )
    return left, right


def _numbers(value: Any) -> list[float]:
    """The finite numbers of a sequence; none if anything else is in it."""
    try:
        numbers = [float(number) for number in value]
    except (TypeError, ValueError):
        return []
    return numbers if all(math.isfinite(number) for number in numbers) else []

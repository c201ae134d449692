"""Finds the eyes of the largest face in a photo, with OpenCV and the models that come with it."""

from __future__ import annotations

import importlib
import math
from itertools import product
from typing import Any

import numpy as np
from PIL import Image

from navtalk_widget.errors import ConfigurationError, MissingExtraError
from navtalk_widget.local.avatar.portrait.placing import Point

_SIDE = 900
"""Pixels that the photo is made smaller to: the models find faces from 30 pixels on."""

_FACE, _EYES = "haarcascade_frontalface_alt2.xml", ("haarcascade_eye.xml", "haarcascade_eye_tree_eyeglasses.xml")

_POINTS = "give the eyes' places instead: Portrait(image, left_eye=(x, y), right_eye=(x, y))."


def find_eyes(photo: Image.Image) -> tuple[Point, Point]:
    """Return the middles of both eyes of the largest face, in pixels, the viewer's left first.

    Raises:
        ConfigurationError: if there is no face.
        MissingExtraError: if OpenCV is not installed.
    """
    cv2 = _opencv()
    scale = min(1.0, _SIDE / max(photo.size))
    size = round(photo.width * scale), round(photo.height * scale)
    grey = cv2.equalizeHist(np.asarray(photo.convert("L").resize(size, Image.Resampling.BILINEAR)))
    faces = [face for neighbours in (4, 2) for face in _cascade(cv2, _FACE).detectMultiScale(grey, 1.1, neighbours)]
    for x, y, width, height in sorted(faces, key=lambda face: -int(face[2])):
        found = _eyes_in(cv2, grey[y : y + height, x : x + width])
        if found is not None:
            left, right = ((float(x + eye[0]) / scale, float(y + eye[1]) / scale) for eye in found)
            return left, right
    raise ConfigurationError(
        "No face was found in the portrait.", hint=f"Use a picture of a face that looks at the camera, or {_POINTS}"
    )


def _eyes_in(cv2: Any, face: Any) -> tuple[Point, Point] | None:
    """The pair of eyes, of all that look like one, that lies best in the face."""
    side = face.shape[0]
    if side < 200:
        # The models know eyes from 20 pixels on.
        face = cv2.resize(face, (240, 240), interpolation=cv2.INTER_CUBIC)
    upper = face[: round(face.shape[0] * 0.62)]
    unit = face.shape[0]
    least = round(0.14 * unit)
    eyes = [
        ((x + width / 2) / unit, (y + height / 2) / unit)
        for model in _EYES
        for x, y, width, height in _cascade(cv2, model).detectMultiScale(upper, 1.05, 2, minSize=(least, least))
    ]
    lefts, rights = [eye for eye in eyes if eye[0] < 0.5], [eye for eye in eyes if eye[0] > 0.5]
    pairs = [
        (_doubt(left, right) - 0.02 * (_hits(eyes, left) + _hits(eyes, right)), left, right)
        for left, right in product(lefts, rights)
    ]
    if not pairs or min(pairs)[0] > 0.3:
        return None
    _, left, right = min(pairs)
    first, second = (_agreed(eyes, eye) for eye in (left, right))
    return (first[0] * side, first[1] * side), (second[0] * side, second[1] * side)


def _doubt(left: Point, right: Point) -> float:
    """How far a pair of eyes is from where it usually is in a face, in sides of the face."""
    across, down = right[0] - left[0], right[1] - left[1]
    return abs(across - 0.42) + 0.7 * abs(down) + abs((left[1] + right[1]) / 2 - 0.39)


def _close(eyes: list[Point], eye: Point) -> list[Point]:
    return [other for other in eyes if math.dist(other, eye) < 0.06]


def _hits(eyes: list[Point], eye: Point) -> int:
    return min(4, len(_close(eyes, eye)))


def _agreed(eyes: list[Point], eye: Point) -> Point:
    """Several hits on one eye agree about it better than each alone."""
    close = _close(eyes, eye)
    return sum(x for x, _ in close) / len(close), sum(y for _, y in close) / len(close)


def _opencv() -> Any:
    try:
        cv2 = importlib.import_module("cv2")
    except ImportError as error:
        raise MissingExtraError(
            "Finding the face in a portrait needs OpenCV, which is not installed.",
            hint=f"Install it with: pip install 'navtalk-widget[portrait]'; or {_POINTS}",
        ) from error
    if not hasattr(cv2, "CascadeClassifier") or not hasattr(cv2, "data"):
        raise MissingExtraError(
            f"OpenCV {cv2.__version__} came without its models of faces.",
            hint=f"Install a version before 5 with: pip install 'navtalk-widget[portrait]'; or {_POINTS}",
        )
    return cv2


def _cascade(cv2: Any, model: str) -> Any:
    return cv2.CascadeClassifier(cv2.data.haarcascades + model)

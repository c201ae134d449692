"""Coordinates that go with a face: its own origin, direction and unit, whatever the picture's."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats: TypeAlias = NDArray[np.float32]
Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; all even, so that chroma can be cut along them."""


@dataclass(frozen=True, slots=True)
class Placing:
    """A system of coordinates laid over a picture: x along the face's own horizontal, y down the face.

    Attributes:
        x: the origin in the picture, in pixels.
        y: likewise.
        unit: pixels per unit of the face's coordinates.
        angle: of the face's horizontal, in radians clockwise.
    """

    x: float
    y: float
    unit: float
    angle: float

    @classmethod
    def between(cls, left: Point, right: Point) -> Placing:
        """Return the one whose origin is midway between two points, which are one unit from each other."""
        across, down = right[0] - left[0], right[1] - left[1]
        middle = (left[0] + right[0]) / 2, (left[1] + right[1]) / 2
        return cls(*middle, math.hypot(across, down), math.atan2(down, across))

    def at(self, x: float, y: float, *, unit: float | None = None) -> Placing:
        """Return the same with another origin, given in its own coordinates, and another unit, given in pixels."""
        return Placing(*self.to_picture((x, y)), unit if unit is not None else self.unit, self.angle)

    def within(self, scale: float, left: float, top: float) -> Placing:
        """Return it for a part of the picture that begins at a point and is enlarged."""
        return Placing((self.x - left) * scale, (self.y - top) * scale, self.unit * scale, self.angle)

    def to_picture(self, point: Point) -> Point:
        """Return the pixel at a point of the face."""
        along, across = self.unit * math.cos(self.angle), self.unit * math.sin(self.angle)
        return self.x + point[0] * along - point[1] * across, self.y + point[0] * across + point[1] * along

    def to_face(self, point: Point) -> Point:
        """Return the point of the face at a pixel."""
        right, down = (point[0] - self.x) / self.unit, (point[1] - self.y) / self.unit
        along, across = math.cos(self.angle), math.sin(self.angle)
        return right * along + down * across, down * along - right * across

    def patch(self, picture: Image.Image, left: float, top: float, right: float, bottom: float, scale: int) -> Floats:
        """Return a part of the face, turned upright, with `scale` pixels per unit.

        Args:
            picture: of any mode.
            left: of the part, in the face's coordinates, as the rest.
            top: see left.
            right: see left.
            bottom: see left.
            scale: pixels per unit.

        Returns:
            float32 of shape (rows, columns[, channels]).
        """
        corner = self.to_picture((left, top))
        along, across = self.unit * math.cos(self.angle) / scale, self.unit * math.sin(self.angle) / scale
        part = picture.transform(
            (round((right - left) * scale), round((bottom - top) * scale)),
            Image.Transform.AFFINE,
            (along, -across, corner[0], across, along, corner[1]),
            resample=Image.Resampling.BICUBIC,
        )
        return np.asarray(part, dtype=np.float32)

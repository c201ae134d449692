"""Where the drawings lie in a picture of any size."""

from __future__ import annotations

import math
import re
from typing import TypeAlias

from PIL import Image

from navtalk_widget.local.avatar.character import HEIGHT, WIDTH
from navtalk_widget.local.avatar.drawn.rasteriser import Rasteriser

Picture: TypeAlias = Image.Image

Box: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; all even wherever chroma, of half the resolution, is cut along it."""

Area: TypeAlias = tuple[float, float, float, float]
"""The same in the coordinates of the drawings."""

_ROOT = re.compile(r"(<(?:\w+:)?svg\b)([^>]*>)")
_MEASURES = re.compile(r"\s(?:width|height|viewBox)\s*=\s*(?:\"[^\"]*\"|'[^']*')")


class Canvas:
    """Fits the drawings into a picture: as large as they can be, in the middle, standing on the lower edge.

    Args:
        size: width and height of the picture in pixels.
        rasteriser: that draws; the canvas can be asked for places and boxes when it is closed, but no more to draw.

    Attributes:
        size: see above.
        scale: pixels per unit of the drawings.
        left: the column where the drawings begin; fractional.
        top: the row where they begin; fractional.

    Raises:
        ValueError: if the size is not even, or smaller than the drawings.
    """

    def __init__(self, size: tuple[int, int], rasteriser: Rasteriser) -> None:
        width, height = size
        if width % 2 or height % 2 or width < WIDTH or height < HEIGHT:
            raise ValueError(f"a picture is of even size and at least {WIDTH} x {HEIGHT}, not {width} x {height}")
        self.size = size
        self._rasteriser = rasteriser
        self.scale = min(width / WIDTH, height / HEIGHT)
        self.left = (width - WIDTH * self.scale) / 2
        self.top = height - HEIGHT * self.scale

    @property
    def whole(self) -> Box:
        """All of the picture."""
        return 0, 0, *self.size

    def x(self, x: float) -> float:
        """Return the column of a place in the drawings, counted from the left edge of the first pixel."""
        return self.left + x * self.scale

    def y(self, y: float) -> float:
        """Return the row of a place in the drawings."""
        return self.top + y * self.scale

    def box(self, area: Area) -> Box:
        """Return the smallest box of even numbers within the picture that holds an area of the drawings."""
        left, top, right, bottom = area
        return self.even(
            (
                math.floor(self.x(left) + 1e-6),
                math.floor(self.y(top) + 1e-6),
                math.ceil(self.x(right) - 1e-6),
                math.ceil(self.y(bottom) - 1e-6),
            )
        )

    def even(self, box: Box) -> Box:
        """Return the smallest box of even numbers around another, as far as it lies within the picture."""
        left, top, right, bottom = box
        width, height = self.size
        return (
            max(0, left) & ~1,
            max(0, top) & ~1,
            min(width, (right + 1) & ~1),
            min(height, (bottom + 1) & ~1),
        )

    def rasterise(self, svg: str, box: Box, *, coarse: int = 1) -> Picture:
        """Draw what of an SVG lies in a box of the picture (and around it: the box may be larger), as RGBA.

        Args:
            svg: the drawing, whose viewBox must be that of all drawings.
            box: the part.
            coarse: draws so many times smaller, then enlarges: most of the time goes into blurs, by the pixel, and a
                drawing that is all blur loses nothing.
        """
        left, top, right, bottom = box
        size = right - left, bottom - top
        view = (
            (left - self.left) / self.scale,
            (top - self.top) / self.scale,
            size[0] / self.scale,
            size[1] / self.scale,
        )
        width, height = max(1, size[0] // coarse), max(1, size[1] // coarse)
        # The rasteriser rounds a size it has to work out itself, so it is told.
        measures = ' width="{}" height="{}" viewBox="{:.6f} {:.6f} {:.6f} {:.6f}"'.format(width, height, *view)
        part = _ROOT.sub(lambda root: root[1] + measures + _MEASURES.sub("", root[2]), svg, count=1)
        drawn = self._rasteriser.draw(part, width, height)
        return drawn if drawn.size == size else drawn.resize(size, Image.Resampling.BICUBIC)


def around(*boxes: Box) -> Box:
    """Return the smallest box that holds others."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)

"""Rasterised drawings, and their planes in the colour space of the video."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from navtalk_widget.local.avatar.character import HEIGHT, WIDTH
from navtalk_widget.local.avatar.colours import to_ycbcr

Picture: TypeAlias = Image.Image
Bytes: TypeAlias = NDArray[np.uint8]
Box: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom; all even wherever chroma, of half the resolution, is cut along it."""

WHOLE: Box = (0, 0, WIDTH, HEIGHT)


def rasterise(svg: str, box: Box = WHOLE, *, coarse: int = 1) -> Picture:
    """Draw a part of an SVG as RGBA; its viewBox must be that of the whole picture.

    Args:
        svg: the drawing.
        box: the part.
        coarse: draws so many times smaller, then enlarges: most of the time goes into blurs, by the pixel, and a
            drawing that is all blur loses nothing.
    """
    left, top, right, bottom = box
    part = svg.replace(f'viewBox="0 0 {WIDTH} {HEIGHT}"', f'viewBox="{left} {top} {right - left} {bottom - top}"', 1)
    size = right - left, bottom - top
    png = resvg_py.svg_to_bytes(
        svg_string=part, width=size[0] // coarse, height=size[1] // coarse, skip_system_fonts=True
    )
    with Image.open(io.BytesIO(png)) as image:
        return image.convert("RGBA").resize(size, Image.Resampling.BICUBIC)


def over(bottom: Picture, top: Picture) -> Picture:
    """Return one RGBA picture laid over another."""
    return Image.alpha_composite(bottom, top)


def raised(picture: Picture, pixels: float) -> Picture:
    """Return the picture moved up by a fraction of a pixel."""
    return picture.transform(
        picture.size, Image.Transform.AFFINE, (1, 0, 0, 0, 1, pixels), resample=Image.Resampling.BICUBIC
    )


def even(box: Box) -> Box:
    """Return the smallest box of even numbers around another."""
    return box[0] & ~1, box[1] & ~1, (box[2] + 1) & ~1, (box[3] + 1) & ~1


@dataclass(frozen=True, slots=True)
class Planes:
    """A picture as the video has it: luma of shape (h, w), and Cb and Cr, shape (2, h // 2, w // 2)."""

    luma: Bytes
    chroma: Bytes

    def copy(self) -> Planes:
        """Return planes of its own."""
        return Planes(self.luma.copy(), self.chroma.copy())

    def put(self, part: Planes, left: int, top: int) -> None:
        """Overwrite the part from an (even) place on."""
        height, width = part.luma.shape
        self.luma[top : top + height, left : left + width] = part.luma
        top, left, height, width = top // 2, left // 2, height // 2, width // 2
        self.chroma[:, top : top + height, left : left + width] = part.chroma


def planes_of(ycbcr: Bytes) -> Planes:
    """Split YCbCr of shape (h, w, 3), both even, into planes."""
    height, width = ycbcr.shape[:2]
    quads = ycbcr[..., 1:].reshape(height // 2, 2, width // 2, 2, 2).astype(np.uint16)
    mean = (quads[:, 0, :, 0] + quads[:, 0, :, 1] + quads[:, 1, :, 0] + quads[:, 1, :, 1] + 2) >> 2
    return Planes(np.ascontiguousarray(ycbcr[..., 0]), np.ascontiguousarray(mean.transpose(2, 0, 1).astype(np.uint8)))


def ycbcr_of(picture: Picture) -> Bytes:
    """Return the colours of a picture of mode RGB or RGBA (whose alpha is left out) as YCbCr, shape (h, w, 3)."""
    return to_ycbcr(np.asarray(picture.convert("RGB")))

"""Pictures in the colour space and the planes of the video, and how they are laid over each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from navtalk_widget.local.avatar.colours import to_ycbcr

Bytes: TypeAlias = NDArray[np.uint8]
Words: TypeAlias = NDArray[np.uint16]


def over(bottom: Image.Image, top: Image.Image) -> Image.Image:
    """Return one RGBA picture laid over another."""
    return Image.alpha_composite(bottom, top)


@dataclass(frozen=True, slots=True)
class Planes:
    """A picture as the video has it: luma of shape (h, w), and Cb and Cr, shape (2, h // 2, w // 2)."""

    luma: Bytes
    chroma: Bytes

    def copy(self) -> Planes:
        """Return planes of its own."""
        return Planes(self.luma.copy(), self.chroma.copy())

    def part(self, left: int, top: int, right: int, bottom: int) -> Planes:
        """Return a part, its bounds even; it shares the memory."""
        return Planes(
            self.luma[top:bottom, left:right],
            self.chroma[:, top // 2 : bottom // 2, left // 2 : right // 2],
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture that covers only in part what it is laid upon.

    Attributes:
        luma: times cover, uint16 of shape (h, w).
        chroma: times cover, uint16 of shape (2, h // 2, w // 2).
        cover: 0 to 256, uint16 of shape (h, w).
        chroma_cover: the same for chroma, uint16 of shape (h // 2, w // 2).
    """

    luma: Words
    chroma: Words
    cover: Words
    chroma_cover: Words

    def lay(self, planes: Planes, left: int, top: int) -> None:
        """Lay it upon planes at an (even) place; integer arithmetic that fits 16 bits."""
        height, width = self.cover.shape
        under = planes.part(left, top, left + width, top + height)
        _lay(under.luma, self.luma, self.cover)
        _lay(under.chroma, self.chroma, self.chroma_cover)


def _lay(under: Bytes, laid: Words, cover: Words) -> None:
    shown = under * (np.uint16(256) - cover)
    shown += laid
    shown += np.uint16(128)
    shown >>= np.uint16(8)
    under[...] = shown


def sheet_of(picture: Image.Image) -> Sheet:
    """Return an RGBA picture, of even size, as a sheet."""
    alpha = np.asarray(picture.getchannel("A")).astype(np.float32) * np.float32(256 / 255)
    laid = ycbcr_of(picture).astype(np.float32) * alpha[..., None]
    return Sheet(
        _words(laid[..., 0]),
        _words(_quartered(laid[..., 1:]).transpose(2, 0, 1)),
        _words(alpha),
        _words(_quartered(alpha)),
    )


def planes_of(ycbcr: Bytes) -> Planes:
    """Split YCbCr of shape (h, w, 3), both even, into planes."""
    chroma = _quartered(ycbcr[..., 1:].astype(np.float32)).transpose(2, 0, 1)
    return Planes(np.ascontiguousarray(ycbcr[..., 0]), np.ascontiguousarray(np.rint(chroma).astype(np.uint8)))


def ycbcr_of(picture: Image.Image) -> Bytes:
    """Return the colours of a picture of mode RGB or RGBA (whose alpha is left out) as YCbCr, shape (h, w, 3)."""
    return to_ycbcr(np.asarray(picture.convert("RGB")))


def _quartered(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of each square of four: shape (h, w, …) becomes (h // 2, w // 2, …)."""
    height, width = values.shape[:2]
    squares = values.reshape(height // 2, 2, width // 2, 2, *values.shape[2:])
    return np.asarray(squares.mean(axis=(1, 3)), dtype=np.float32)


def _words(values: NDArray[np.float32]) -> Words:
    return np.ascontiguousarray(np.rint(values).astype(np.uint16))

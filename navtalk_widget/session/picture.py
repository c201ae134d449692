"""Pictures as the service takes them: data URLs of bounded size."""

from __future__ import annotations

import base64
import io
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.errors import ConfigurationError

if TYPE_CHECKING:
    from PIL import Image

MAX_SIDE = 1024
"""Pixels; models look at no more."""

MAX_PIXELS = 80_000_000
"""Larger pictures are not decoded: a file of a few kilobytes may claim gigabytes. Pillow itself warns of more."""

FEW_COLOURS = 256
"""A picture of no more colours than these is a drawing: PNG may make it smaller, and keeps its edges."""

JPEG_QUALITY = 85

_DAMAGED = (OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, struct.error, MemoryError)
"""Pillow's ways of saying that a file is damaged."""

_ACCEPTED = (
    "Pass a PIL image, a numpy array of shape (height, width), (height, width, 3) or (height, width, 4) "
    "with uint8 or floats in [0, 1], a matplotlib figure, the bytes of an image file, or its path."
)


def as_data_url(image: Any, *, max_side: int = MAX_SIDE) -> str:
    """Convert a picture to a JPEG, or PNG where that serves it better, in a data URL.

    Args:
        image: a PIL image, a numpy array of shape (height, width), (height, width, 3) or (height, width, 4), uint8 or
            floats in [0, 1], a matplotlib figure, the bytes of an image file, or its path.
        max_side: pixels of the longer side; a larger picture is scaled down.

    Raises:
        ConfigurationError: it is no picture, or too large a one.
    """
    if max_side < 1:
        raise ConfigurationError(f"max_side = {max_side} is not valid: it should be at least 1.")
    picture = _opened(image)
    try:
        kind, data = _encoded(_scaled(_upright(picture), max_side))
    except _DAMAGED as error:
        raise ConfigurationError(f"The picture cannot be read: {error}.", hint=_ACCEPTED) from error
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _opened(image: Any) -> Image.Image:
    from PIL import Image

    if isinstance(image, Image.Image):
        _check_size(*image.size)
        return image
    if isinstance(image, (bytes, bytearray)):
        return _decoded(bytes(image), f"What these {len(image):,} bytes are")
    if isinstance(image, (str, Path)):
        try:
            data = Path(image).expanduser().read_bytes()
        except (OSError, ValueError) as error:  # a null byte in a path is a ValueError
            raise ConfigurationError(f"The picture cannot be read: {error}.", hint=_ACCEPTED) from error
        return _decoded(data, Path(image).name)
    if isinstance(image, np.ndarray):
        return _from_array(image)
    if callable(getattr(image, "savefig", None)):
        return _drawn(image)
    raise ConfigurationError(f"{type(image).__name__} is no picture.", hint=_ACCEPTED)


def _decoded(data: bytes, name: str) -> Image.Image:
    from PIL import Image, UnidentifiedImageError

    try:
        picture = Image.open(io.BytesIO(data))
    except UnidentifiedImageError:
        raise ConfigurationError(f"{name} cannot be read as a picture.", hint=_ACCEPTED) from None
    except Image.DecompressionBombError as error:
        raise _too_large(str(error).rstrip(".")) from error
    except _DAMAGED as error:
        raise ConfigurationError(f"{name} cannot be read as a picture: {error}.", hint=_ACCEPTED) from error
    _check_size(*picture.size)
    return picture


def _from_array(array: NDArray[Any]) -> Image.Image:
    from PIL import Image

    is_shape = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if not is_shape or not array.size or not (array.dtype == np.uint8 or array.dtype.kind == "f"):
        raise ConfigurationError(
            f"An array of {array.dtype} and shape {array.shape} is no picture.",
            hint=_ACCEPTED,
        )
    _check_size(array.shape[1], array.shape[0])
    if array.dtype.kind == "f":
        if not np.isfinite(array).all() or array.min() < 0 or array.max() > 1:
            raise ConfigurationError("An array of floats is a picture if all are in [0, 1].", hint=_ACCEPTED)
        array = np.rint(array * 255).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(array))


def _drawn(figure: Any) -> Image.Image:
    drawing = io.BytesIO()
    figure.savefig(drawing, format="png")
    return _decoded(drawing.getvalue(), "What savefig() draws")


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise ConfigurationError("A picture without pixels cannot be sent.", hint=_ACCEPTED)
    if width * height > MAX_PIXELS:
        raise _too_large(f"{width:,} × {height:,} pixels")


def _too_large(what: str) -> ConfigurationError:
    return ConfigurationError(
        f"The picture is too large to be opened: {what}.", hint=f"Pass one of at most {MAX_PIXELS:,} pixels."
    )


def _upright(picture: Image.Image) -> Image.Image:
    from PIL import ImageOps

    return ImageOps.exif_transpose(picture)


def _scaled(picture: Image.Image, max_side: int) -> Image.Image:
    from PIL import Image

    plain = _plain(picture)
    longer = max(plain.size)
    if longer > max_side:
        width, height = (max(1, round(side * max_side / longer)) for side in plain.size)
        plain = plain.resize((width, height), Image.Resampling.LANCZOS)
    return plain


def _plain(picture: Image.Image) -> Image.Image:
    """The picture in the plainest mode that keeps what is to be seen."""
    from PIL import Image

    if picture.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip and not scale
        return Image.fromarray((np.asarray(picture).clip(0, 65_535) // 257).astype(np.uint8))
    if picture.has_transparency_data:
        coloured = picture.convert("RGBA")
        opaque = coloured.getchannel("A").getextrema() == (255, 255)
        return coloured.convert("RGB") if opaque else coloured
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _encoded(picture: Image.Image) -> tuple[str, bytes]:
    if picture.mode == "RGBA":
        return "png", _saved(picture, "PNG", optimize=True)
    jpeg = _saved(picture, "JPEG", quality=JPEG_QUALITY, optimize=True)
    if picture.getcolors(FEW_COLOURS) is not None:
        png = _saved(picture, "PNG", optimize=True)
        if len(png) < len(jpeg):
            return "png", png
    return "jpeg", jpeg


def _saved(picture: Image.Image, file_format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()

"""Pictures of people as they come: files of any kind, Pillow images and arrays, made into upright RGB."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from navtalk_widget.errors import ConfigurationError

Picture: TypeAlias = "Image.Image | NDArray[Any] | str | Path"
"""A photo: a Pillow image, a file, or an array of grey values, RGB or RGBA (rows, columns[, channels])."""

MAX_PIXELS = 50_000_000
"""Larger pictures are refused before they are decoded: no camera makes them, but decompression bombs do."""

MAX_SIDE = 2048
"""Larger pictures are made smaller: it is twice what the largest video shows of one."""

MIN_SIDE = 64

_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "GIF")
"""What is opened, where Pillow can. Others, such as EPS, would have it start programs."""

_PAPER = (226, 227, 230)
"""The colour that shows through what is transparent."""


def read_photo(picture: Picture) -> tuple[Image.Image, float]:
    """Return a picture as upright RGB, and by how much it was made smaller (1 if it was not).

    Raises:
        ConfigurationError: if it is no picture, or one too large or too small.
    """
    match picture:
        case Image.Image():
            _check_size(picture.size)
            image = picture
        case str() | Path():
            image = _opened(Path(picture))
        case np.ndarray():
            image = _from_array(picture)
        case _:
            raise ConfigurationError(
                f"A portrait cannot be made from {type(picture).__name__}.",
                hint="Pass the path of an image file, a Pillow image or a numpy array.",
            )
    try:
        upright = _rgb(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError) as error:
        raise ConfigurationError(
            f"The portrait cannot be decoded: {error}.", hint="Save it again as PNG or JPEG."
        ) from error
    scale = min(1.0, MAX_SIDE / max(upright.size))
    if scale < 1.0:
        size = max(1, round(upright.width * scale)), max(1, round(upright.height * scale))
        upright = upright.resize(size, Image.Resampling.LANCZOS)
    return upright, scale


def _opened(path: Path) -> Image.Image:
    try:
        content = path.expanduser().read_bytes()
        with warnings.catch_warnings():
            # Pillow only warns of sizes up to twice its own limit; ours is stricter and has its own words.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            Image.init()
            image = Image.open(io.BytesIO(content), formats=[name for name in _FORMATS if name in Image.OPEN])
    except FileNotFoundError as error:
        raise ConfigurationError(f"There is no file {path}.", hint="Correct the path of the portrait.") from error
    except Image.DecompressionBombError as error:
        raise ConfigurationError(_too_large(), hint="Make it smaller first.") from error
    except (OSError, ValueError, SyntaxError) as error:
        reason = "" if isinstance(error, UnidentifiedImageError) else f": {error}"  # which quotes an object
        raise ConfigurationError(
            f"{path} is not a picture that can be read{reason}.", hint="Use a PNG, JPEG, WebP or TIFF file."
        ) from error
    _check_size(image.size)
    return image


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        raise ConfigurationError(
            _too_large(f"{width} × {height} pixels, which is more than"), hint="Make it smaller first."
        )
    if min(size) < MIN_SIDE:
        raise ConfigurationError(
            f"The portrait has {width} × {height} pixels; it needs {MIN_SIDE} at least each way.",
            hint="Use a larger picture.",
        )


def _too_large(size: str = "more than") -> str:
    return f"The portrait has {size} {MAX_PIXELS // 1_000_000} million pixels."


def _from_array(array: NDArray[Any]) -> Image.Image:
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise ConfigurationError(
            f"An array of shape {array.shape} is no picture.",
            hint="Pass grey values (rows, columns), RGB (rows, columns, 3) or RGBA (rows, columns, 4).",
        )
    _check_size((array.shape[1], array.shape[0]))
    if np.issubdtype(array.dtype, np.floating):
        if not (np.isfinite(array).all() and array.min() >= 0.0 and array.max() <= 1.0):
            raise ConfigurationError(
                "An array of floats must hold values from 0 to 1.", hint="Divide it by its largest possible value."
            )
        array = np.rint(array * 255.0).astype(np.uint8)
    if array.dtype != np.uint8:
        raise ConfigurationError(f"An array of {array.dtype} is no picture.", hint="Pass uint8, or floats from 0 to 1.")
    return Image.fromarray(np.ascontiguousarray(array[..., 0] if array.shape[2:] == (1,) else array))


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        values = np.asarray(image, dtype=np.float32)
        top = 65535.0 if values.max() > 255.0 else 255.0
        return Image.fromarray(np.rint(np.clip(values / top, 0.0, 1.0) * 255.0).astype(np.uint8)).convert("RGB")
    profile = image.info.get("icc_profile")
    if image.mode in ("P", "LA", "PA", "RGBA") and image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, (*_PAPER, 255)), image).convert("RGB")
    if profile and image.mode in ("RGB", "CMYK"):
        return _in_srgb(image, profile)
    return image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Telephones save in wider colour spaces, in which a face looks pale if they are taken for sRGB."""
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image.convert("RGB")  # the profile is broken or for another kind of picture
    return converted if converted is not None else image.convert("RGB")

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from navtalk_widget.engines.photo import MAX_SIDE, read_photo
from navtalk_widget.errors import ConfigurationError


def flag(mode: str = "RGB", size: tuple[int, int] = (120, 90)) -> Image.Image:
    """Red at the left, blue at the right."""
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (size[0] // 2, 0, *size))
    return image.convert(mode)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "CMYK", "YCbCr", "1"])
def test_pictures_of_any_mode_become_rgb(mode: str) -> None:
    picture, scale = read_photo(flag(mode))
    assert (picture.mode, picture.size, scale) == ("RGB", (120, 90), 1.0)
    if mode in ("RGB", "RGBA", "P", "CMYK", "YCbCr"):
        red, _, blue = np.asarray(picture)[45, 30]
        assert red > 150 > 100 > blue


def test_grey_values_of_16_bits_keep_their_brightness() -> None:
    values = np.full((100, 100), 0x8000, dtype=np.uint16)
    picture, _ = read_photo(Image.fromarray(values))
    assert np.asarray(picture).mean() == pytest.approx(127, abs=2)


def test_what_is_transparent_becomes_light() -> None:
    picture, _ = read_photo(Image.new("RGBA", (100, 100), (0, 0, 0, 0)))
    assert np.asarray(picture).min() > 200


def test_a_picture_lying_on_its_side_is_set_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    flag().save(tmp_path / "lying.jpg", exif=exif)
    picture, _ = read_photo(tmp_path / "lying.jpg")
    assert picture.size == (90, 120)
    pixels = np.asarray(picture).astype(int)
    assert pixels[20, 45, 0] > pixels[20, 45, 2]
    assert pixels[100, 45, 2] > pixels[100, 45, 0]


def test_large_pictures_are_made_smaller(tmp_path: Path) -> None:
    flag(size=(3000, 1500)).save(tmp_path / "large.png")
    picture, scale = read_photo(str(tmp_path / "large.png"))
    assert picture.size == (MAX_SIDE, MAX_SIDE // 2)
    assert scale == pytest.approx(MAX_SIDE / 3000)


def bomb() -> bytes:
    """The beginning of a PNG that says it has 3.6 thousand million pixels."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b"")]
    parts = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def too_many_pixels() -> bytes:
    stream = io.BytesIO()
    Image.new("1", (9000, 9000)).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (bomb(), "million pixels"),
        (too_many_pixels(), "9000 × 9000 pixels"),
        (b"not a picture", r"is not a picture that can be read\. Use"),
        (b"", "is not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n", "is not a picture"),
    ],
    ids=["bomb", "too large", "text", "empty", "PostScript"],
)
def test_files_that_are_no_portraits_are_refused_in_words(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "portrait.png").write_bytes(content)
    with pytest.raises(ConfigurationError, match=told):
        read_photo(tmp_path / "portrait.png")


def test_a_truncated_picture_is_refused_in_words(tmp_path: Path) -> None:
    stream = io.BytesIO()
    Image.effect_noise((200, 200), 50).save(stream, "PNG")
    (tmp_path / "half.png").write_bytes(stream.getvalue()[:8_000])
    with pytest.raises(ConfigurationError, match="cannot be decoded"):
        read_photo(tmp_path / "half.png")


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.jpg"):
        read_photo("/nowhere.jpg")


def test_a_tiny_picture_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="64 at least"):
        read_photo(flag(size=(40, 200)))


@pytest.mark.parametrize(
    "array",
    [
        np.full((80, 100, 3), 128, dtype=np.uint8),
        np.full((80, 100), 128, dtype=np.uint8),
        np.full((80, 100, 1), 128, dtype=np.uint8),
        np.full((80, 100, 4), (128, 128, 128, 255), dtype=np.uint8),
        np.full((80, 100, 3), 0.502, dtype=np.float32),
        np.full((100, 80, 3), 128, dtype=np.uint8).transpose(1, 0, 2),
    ],
    ids=["RGB", "grey", "one channel", "RGBA", "floats", "transposed"],
)
def test_arrays_are_pictures(array: Any) -> None:
    picture, _ = read_photo(array)
    assert picture.size == (100, 80)
    assert np.array_equal(np.unique(np.asarray(picture)), [128])


@pytest.mark.parametrize(
    ("array", "told"),
    [
        (np.zeros((80, 100, 2), dtype=np.uint8), "shape"),
        (np.zeros(100, dtype=np.uint8), "shape"),
        (np.zeros((3, 80, 100), dtype=np.uint8), "shape"),
        (np.zeros((80, 100, 3), dtype=np.int64), "int64"),
        (np.full((80, 100), 255.0), "0 to 1"),
        (np.full((80, 100), np.nan), "0 to 1"),
        (np.array([["a"] * 100] * 80), "is no picture"),
        (b"bytes", "bytes"),
        (None, "NoneType"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(array: Any, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        read_photo(array)

"""Pictures as data URLs."""

import base64
import contextlib
import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.session import picture
from navtalk_widget.session.picture import as_data_url

RANDOM = np.random.default_rng(1)
PHOTO = RANDOM.integers(0, 256, (40, 60, 3), dtype=np.uint8)


def decoded(url: str) -> Image.Image:
    head, data = url.split(",")
    image = Image.open(io.BytesIO(base64.b64decode(data, validate=True)))
    assert image.format is not None
    assert head == f"data:image/{image.format.lower()};base64"
    image.load()
    return image


def file_of(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"])
@pytest.mark.parametrize("form", ["bytes", "bytearray", "path", "text"])
def test_files_are_read_in_every_form(kind: str, form: str, tmp_path: Path) -> None:
    data = file_of(Image.fromarray(PHOTO), kind)
    path = tmp_path / "photo"
    path.write_bytes(data)
    source = {"bytes": data, "bytearray": bytearray(data), "path": path, "text": str(path)}[form]
    assert decoded(as_data_url(source)).size == (60, 40)


@pytest.mark.parametrize(
    ("array", "mode"),
    [
        (PHOTO, "RGB"),
        (PHOTO[:, :, 0], "L"),
        (PHOTO / 255, "RGB"),
        ((PHOTO[:, :, 0] / 255).astype(np.float32), "L"),
        (np.dstack([PHOTO, np.full((40, 60), 255, np.uint8)]), "RGB"),
        (np.dstack([PHOTO, PHOTO[:, :, 0]]), "RGBA"),
        (PHOTO[::2, ::-1], "RGB"),
    ],
    ids=["colour", "grey", "floats", "grey floats", "opaque alpha", "alpha", "a view"],
)
def test_arrays_are_taken_as_they_are_shaped(array: np.ndarray[Any, Any], mode: str) -> None:
    image = decoded(as_data_url(array))
    assert image.mode == mode
    assert image.size == array.shape[1::-1]


def test_floats_and_bytes_of_one_picture_are_the_same() -> None:
    assert as_data_url(PHOTO) == as_data_url(PHOTO / 255)


def test_a_figure_is_drawn_without_importing_matplotlib_here() -> None:
    figure_module = pytest.importorskip("matplotlib.figure")
    figure = figure_module.Figure(figsize=(2, 1), dpi=100)
    figure.subplots().plot([1, 2, 3])
    assert decoded(as_data_url(figure)).size == (200, 100)
    assert "matplotlib" not in vars(picture)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "I", "I;16", "F"])
def test_every_mode_of_pillow_is_taken(mode: str) -> None:
    image = Image.fromarray(PHOTO[:, :, 0]).convert("I") if mode == "I;16" else Image.fromarray(PHOTO)
    assert decoded(as_data_url(image.convert(mode))).size == (60, 40)


def test_sixteen_bits_of_grey_are_scaled_not_clipped() -> None:
    ramp = np.linspace(0, 65_535, 64).astype(np.uint16).repeat(8).reshape(64, 8)
    grey = np.asarray(decoded(as_data_url(file_of(Image.fromarray(ramp), "PNG"))).convert("L"))
    assert abs(int(grey[32, 4]) - 130) < 10


@pytest.mark.parametrize(
    ("size", "scaled"), [((3000, 1500), (1024, 512)), ((10, 4000), (3, 1024)), ((1, 9000), (1, 1024))]
)
def test_large_pictures_are_scaled_down_in_proportion(size: tuple[int, int], scaled: tuple[int, int]) -> None:
    assert decoded(as_data_url(Image.new("RGB", size, "red"))).size == scaled


def test_small_pictures_keep_their_size_and_the_limit_can_be_set() -> None:
    assert decoded(as_data_url(PHOTO)).size == (60, 40)
    assert decoded(as_data_url(PHOTO, max_side=30)).size == (30, 20)
    with pytest.raises(ConfigurationError, match="max_side"):
        as_data_url(PHOTO, max_side=0)


def test_a_camera_held_upright_gives_an_upright_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90° to see it upright
    assert decoded(as_data_url(file_of(Image.fromarray(PHOTO), "JPEG", exif=exif))).size == (40, 60)


def test_photos_are_jpeg_and_drawings_png() -> None:
    assert as_data_url(PHOTO).startswith("data:image/jpeg")
    drawing = np.full((300, 300, 3), 255, np.uint8)
    drawing[100:110] = 0
    assert as_data_url(drawing).startswith("data:image/png")


def test_transparency_is_kept() -> None:
    image = Image.new("RGBA", (50, 50), (255, 0, 0, 0))
    corner = decoded(as_data_url(image)).getpixel((0, 0))
    assert isinstance(corner, tuple)
    assert corner[3] == 0


@pytest.mark.parametrize(
    "what",
    [
        None,
        3,
        object(),
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "/no/such/file.png",
        "a\0b",
        "",
        np.zeros((2, 2), dtype=np.int64),
        np.zeros((2, 2, 2), dtype=np.uint8),
        np.zeros((0, 4), dtype=np.uint8),
        np.zeros(5),
        np.full((2, 2), 1.5),
        np.full((2, 2), np.nan),
    ],
)
def test_what_is_no_picture_is_refused_in_words(what: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        as_data_url(what)
    assert "PIL image" in str(caught.value)


def test_a_bomb_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = file_of(Image.new("1", (20_000, 20_000)), "PNG")
    assert len(bomb) < 100_000
    with pytest.raises(ConfigurationError, match="too large"):
        as_data_url(bomb)
    monkeypatch.setattr(picture, "MAX_PIXELS", 1_000)
    for source in (file_of(Image.fromarray(PHOTO), "PNG"), PHOTO, Image.fromarray(PHOTO)):
        with pytest.raises(ConfigurationError, match="too large"):
            as_data_url(source)


def test_a_picture_that_breaks_off_is_refused() -> None:
    data = file_of(Image.fromarray(PHOTO), "PNG")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        as_data_url(data[: len(data) // 2])


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


FILES = [file_of(Image.fromarray(PHOTO[:16, :16]), kind) for kind in ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")]


@given(
    st.sampled_from(FILES), st.lists(st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=4)), max_size=6)
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_file_is_read_or_refused(data: bytes, damage: list[tuple[int, bytes]]) -> None:
    damaged = bytearray(data)
    for position, noise in damage:
        start = position % len(damaged)
        damaged[start : start + len(noise)] = noise
    with contextlib.suppress(ConfigurationError), quiet():
        decoded(as_data_url(bytes(damaged)))

from __future__ import annotations

import json
from pathlib import Path

import pytest

from navtalk_widget.engines.portrait import save_portrait
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.avatar.portrait.source import load_portrait
from tests.support.portraits import DRAWN_EYES, DRAWN_MOUTH, PHOTO, drawn


def test_a_photo_alone_is_a_portrait() -> None:
    portrait = load_portrait(PHOTO)
    assert portrait.photo.size == (276, 345)
    assert portrait.name == "portrait"
    assert portrait.anchors.left_eye is None


def test_what_a_kernel_saves_is_read_again(tmp_path: Path) -> None:
    left, right = DRAWN_EYES
    save_portrait(
        drawn(), tmp_path, left_eye=left, right_eye=right, mouth=DRAWN_MOUTH, voice="coral", name="Ann", greeting="Hi"
    )
    portrait = load_portrait(tmp_path)
    assert (portrait.name, portrait.voice, portrait.greeting) == ("Ann", "coral", "Hi")
    assert (portrait.anchors.left_eye, portrait.anchors.right_eye, portrait.anchors.mouth) == (left, right, DRAWN_MOUTH)
    assert portrait.photo.tobytes() == drawn().tobytes()


def test_anchor_points_are_in_pixels_of_the_file_however_large_it_is(tmp_path: Path) -> None:
    drawn().resize((3000, 3500)).save(tmp_path / "large.jpg")
    (tmp_path / "character.json").write_text(
        json.dumps({"portrait": "large.jpg", "left_eye": [1200, 1400], "right_eye": [1800, 1400]})
    )
    portrait = load_portrait(tmp_path)
    scale = portrait.photo.width / 3000
    assert portrait.photo.height == 2048
    assert portrait.anchors.left_eye == pytest.approx((1200 * scale, 1400 * scale), rel=1e-3)
    assert portrait.name == tmp_path.name


@pytest.mark.parametrize(
    ("description", "told"),
    [
        (None, "cannot be read"),
        ("{", "cannot be read"),
        ("[]", "names no portrait"),
        ('{"portrait": 3}', "names no portrait"),
        ('{"portrait": "missing.png"}', "no file"),
        ('{"portrait": "face.png", "left_eye": [1, 2]}', "Only left_eye"),
        ('{"portrait": "face.png", "left_eye": [1, 2], "right_eye": [5000, 2]}', "outside the picture"),
    ],
)
def test_a_folder_that_is_not_right_is_refused_in_words(tmp_path: Path, description: str | None, told: str) -> None:
    drawn().save(tmp_path / "face.png")
    if description is not None:
        (tmp_path / "character.json").write_text(description)
    with pytest.raises(ConfigurationError, match=told):
        load_portrait(tmp_path)


def test_a_file_that_is_no_picture_is_refused_in_words() -> None:
    with pytest.raises(ConfigurationError, match="is not a picture"):
        load_portrait(Path(__file__))

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from navtalk_widget.engines.portrait import Portrait, save_portrait
from navtalk_widget.errors import ConfigurationError

PICTURE = Image.new("RGB", (400, 500), (190, 150, 130))
EYES: dict[str, Any] = {"left_eye": (150, 200), "right_eye": (250, 200)}


def described(folder: Path) -> dict[str, Any]:
    description: dict[str, Any] = json.loads((folder / "character.json").read_text("utf-8"))
    return description


def test_a_portrait_is_saved_with_all_that_was_said_of_it(tmp_path: Path) -> None:
    portrait = Portrait(
        PICTURE, **EYES, mouth=((170, 300), (230, 302)), voice="marin", name="Zoë", greeting="Guten Tag!"
    )
    assert portrait.save(tmp_path / "new" / "folder") == tmp_path / "new" / "folder"
    assert described(tmp_path / "new" / "folder") == {
        "name": "Zoë",
        "portrait": "portrait.png",
        "voice": "marin",
        "greeting": "Guten Tag!",
        "left_eye": [150.0, 200.0],
        "right_eye": [250.0, 200.0],
        "mouth": [[170.0, 300.0], [230.0, 302.0]],
    }
    with Image.open(tmp_path / "new" / "folder" / "portrait.png") as saved:
        assert (saved.size, saved.mode) == ((400, 500), "RGB")


def test_nothing_but_the_picture_is_needed(tmp_path: Path) -> None:
    save_portrait(np.asarray(PICTURE), tmp_path)
    assert described(tmp_path) == {"name": "portrait", "portrait": "portrait.png"}


def test_the_mouth_may_be_given_by_its_middle_and_width(tmp_path: Path) -> None:
    save_portrait(PICTURE, tmp_path, mouth=(200, 300, 60))
    assert described(tmp_path)["mouth"] == [[170.0, 300.0], [230.0, 300.0]]


def test_anchor_points_go_along_with_a_picture_that_is_made_smaller(tmp_path: Path) -> None:
    save_portrait(Image.new("RGB", (4096, 4096)), tmp_path, left_eye=(1000, 1600), right_eye=(3000, 1600))
    assert described(tmp_path)["left_eye"] == [500.0, 800.0]


def test_where_a_photo_was_taken_is_not_saved(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "at home"
    PICTURE.save(tmp_path / "photo.jpg", exif=exif)
    save_portrait(tmp_path / "photo.jpg", tmp_path / "saved")
    assert b"at home" not in (tmp_path / "saved" / "portrait.png").read_bytes()


@pytest.mark.parametrize(
    ("anchors", "told"),
    [
        ({"left_eye": (150, 200)}, "Only left_eye"),
        ({"right_eye": (150, 200)}, "Only right_eye"),
        ({**EYES, "right_eye": (450, 200)}, "outside the picture"),
        ({**EYES, "right_eye": (250, -1)}, "outside the picture"),
        ({"left_eye": (250, 200), "right_eye": (150, 200)}, "wrong way round"),
        ({"left_eye": (150, 200), "right_eye": (151, 200)}, "too close"),
        ({**EYES, "mouth": ((170, 100), (230, 100))}, "above the eyes"),
        ({**EYES, "mouth": ((230, 300), (170, 300))}, "wrong way round"),
        ({"left_eye": (1, 2, 3), "right_eye": (4, 5)}, "left_eye is"),
        ({"left_eye": "here", "right_eye": (4, 5)}, "left_eye is"),
        ({**EYES, "left_eye": (float("nan"), 5)}, "left_eye is"),
        ({"mouth": (200, 300)}, "mouth is"),
        ({"mouth": (200, 300, -4)}, "mouth is"),
        ({"mouth": 7}, "mouth is"),
        ({"mouth": ((1, 2), (3, 4), (5, 6))}, "mouth is"),
    ],
)
def test_impossible_anchor_points_are_refused_in_words(tmp_path: Path, anchors: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        save_portrait(PICTURE, tmp_path / "folder", **anchors)
    assert not (tmp_path / "folder").exists()

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from navtalk_widget.engines.portrait import Anchors
from navtalk_widget.local.avatar.portrait.features import Features, find_features
from navtalk_widget.local.avatar.portrait.framing import framed
from tests.support.portraits import DRAWN_EYES, drawn


@pytest.fixture(scope="module")
def features() -> Features:
    return find_features(drawn(), Anchors(*DRAWN_EYES))


def pupil(picture: Image.Image, x: float, y: float) -> bool:
    return sum(picture.getpixel((round(x), round(y)))) < 200  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(320, 400), (720, 900), (400, 400), (640, 360), (200, 800)])
def test_the_features_are_where_the_picture_shows_them(features: Features, size: tuple[int, int]) -> None:
    picture, there = framed(drawn(), features, size)
    assert picture.size == size
    for x in (-0.5, 0.5):
        assert pupil(picture, *there.eyes.to_picture((x, 0.0)))
    assert there.eyes.x == pytest.approx(size[0] / 2, abs=0.06 * size[0])


@pytest.mark.parametrize("size", [(320, 400), (640, 360), (200, 800)])
def test_the_head_is_not_cut_off(features: Features, size: tuple[int, int]) -> None:
    _, there = framed(drawn(), features, size)
    for corner in ((-1.0, -1.3), (1.0, -1.3), (0.0, 1.72)):
        x, y = there.eyes.to_picture(corner)
        assert 0 <= x <= size[0]
        assert 0 <= y <= size[1]


def test_a_photo_too_narrow_stands_before_its_blur(features: Features) -> None:
    picture = np.asarray(framed(drawn(), features, (640, 360))[0]).astype(int)
    roughness = np.abs(np.diff(picture.sum(axis=2), axis=0))
    assert roughness[:, :150].max() < 12
    assert roughness[:, 176:464].max() > 60


def test_a_face_in_a_large_photo_is_brought_near(features: Features) -> None:
    scene = Image.new("RGB", (2000, 1600), (120, 140, 160))
    scene.paste(drawn(), (900, 700))
    _, there = framed(scene, features.within(1.0, -900.0, -700.0), (320, 400))
    assert there.eyes.unit == pytest.approx(64, abs=1)
    assert (there.eyes.x, there.eyes.y) == pytest.approx((160, 168), abs=2)

from __future__ import annotations

import math

import numpy as np
import pytest
from PIL import Image

from navtalk_widget.local.avatar.portrait.placing import Placing

TILTED = Placing.between((100.0, 100.0), (140.0, 130.0))


def test_the_two_points_are_half_a_unit_to_both_sides() -> None:
    assert TILTED.unit == 50.0
    assert TILTED.to_picture((-0.5, 0.0)) == pytest.approx((100.0, 100.0))
    assert TILTED.to_picture((0.5, 0.0)) == pytest.approx((140.0, 130.0))


def test_down_the_face_is_at_right_angles() -> None:
    x, y = TILTED.to_picture((0.0, 1.0))
    assert (x, y) == pytest.approx((90.0, 155.0))


def test_there_and_back_is_the_same_point() -> None:
    assert TILTED.to_face(TILTED.to_picture((0.3, -0.7))) == pytest.approx((0.3, -0.7))


def test_a_part_of_the_picture_has_the_face_where_it_was() -> None:
    part = TILTED.within(2.0, 50.0, 60.0)
    assert part.to_picture((0.5, 0.0)) == pytest.approx(((140.0 - 50.0) * 2, (130.0 - 60.0) * 2))
    assert part.angle == TILTED.angle


def test_a_patch_is_upright() -> None:
    image = Image.new("L", (200, 200), 0)
    along = math.atan2(30, 40)
    for step in np.arange(0.0, 50.0, 0.25):
        x, y = round(100 + step * math.cos(along)), round(100 + step * math.sin(along))
        image.paste(255, (x - 1, y - 1, x + 2, y + 2))
    patch = TILTED.patch(image, -0.4, -0.4, 0.4, 0.4, 50)
    assert patch.shape == (40, 40)
    assert patch[19:21].min() > 150
    assert patch[:15].max() < 50
    assert patch[25:].max() < 50

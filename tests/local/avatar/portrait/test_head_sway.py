from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from navtalk_widget.local.avatar.life.motion import Bearing
from navtalk_widget.local.avatar.portrait.head_sway import HeadSway
from navtalk_widget.local.avatar.portrait.placing import Placing

EYES = Placing(160.0, 170.0, 62.0, 0.0)
"""As in the drawings, so that a bearing is in pixels."""


def ramp(*, down: bool = False) -> np.ndarray:
    values = np.arange(400 if down else 320, dtype=np.float32) / 2
    return np.broadcast_to(values[:, None] if down else values, (400, 320)).astype(np.uint8)[None]


def moved(planes: np.ndarray, bearing: Bearing) -> np.ndarray:
    out = np.empty_like(planes)
    HeadSway((400, 320), EYES, 1).moved(planes, bearing, out)
    return out.astype(int)


def test_upright_nothing_changes() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (2, 400, 320), dtype=np.uint8)
    assert np.array_equal(moved(noise, Bearing()), noise)


def test_the_face_moves_as_one_and_the_edges_hardly() -> None:
    before, after = ramp(), moved(ramp(), Bearing(right=8.0))
    change = after[0] - before[0]
    assert np.abs(change[130:230, 110:210] + 4).max() <= 1  # what was 8 pixels to the left is darker by 4
    assert np.abs(change[-10:, 10:-10]).max() <= 1
    assert np.abs(change[:, :4]).max() <= 2


def test_a_tilt_moves_the_top_of_the_head_one_way_more_than_the_chin() -> None:
    change = moved(ramp(), Bearing(tilt=0.1))[0] - ramp()[0]
    assert change[100, 160] < change[250, 160] < 0


def test_breath_raises_the_shoulders_and_not_the_face() -> None:
    change = moved(ramp(down=True), Bearing(breath=1.0))[0] - ramp(down=True)[0]
    assert change[370:395].mean() == pytest.approx(0.5 * 0.02 * 62, abs=0.3)
    assert np.abs(change[100:260, 130:190]).max() == 0


def test_fractions_of_a_pixel_show() -> None:
    steep = np.clip(3 * (np.arange(320) - 120), 0, 255).astype(np.uint8)
    planes = np.ascontiguousarray(np.broadcast_to(steep, (1, 400, 320)))
    steps = [moved(planes, Bearing(right=right))[0, 150, 140:180].mean() for right in np.arange(0.0, 4.0, 0.5)]
    assert all(before > after for before, after in pairwise(steps))

import re

import pytest

from navtalk_widget.local.avatar.cast import character_named, character_names
from navtalk_widget.local.avatar.drawn.eyes import eye_shapes


def height(path: str) -> float:
    """The extent of a path's control points from top to bottom."""
    rows = [float(number) for number in re.findall(r"-?\d+\.\d+", path)][1::2]
    return max(rows) - min(rows)


@pytest.mark.parametrize("name", character_names())
def test_the_opening_grows_with_the_lids(name: str) -> None:
    eye = character_named(name).eye
    heights = [height(eye_shapes(eye, openness, (0.0, 0.0))["opening"]) for openness in (0.0, 0.5, 1.0)]
    assert heights == sorted(heights)
    assert heights[2] > 1.5 * heights[0]


@pytest.mark.parametrize("name", character_names())
def test_closed_lids_meet(name: str) -> None:
    eye = character_named(name).eye
    shapes = eye_shapes(eye, 0.0, (0.0, 0.0))
    upper = [float(number) for number in re.findall(r"-?\d+\.\d+", shapes["upper"])][3:6:2]
    lower = [float(number) for number in re.findall(r"-?\d+\.\d+", shapes["lower"])][3:6:2]
    assert sum(lower) - sum(upper) == pytest.approx(0.0, abs=1.2)


def test_the_iris_follows_the_gaze() -> None:
    shapes = eye_shapes(character_named("navtalk.Leo").eye, 1.0, (1.5, -0.5))
    assert (shapes["gaze_x"], shapes["gaze_y"]) == ("1.50", "-0.50")

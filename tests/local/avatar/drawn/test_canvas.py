from collections.abc import Iterator

import numpy as np
import pytest

from navtalk_widget.local.avatar.drawn.canvas import Canvas
from navtalk_widget.local.avatar.drawn.rasteriser import Rasteriser

SQUARE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 400">
  <rect x="80" y="100" width="160" height="200"/>
</svg>"""


@pytest.fixture(scope="module")
def rasteriser() -> Iterator[Rasteriser]:
    with Rasteriser() as rasteriser:
        yield rasteriser


@pytest.mark.parametrize(("size", "scale"), [((320, 400), 1.0), ((480, 600), 1.5), ((720, 900), 2.25)])
def test_drawings_fill_a_picture_of_their_proportions(
    rasteriser: Rasteriser, size: tuple[int, int], scale: float
) -> None:
    canvas = Canvas(size, rasteriser)
    assert (canvas.scale, canvas.left, canvas.top) == (scale, 0.0, 0.0)
    assert canvas.box((0, 0, 320, 400)) == canvas.whole == (0, 0, *size)


def test_in_a_wide_picture_they_stand_in_the_middle(rasteriser: Rasteriser) -> None:
    canvas = Canvas((720, 600), rasteriser)
    assert (canvas.scale, canvas.left, canvas.top) == (1.5, 120.0, 0.0)


def test_in_a_high_picture_they_stand_on_its_lower_edge(rasteriser: Rasteriser) -> None:
    canvas = Canvas((480, 900), rasteriser)
    assert (canvas.scale, canvas.left, canvas.top) == (1.5, 0.0, 300.0)


@pytest.mark.parametrize("size", [(321, 400), (320, 401), (318, 400), (320, 398)])
def test_odd_or_smaller_sizes_are_refused(rasteriser: Rasteriser, size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="even size"):
        Canvas(size, rasteriser)


@pytest.mark.parametrize("size", [(320, 400), (436, 546), (720, 900), (640, 480), (400, 900)])
def test_boxes_are_even_and_hold_their_area(rasteriser: Rasteriser, size: tuple[int, int]) -> None:
    canvas = Canvas(size, rasteriser)
    left, top, right, bottom = box = canvas.box((97.3, 141.1, 224.9, 209.7))
    assert all(edge % 2 == 0 for edge in box)
    assert left <= canvas.x(97.3) < canvas.x(224.9) <= right
    assert top <= canvas.y(141.1) < canvas.y(209.7) <= bottom


@pytest.mark.parametrize("size", [(320, 400), (436, 546), (720, 900), (640, 480)])
def test_a_part_is_drawn_where_it_lies_in_the_whole(rasteriser: Rasteriser, size: tuple[int, int]) -> None:
    canvas = Canvas(size, rasteriser)
    box = canvas.box((60, 80, 200, 220))
    whole = np.asarray(canvas.rasterise(SQUARE, canvas.whole).getchannel("A")).astype(int)
    part = np.asarray(canvas.rasterise(SQUARE, box).getchannel("A")).astype(int)
    assert np.abs(whole[box[1] : box[3], box[0] : box[2]] - part).max() <= 2
    assert whole[round(canvas.y(200)), round(canvas.x(160))] == 255
    assert whole[round(canvas.y(200)), round(canvas.x(70))] == 0

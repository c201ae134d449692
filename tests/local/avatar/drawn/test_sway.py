from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.local.avatar.drawn.sway import Sway

Bytes: TypeAlias = NDArray[np.uint8]

HEIGHT, WIDTH, PIVOT = 120, 90, 100.0
GENERATOR = np.random.default_rng(7)
HEAD: Bytes = GENERATOR.integers(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)
BACKGROUND: Bytes = GENERATOR.integers(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)
INSIDE = (slice(20, -20), slice(20, -20))


def laid(right: float, down: float, tilt: float, *, head: Bytes = HEAD, matte: int = 255) -> Bytes:
    sway = Sway(head, np.full((HEIGHT, WIDTH), matte, dtype=np.uint8), PIVOT, reach=16)
    out = BACKGROUND.copy()
    sway.lay(out, right, down, tilt)
    return out


def test_an_upright_head_is_shown_as_it_is() -> None:
    assert np.array_equal(laid(0, 0, 0), HEAD)


def test_beside_the_head_is_the_background() -> None:
    assert np.array_equal(laid(3.3, 1.2, 0.02, matte=0), BACKGROUND)


@pytest.mark.parametrize(("right", "down"), [(3, 0), (-4, 0), (0, 5), (0, -2), (2, -3)])
def test_whole_pixels_move_it_without_loss(right: int, down: int) -> None:
    moved = np.roll(HEAD, (down, right), axis=(0, 1))
    assert np.array_equal(laid(right, down, 0)[INSIDE], moved[INSIDE])


@pytest.mark.parametrize("share", [0.125, 0.25, 0.5, 0.875])
def test_fractions_of_a_pixel_blend_neighbours(share: float) -> None:
    blend = (1 - share) * HEAD + share * np.roll(HEAD, 1, axis=1)
    assert np.abs(laid(share, 0, 0)[INSIDE] - blend[INSIDE]).max() <= 1
    blend = (1 - share) * HEAD + share * np.roll(HEAD, 1, axis=0)
    assert np.abs(laid(0, share, 0)[INSIDE] - blend[INSIDE]).max() <= 1


def test_a_tilt_moves_rows_in_proportion_to_their_height_over_the_pivot() -> None:
    tilted = laid(0, 0, 0.1)
    assert np.array_equal(tilted[100], HEAD[100])
    assert np.array_equal(tilted[50, 20:-20], np.roll(HEAD[50], 5)[20:-20])


def test_full_white_stays_white() -> None:
    white = np.full((HEIGHT, WIDTH), 255, dtype=np.uint8)
    assert laid(0.375, 0.5625, 0.013, head=white).min() == 255


def test_whatever_is_asked_nothing_is_moved_beyond_its_reach() -> None:
    assert laid(1e6, -1e6, 50.0).shape == HEAD.shape


def test_the_matte_moves_with_the_head_and_leaves_the_surroundings_alone() -> None:
    matte = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    matte[40:80, 30:60] = 255
    sway = Sway(HEAD, matte, PIVOT, reach=16)
    out = BACKGROUND.copy()
    sway.lay(out, 5, 3, 0)
    expected = BACKGROUND.copy()
    expected[43:83, 35:65] = HEAD[40:80, 30:60]
    assert np.array_equal(out, expected)


def test_a_part_of_the_matte_that_is_put_uncovers_the_background() -> None:
    sway = Sway(HEAD, np.full((HEIGHT, WIDTH), 255, dtype=np.uint8), PIVOT, reach=16)
    sway.put_matte(np.zeros((10, 12), dtype=np.uint8), 30, 40)
    out = BACKGROUND.copy()
    sway.lay(out, 0, 0, 0)
    expected = HEAD.copy()
    expected[40:50, 30:42] = BACKGROUND[40:50, 30:42]
    assert np.array_equal(out, expected)


def test_chroma_moves_by_the_same_matte() -> None:
    both = np.stack([HEAD, 255 - HEAD])
    sway = Sway(both, np.full((HEIGHT, WIDTH), 128, dtype=np.uint8), PIVOT, reach=16)
    out = np.stack([BACKGROUND, BACKGROUND])
    sway.lay(out, 0, 0, 0)
    assert np.abs(out[0] - (128 / 255 * HEAD + 127 / 255 * BACKGROUND)).max() <= 1.5


def test_a_part_that_is_put_is_shown() -> None:
    sway = Sway(HEAD, np.full((HEIGHT, WIDTH), 255, dtype=np.uint8), PIVOT, reach=16)
    sway.put(np.full((10, 12), 77, dtype=np.uint8), 30, 40)
    out = BACKGROUND.copy()
    sway.lay(out, 0, 0, 0)
    assert (out[40:50, 30:42] == 77).all()
    assert np.array_equal(out[:40], HEAD[:40])

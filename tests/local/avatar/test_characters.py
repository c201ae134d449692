"""How every character that comes with the package looks when it speaks."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from navtalk_widget.local.avatar.cast import character_names
from navtalk_widget.local.avatar.character import HEIGHT, WIDTH
from navtalk_widget.local.avatar.drawn.canvas import Canvas
from navtalk_widget.local.avatar.drawn.drawn_face import DrawnFace
from navtalk_widget.local.avatar.drawn.rasteriser import Rasteriser
from navtalk_widget.local.avatar.life.motion import Bearing
from navtalk_widget.local.avatar.life.visemes import VISEMES, Mouth
from navtalk_widget.local.avatar.still import still

SPOKEN = [name for name in VISEMES if name != "rest"]


@pytest.fixture(scope="module", params=character_names())
def face(request: pytest.FixtureRequest, drawn_face: Callable[..., DrawnFace]) -> DrawnFace:
    return drawn_face(request.param)


def difference(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> NDArray[np.int_]:
    return np.asarray(np.abs(after.astype(int) - before.astype(int)).max(axis=2))


def test_every_viseme_moves_the_mouth_and_nothing_beyond_the_jaw(face: DrawnFace) -> None:
    character = face.character
    x, y, width, height = character.mouth_box
    mouth = (
        slice(int(y * HEIGHT), int((y + height) * HEIGHT)),
        slice(int(x * WIDTH), int((x + width) * WIDTH)),
    )
    rest = still(face)
    for name in SPOKEN:
        change = difference(rest, still(face, VISEMES[name]))
        assert change[mouth].max() > 20, name
        # Chroma has half the resolution, so a change reaches a little further than what is painted.
        top, left, right = character.jaw[0] - 20, character.jaw_sides[0] - 4, character.jaw_sides[1] + 4
        assert change[:top].max() <= 2, name
        assert change[character.jaw[2] + 4 :].max() <= 2, name
        assert max(change[:, :left].max(), change[:, right:].max()) <= 2, name


def test_the_skin_around_the_mouth_stays_skin(face: DrawnFace) -> None:
    look = face.character.mouth
    cheeks = [(round(look.y) - 14, round(look.x + side * (look.half_width + 4))) for side in (-1, 1)]
    rest = still(face)
    for name in SPOKEN:
        said = still(face, VISEMES[name])
        for row, column in cheeks:
            assert difference(rest, said)[row - 2 : row + 2, column - 2 : column + 2].mean() < 12, name


def test_a_wide_open_mouth_shows_teeth_and_dark(face: DrawnFace) -> None:
    look = face.character.mouth
    column = still(face, Mouth(opening=1.0))[round(look.y) - 8 : round(look.y) + 20, round(look.x)].astype(int).sum(1)
    assert column.max() > 550
    assert column.min() < 330


def test_closing_the_eyes_hides_the_irises_behind_skin(face: DrawnFace) -> None:
    eye = face.character.eye
    opened, closed = still(face), still(face, bearing=Bearing(eyes=0.0))
    for x, y in (eye.left, eye.right):
        iris = slice(round(y) - 3, round(y) + 3), slice(round(x) - 3, round(x) + 3)
        assert difference(opened, closed)[iris].mean() > 40
        assert closed[iris].std(axis=(0, 1)).max() < 30


def test_the_features_stay_within_the_box_of_the_eyes(face: DrawnFace) -> None:
    left, top, right, bottom = face.character.eye.box
    change = difference(still(face), still(face, bearing=Bearing(eyes=0.0, brows=2.0)))
    change[top - 4 : bottom + 4, left - 4 : right + 4] = 0
    assert change.max() <= 2


def test_the_background_fills_the_picture(face: DrawnFace) -> None:
    picture = still(face).astype(int)
    for corner in (picture[:4, :4], picture[:4, -4:]):
        assert corner.max() > 20


def test_the_head_takes_nothing_of_its_surroundings_along(face: DrawnFace) -> None:
    upright, turned = still(face), still(face, bearing=Bearing(right=4.0, tilt=0.03))
    with Rasteriser() as rasteriser:
        canvas = Canvas(face.size, rasteriser)
        layers = [layer for layer in ("head", "front") if layer in face.character.layers]
        covers = [canvas.rasterise(face.character.drawing(layer), canvas.whole).getchannel("A") for layer in layers]
        body = np.asarray(canvas.rasterise(face.character.drawing("body"), canvas.whole).getchannel("A"))
    head = Image.fromarray(np.maximum.reduce([np.asarray(cover) for cover in covers]))
    pivot = face.character.neck_pivot
    # x and y of the upright head for those of the turned one.
    swept = head.transform(head.size, Image.Transform.AFFINE, (1, 0.03, -4.0 - 0.03 * pivot, 0, 1, 0))
    outside = np.asarray(swept.filter(ImageFilter.MaxFilter(9))) == 0
    change = difference(upright, turned)
    never = outside & (np.asarray(head.filter(ImageFilter.MaxFilter(9))) == 0)
    assert change[never].max() <= 2
    # What the head has left free shows the background, not a second head behind it.
    above = np.zeros_like(never)
    above[: round(face.character.eye.box[3])] = True
    assert not (body[outside & above] > 8).any()

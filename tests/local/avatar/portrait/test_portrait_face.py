from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.engines.portrait import Anchors
from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.avatar.face import Face
from navtalk_widget.local.avatar.faces import Faces
from navtalk_widget.local.avatar.life.motion import Bearing
from navtalk_widget.local.avatar.life.visemes import REST, VISEMES, Mouth
from navtalk_widget.local.avatar.portrait.portrait_face import PortraitFace
from navtalk_widget.local.avatar.portrait.source import Portrait
from navtalk_widget.local.avatar.still import still
from tests.support.portraits import DRAWN_EYES, LEFT_EYE, RIGHT_EYE, drawn, photo

SIZE = (320, 400)
EYE_ROWS, MOUTH_ROWS, MIDDLE = slice(130, 180), slice(192, 258), slice(100, 220)


@pytest.fixture(scope="module", params=["photo", "drawn"])
def face(request: pytest.FixtureRequest) -> Face:
    if request.param == "photo":
        return PortraitFace(Portrait(photo(), Anchors(LEFT_EYE, RIGHT_EYE)), SIZE)
    return PortraitFace(Portrait(drawn(), Anchors(*DRAWN_EYES)), SIZE)


def change(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> float:
    return float(np.abs(after.astype(np.int16) - before.astype(np.int16)).mean())


@pytest.mark.parametrize("size", [(320, 400), (480, 600), (720, 900), (400, 400), (640, 360)])
def test_a_picture_has_the_size_that_was_asked_for(size: tuple[int, int]) -> None:
    face = PortraitFace(Portrait(photo(), Anchors(LEFT_EYE, RIGHT_EYE)), size)
    picture = face.picture(VISEMES["ah"], Bearing(right=2.0, tilt=0.02, eyes=0.3, brows=1.0))
    assert face.size == size
    assert picture.shape == (size[1] * 3 // 2, size[0])
    assert picture.dtype == np.uint8


def test_the_head_is_where_heads_of_portraits_are() -> None:
    face = still(PortraitFace(Portrait(drawn(), Anchors(*DRAWN_EYES)), SIZE))
    skin = (face[..., 0].astype(int) - face[..., 2]) > 40
    rows, columns = np.nonzero(skin)
    assert columns.mean() == pytest.approx(160, abs=8)
    assert 100 < columns.max() - columns.min() < 200
    assert rows.min() > 20
    assert rows.max() < 380


def test_opening_the_mouth_darkens_what_is_between_the_lips_and_moves_the_chin(face: Face) -> None:
    shut, wide = still(face, REST), still(face, VISEMES["ah"])
    assert change(shut[MOUTH_ROWS, MIDDLE], wide[MOUTH_ROWS, MIDDLE]) > 4
    dark = [(picture[MOUTH_ROWS, MIDDLE].max(axis=2) < 60).sum() for picture in (shut, wide)]
    assert dark[1] > dark[0] + 60
    assert np.array_equal(shut[:165], wide[:165])


def test_the_lips_of_a_smiling_photo_meet_at_rest_and_its_teeth_are_gone() -> None:
    face = PortraitFace(Portrait(drawn(parted=0.3), Anchors(*DRAWN_EYES)), SIZE)
    teeth = [(still(face, mouth)[MOUTH_ROWS, MIDDLE].min(axis=2) > 175).sum() for mouth in (REST, VISEMES["eh"])]
    assert teeth[0] < 10
    assert teeth[1] > 30


def test_every_viseme_looks_different(face: Face) -> None:
    shown = {name: still(face, mouth)[MOUTH_ROWS, MIDDLE] for name, mouth in VISEMES.items()}
    for name, picture in shown.items():
        for other, another in shown.items():
            assert name == other or change(picture, another) > 0.1, (name, other)


def test_the_mouth_opens_without_jumps(face: Face) -> None:
    steps = [still(face, Mouth(opening=opening))[MOUTH_ROWS, MIDDLE] for opening in np.linspace(0.0, 1.0, 41)]
    changes = [change(a, b) for a, b in pairwise(steps)]
    assert max(changes) < 5 * (sum(changes) / len(changes))


def test_the_rounded_mouth_is_narrower(face: Face) -> None:
    def width(mouth: Mouth) -> int:
        shut, parted = (still(face, each)[MOUTH_ROWS, MIDDLE].max(axis=2).astype(int) for each in (REST, mouth))
        between = shut - parted > 60
        return int(between.any(axis=0).sum())

    assert width(VISEMES["oo"]) < 0.8 * width(VISEMES["a"])


def test_closing_the_eyes_hides_them_and_leaves_the_rest(face: Face) -> None:
    unlike = still(face, REST), still(face, REST, Bearing(eyes=0.0))
    dark = [(picture[EYE_ROWS, MIDDLE].max(axis=2) < 75).sum() for picture in unlike]
    assert dark[1] < 0.55 * dark[0]
    assert np.array_equal(unlike[0][200:], unlike[1][200:])


def test_the_eyes_close_without_jumps(face: Face) -> None:
    steps = [still(face, REST, Bearing(eyes=eyes))[EYE_ROWS, MIDDLE] for eyes in np.linspace(0.0, 1.0, 13)]
    changes = [change(a, b) for a, b in pairwise(steps)]
    assert max(changes) < 4 * (sum(changes) / len(changes))


@pytest.mark.parametrize("bearing", [Bearing(brows=2.0), Bearing(worry=2.0)], ids=["brows", "worry"])
def test_brows_move_between_the_eyes_and_the_hair(face: Face, bearing: Bearing) -> None:
    calm, moved = still(face), still(face, REST, bearing)
    assert np.array_equal(calm[200:], moved[200:])
    assert change(calm[100:160, MIDDLE], moved[100:160, MIDDLE]) > 0.1


def test_smiling_moves_the_corners_up(face: Face) -> None:
    unlike = [still(face, REST, Bearing(smile=smile)) for smile in (-1.0, 0.0, 1.0)]
    for before, after in pairwise(unlike):
        assert change(before[MOUTH_ROWS, MIDDLE], after[MOUTH_ROWS, MIDDLE]) > 0.2
        assert np.array_equal(before[:165], after[:165])


def test_the_head_sways_and_the_edges_of_the_picture_stay(face: Face) -> None:
    upright, aside = still(face), still(face, REST, Bearing(right=1.5, down=0.5, tilt=0.01))
    assert change(upright[100:300, 80:240], aside[100:300, 80:240]) > 0.3
    assert change(upright[:, :4], aside[:, :4]) < 1.0
    assert change(upright[-4:], aside[-4:]) < 1.0


def test_the_head_moves_by_as_much_as_it_is_told() -> None:
    face = PortraitFace(Portrait(drawn(), Anchors(*DRAWN_EYES)), SIZE)
    scale = 64 / 62  # the distance of the eyes here, and in the drawing whose pixels are meant

    def middle(bearing: Bearing) -> tuple[float, float]:
        rows, columns = np.nonzero(still(face, REST, bearing)[220:270, 120:200, 1] < 130)
        return float(columns.mean()), float(rows.mean())

    still_at, moved_to = middle(Bearing()), middle(Bearing(right=3.0, down=2.0))
    assert moved_to[0] - still_at[0] == pytest.approx(3.0 * scale, abs=0.7)
    assert moved_to[1] - still_at[1] == pytest.approx(2.0 * scale, abs=0.7)


def test_the_same_look_gives_the_same_picture_whatever_was_before(face: Face) -> None:
    bearing = Bearing(right=1.0, eyes=0.6, brows=1.0, smile=0.4, breath=0.3)
    first = face.picture(VISEMES["oh"], bearing).copy()
    face.picture(VISEMES["ee"], Bearing(tilt=-0.01))
    assert np.array_equal(face.picture(VISEMES["oh"], bearing), first)


def test_a_black_and_white_photo_stays_so() -> None:
    face = PortraitFace(Portrait(photo().convert("L").convert("RGB"), Anchors(LEFT_EYE, RIGHT_EYE)), SIZE)
    chroma = face.picture(VISEMES["ah"], Bearing(eyes=0.2))[400:]
    assert np.abs(chroma.astype(int) - 128).max() <= 3


def test_an_extreme_bearing_is_survived(face: Face) -> None:
    picture = face.picture(
        Mouth(1.0, 1.0, 1.0, 1.0, 1.0, 1.0), Bearing(90.0, -90.0, 0.5, 1.0, 0.0, 9.0, 9.0, 20.0, 1.0, 3.0)
    )
    assert picture.shape == (600, 320)


@pytest.mark.parametrize(
    ("anchors", "told"),
    [
        (Anchors((300.0, 280.0), (310.0, 280.0)), "too small: 10 pixels"),
        (Anchors((240.0, 280.0), (320.0, 400.0)), "tilted by 56°"),
    ],
)
def test_a_face_that_cannot_be_used_is_refused_in_words(anchors: Anchors, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        PortraitFace(Portrait(drawn(), anchors), SIZE)


def test_a_face_at_the_edge_of_its_photo_still_speaks() -> None:
    close = photo().crop((90, 70, 190, 170))
    face = PortraitFace(Portrait(close, Anchors((24.5, 31.0), (69.1, 33.4))), (720, 900))
    assert face.picture(VISEMES["ah"], Bearing(right=3.0, eyes=0.0, brows=2.0)).shape == (1350, 720)


async def test_faces_find_the_face_in_a_photo(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason="needs the extra 'portrait'")
    photo().save(tmp_path / "someone.png")
    faces = Faces()
    try:
        face = await faces.face(tmp_path / "someone.png", (480, 600))
    finally:
        await faces.close()
    assert isinstance(face, PortraitFace)
    assert still(face).shape == (600, 480, 3)

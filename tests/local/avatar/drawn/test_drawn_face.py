from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import Phoneme, SpokenPiece
from navtalk_widget.local.avatar.cast import character_named
from navtalk_widget.local.avatar.character import HEIGHT, WIDTH
from navtalk_widget.local.avatar.drawn.drawn_face import DrawnFace
from navtalk_widget.local.avatar.life.live import LiveFace
from navtalk_widget.local.avatar.life.motion import Bearing
from navtalk_widget.local.avatar.life.visemes import REST, VISEMES, Mouth
from navtalk_widget.local.avatar.still import still
from navtalk_widget.local.playout import Playout

FRAME = SAMPLE_RATE // 25


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["navtalk.Leo", "navtalk.Lily"], scope="module")
def face(request: pytest.FixtureRequest, drawn_face: Callable[..., DrawnFace]) -> DrawnFace:
    return drawn_face(request.param)


@pytest.fixture(scope="module")
def large_face(drawn_face: Callable[..., DrawnFace]) -> DrawnFace:
    return drawn_face("navtalk.Leo", (720, 900))


@pytest.fixture(scope="module")
def small_face(drawn_face: Callable[..., DrawnFace]) -> DrawnFace:
    return drawn_face("navtalk.Leo")


def mouth_slices(face: DrawnFace) -> tuple[slice, slice]:
    x, y, width, height = face.character.mouth_box
    return (
        slice(int(y * HEIGHT), int((y + height) * HEIGHT)),
        slice(int(x * WIDTH), int((x + width) * WIDTH)),
    )


def babble(seconds: float) -> SpokenPiece:
    sounds = [("m", 0.08), ("ɑː", 0.14), ("s", 0.09), ("iː", 0.12), ("b", 0.07), ("oʊ", 0.16)]
    phonemes: list[Phoneme] = []
    at = 0.0
    while at < seconds:
        for symbol, length in sounds:
            phonemes.append(Phoneme(symbol, at, at + length))
            at += length
    return SpokenPiece("babble", np.zeros(round(at * SAMPLE_RATE), dtype=np.int16), tuple(phonemes), ())


def change(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> float:
    return float(np.abs(after.astype(np.int16) - before.astype(np.int16)).mean())


def test_a_picture_is_planar_yuv(face: DrawnFace) -> None:
    picture = LiveFace(face, Playout(Clock())).frame_at(0)
    assert picture.shape == (600, 320)
    assert picture.dtype == np.uint8


def test_opening_the_mouth_changes_the_mouth_box_and_little_else(face: DrawnFace) -> None:
    rows, columns = mouth_slices(face)
    shut, wide = still(face, REST), still(face, VISEMES["ah"])
    assert change(shut[rows, columns], wide[rows, columns]) > 8
    elsewhere = np.abs(wide.astype(int) - shut.astype(int)).max(axis=2)
    elsewhere[rows, columns] = 0
    assert not elsewhere[: rows.start - 8].any()
    assert (elsewhere > 6).mean() < 0.01


def test_every_viseme_looks_different(face: DrawnFace) -> None:
    rows, columns = mouth_slices(face)
    shown = {name: still(face, mouth)[rows, columns] for name, mouth in VISEMES.items()}
    for name, picture in shown.items():
        for other, another in shown.items():
            assert name == other or change(picture, another) > 0.2, (name, other)


def test_the_mouth_opens_without_jumps(face: DrawnFace) -> None:
    rows, columns = mouth_slices(face)
    steps = [still(face, Mouth(opening=opening))[rows, columns] for opening in np.linspace(0.0, 1.0, 41)]
    changes = [change(a, b) for a, b in pairwise(steps)]
    assert max(changes) < 6 * (sum(changes) / len(changes))


def test_the_same_moment_gives_the_same_picture(face: DrawnFace) -> None:
    playout = Playout(Clock())
    playout.say(babble(2.0))
    live, again = LiveFace(face, playout), LiveFace(face, playout)
    positions = range(0, 2 * SAMPLE_RATE, FRAME)
    first = [live.frame_at(position) for position in positions]
    for position, picture in zip(reversed(positions), reversed(first), strict=True):
        assert np.array_equal(again.frame_at(position), picture)


def test_the_mouth_rests_while_nothing_is_said(face: DrawnFace) -> None:
    rows, columns = mouth_slices(face)
    clock = Clock()
    playout = Playout(clock)
    playout.say(babble(4.0))
    live = LiveFace(face, playout)

    def unrest(start: int) -> float:
        frames = [live.frame_at(start + i * FRAME)[rows, columns] for i in range(100)]
        return float(np.mean([change(a, b) for a, b in pairwise(frames)]))

    talking = unrest(0)
    idle = unrest(8 * SAMPLE_RATE)
    assert idle < 1.0
    assert talking > 5 * idle


def test_the_face_moves_so_little_from_frame_to_frame_that_nothing_jumps(face: DrawnFace) -> None:
    playout = Playout(Clock())
    playout.say(babble(4.0))
    live = LiveFace(face, playout)
    frames = [live.frame_at(i * FRAME) for i in range(150)]
    assert max(change(a, b) for a, b in pairwise(frames)) < 4


def test_closing_the_eyes_shows(face: DrawnFace) -> None:
    frames = [LiveFace(face, Playout(Clock())).frame_at(i * FRAME)[160:200, 110:150] for i in range(0, 250)]
    brightness = np.array([frame.mean() for frame in frames])
    assert brightness.max() - brightness.min() > 4


def test_a_mood_is_eased_in(face: DrawnFace) -> None:
    clock = Clock()
    live = LiveFace(face, Playout(clock))
    before = live.frame_at(0)
    live.mood = "thinking"
    assert live.mood == "thinking"
    assert np.array_equal(live.frame_at(0), before)
    later = live.frame_at(SAMPLE_RATE)
    plain = LiveFace(face, Playout(clock)).frame_at(SAMPLE_RATE)
    assert change(plain[150:200], later[150:200]) > 0.3


def test_a_large_picture_shows_the_same_as_a_small_one(large_face: DrawnFace, small_face: DrawnFace) -> None:
    for mouth, bearing in [
        (REST, Bearing()),
        (VISEMES["ah"], Bearing(right=3.0, down=-2.0, tilt=0.03)),
        (VISEMES["oo"], Bearing(eyes=0.0, brows=2.0, smile=1.0, breath=1.0)),
        (VISEMES["fv"], Bearing(gaze_right=2.0, gaze_down=1.0, worry=1.0)),
    ]:
        large = Image.fromarray(still(large_face, mouth, bearing)).resize((WIDTH, HEIGHT), Image.Resampling.BOX)
        assert change(still(small_face, mouth, bearing), np.asarray(large)) < 2.5


def test_a_large_picture_is_sharper_than_an_enlarged_one(large_face: DrawnFace, small_face: DrawnFace) -> None:
    def detail(picture: NDArray[np.uint8]) -> float:
        luma = picture[:900].astype(float)[380:620, 250:470]
        return float(np.abs(np.diff(luma, 2, axis=0)).mean() + np.abs(np.diff(luma, 2, axis=1)).mean())

    small = Image.fromarray(small_face.picture(VISEMES["eh"], Bearing())[:HEIGHT])
    enlarged = np.asarray(small.resize(large_face.size, Image.Resampling.BICUBIC))
    assert detail(large_face.picture(VISEMES["eh"], Bearing())) > 1.5 * detail(enlarged)


@pytest.mark.parametrize("size", [(640, 480), (400, 720), (436, 546)])
def test_pictures_of_other_proportions_are_filled_to_their_edges(size: tuple[int, int]) -> None:
    face = DrawnFace(character_named("navtalk.Leo"), size)
    picture = still(face, VISEMES["a"], Bearing(right=2.0))
    assert picture.shape == (size[1], size[0], 3)
    for edge in (picture[0], picture[:, 0], picture[:, -1]):
        assert edge.mean() > 30
    across = np.abs(np.diff(picture[: size[1] // 8].astype(int), axis=1)).mean(axis=(0, 2))
    assert across.max() < 25  # no seam where the drawing ends


def test_a_smile_shows_at_the_mouth_and_in_the_eyes(face: DrawnFace) -> None:
    rows, columns = mouth_slices(face)
    plain, smiling, sad = (still(face, REST, Bearing(smile=smile)) for smile in (0.0, 1.0, -1.0))
    assert change(plain[rows, columns], smiling[rows, columns]) > 1.0
    assert change(plain[rows, columns], sad[rows, columns]) > 1.0
    assert change(sad[rows, columns], smiling[rows, columns]) > 2.0
    assert change(plain[150:210], smiling[150:210]) > 0.0


def test_worry_lifts_the_brows_only_in_the_middle(face: DrawnFace) -> None:
    plain, worried = still(face), still(face, REST, Bearing(worry=1.0))
    changed = np.abs(worried.astype(int) - plain.astype(int)).max(axis=2) > 8
    rows = np.flatnonzero(changed.any(axis=1))
    top, bottom = face.character.eye.box[1::2]
    assert top <= rows.min() <= rows.max() <= bottom


@pytest.mark.parametrize(("right", "down"), [(3.0, 0.0), (-3.0, 0.0), (0.0, 1.5), (0.0, -1.5)])
def test_the_eyes_look_aside_without_a_change_to_their_surroundings(face: DrawnFace, right: float, down: float) -> None:
    ahead, aside = still(face), still(face, REST, Bearing(gaze_right=right, gaze_down=down))
    changed = np.abs(aside.astype(int) - ahead.astype(int)).max(axis=2) > 6
    eye = face.character.eye
    around = np.zeros_like(changed)
    for x, y in (eye.left, eye.right):
        around[
            int(y - eye.upper_open - 1) : int(y + eye.lower + 2),
            int(x - eye.half_width - 1) : int(x + eye.half_width + 2),
        ] = True
    assert changed[around].mean() > 0.05
    assert not changed[~around].any()


def test_a_picture_that_shows_the_same_is_not_made_anew(face: DrawnFace) -> None:
    bearing = Bearing(right=1.0, tilt=0.01)
    first = face.picture(VISEMES["eh"], bearing)
    assert face.picture(VISEMES["eh"], replace(bearing, right=1.001)) is first
    kept = first.copy()
    assert face.picture(VISEMES["oo"], bearing) is not first
    assert np.array_equal(first, kept)


def test_threads_may_share_a_face(face: DrawnFace) -> None:
    poses = [(VISEMES[name], Bearing(right=i % 5, breath=i % 3 / 2)) for i, name in enumerate([*VISEMES] * 3)]
    alone = [face.picture(*pose) for pose in poses]
    with ThreadPoolExecutor(4) as threads:
        for _ in range(3):
            for picture, expected in zip(threads.map(lambda pose: face.picture(*pose), poses), alone, strict=True):
                assert np.array_equal(picture, expected)


@pytest.mark.parametrize("size", [(320, 400), (720, 900)])
def test_what_a_face_keeps_is_bounded_by_bytes(size: tuple[int, int], face: DrawnFace, large_face: DrawnFace) -> None:
    shown = large_face if size == large_face.size else face
    for kept, one in (
        (shown._upper.look.cache_info(), shown._upper.look(8, 0, 0, 0, 0)),
        (shown._lower._opened.cache_info(), shown._lower._opened(0)),
    ):
        assert kept.maxsize is not None
        assert kept.maxsize * (one.luma.nbytes + one.chroma.nbytes) <= 6_000_000
    outlines = shown._lower.matte.cache_info()
    assert outlines.maxsize is not None
    assert outlines.maxsize * sum(outline.nbytes for outline in shown._lower.matte(0)) <= 6_000_000


def test_idle_pictures_are_never_frozen(face: DrawnFace) -> None:
    live = LiveFace(face, Playout(Clock()))
    frames = [live.frame_at(i * FRAME) for i in range(750)]
    moved = [not np.array_equal(a, b) for a, b in pairwise(frames)]
    assert all(any(moved[i : i + 10]) for i in range(len(moved) - 10))
    assert sum(moved) > len(moved) / 2


@pytest.mark.parametrize("moment", [0.0, 1.3, 2.9, 7.7])
def test_the_face_reacts_with_its_next_picture_to_being_spoken_to(face: DrawnFace, moment: float) -> None:
    clock = Clock()
    clock.now = moment
    live, unmoved = LiveFace(face, Playout(clock)), LiveFace(face, Playout(clock))
    begin = live._playout.position
    live.mood = "listening"
    left, top, right, bottom = face.character.eye.box
    seen = [
        change(live.frame_at(at)[top:bottom, left:right], unmoved.frame_at(at)[top:bottom, left:right])
        for at in (begin, begin + FRAME, begin + 2 * FRAME)
    ]
    assert seen[0] > 1.5
    assert seen[1] > 2.0
    assert seen[2] > 2.0


def test_the_expression_follows_what_is_said(face: DrawnFace) -> None:
    def second_half(text: str) -> NDArray[np.uint8]:
        playout = Playout(Clock())
        playout.say(replace(babble(2.0), text=text))
        return LiveFace(face, playout).frame_at(SAMPLE_RATE * 23 // 10)

    rows, columns = mouth_slices(face)
    plain, asking, glad = (second_half(text) for text in ("It is red.", "Is it red?", "Hello and thank you."))
    assert change(plain[150:200], asking[150:200]) > 1.0
    assert change(plain[rows, columns], glad[rows, columns]) > 1.0


def test_breathing_leaves_no_gap_below_the_body(face: DrawnFace) -> None:
    breathed_out = Bearing(0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
    pictures = [face.picture(REST, replace(breathed_out, breath=breath)) for breath in (0.0, 1.0)]
    lowest, above = (np.stack([picture[row, 60:260] for picture in pictures]).astype(int) for row in (399, 396))
    assert np.abs(lowest - above).mean() < 4

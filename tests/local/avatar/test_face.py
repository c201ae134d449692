from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import Phoneme, SpokenPiece
from navtalk_widget.local.avatar.character import HEIGHT, WIDTH
from navtalk_widget.local.avatar.face import Face, face_named, still
from navtalk_widget.local.avatar.live import LiveFace
from navtalk_widget.local.avatar.motion import Bearing
from navtalk_widget.local.avatar.visemes import REST, VISEMES, Mouth
from navtalk_widget.local.playout import Playout

FRAME = SAMPLE_RATE // 25


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["navtalk.Leo", "navtalk.Lily"])
def face(request: pytest.FixtureRequest) -> Face:
    return face_named(request.param)


def mouth_slices(face: Face) -> tuple[slice, slice]:
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


def test_a_picture_is_planar_yuv(face: Face) -> None:
    picture = LiveFace(face, Playout(Clock())).frame_at(0)
    assert picture.shape == (600, 320)
    assert picture.dtype == np.uint8


def test_opening_the_mouth_changes_the_mouth_box_and_little_else(face: Face) -> None:
    rows, columns = mouth_slices(face)
    shut, wide = still(face, REST), still(face, VISEMES["ah"])
    assert change(shut[rows, columns], wide[rows, columns]) > 8
    elsewhere = np.abs(wide.astype(int) - shut.astype(int)).max(axis=2)
    elsewhere[rows, columns] = 0
    assert not elsewhere[: rows.start - 8].any()
    assert (elsewhere > 6).mean() < 0.01


def test_every_viseme_looks_different(face: Face) -> None:
    rows, columns = mouth_slices(face)
    shown = {name: still(face, mouth)[rows, columns] for name, mouth in VISEMES.items()}
    for name, picture in shown.items():
        for other, another in shown.items():
            assert name == other or change(picture, another) > 0.2, (name, other)


def test_the_mouth_opens_without_jumps(face: Face) -> None:
    rows, columns = mouth_slices(face)
    steps = [still(face, Mouth(opening=opening))[rows, columns] for opening in np.linspace(0.0, 1.0, 41)]
    changes = [change(a, b) for a, b in pairwise(steps)]
    assert max(changes) < 6 * (sum(changes) / len(changes))


def test_the_same_moment_gives_the_same_picture(face: Face) -> None:
    playout = Playout(Clock())
    playout.say(babble(2.0))
    live, again = LiveFace(face, playout), LiveFace(face, playout)
    positions = range(0, 2 * SAMPLE_RATE, FRAME)
    first = [live.frame_at(position) for position in positions]
    for position, picture in zip(reversed(positions), reversed(first), strict=True):
        assert np.array_equal(again.frame_at(position), picture)


def test_the_mouth_rests_while_nothing_is_said(face: Face) -> None:
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


def test_the_face_moves_so_little_from_frame_to_frame_that_nothing_jumps(face: Face) -> None:
    playout = Playout(Clock())
    playout.say(babble(4.0))
    live = LiveFace(face, playout)
    frames = [live.frame_at(i * FRAME) for i in range(150)]
    assert max(change(a, b) for a, b in pairwise(frames)) < 4


def test_closing_the_eyes_shows(face: Face) -> None:
    frames = [LiveFace(face, Playout(Clock())).frame_at(i * FRAME)[160:200, 110:150] for i in range(0, 250)]
    brightness = np.array([frame.mean() for frame in frames])
    assert brightness.max() - brightness.min() > 4


def test_a_mood_is_eased_in(face: Face) -> None:
    clock = Clock()
    live = LiveFace(face, Playout(clock))
    before = live.frame_at(0)
    live.mood = "thinking"
    assert live.mood == "thinking"
    assert np.array_equal(live.frame_at(0), before)
    later = live.frame_at(SAMPLE_RATE)
    plain = LiveFace(face, Playout(clock)).frame_at(SAMPLE_RATE)
    assert change(plain[150:200], later[150:200]) > 0.3


def test_breathing_leaves_no_gap_below_the_body(face: Face) -> None:
    breathed_out = Bearing(0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
    pictures = [face.picture(REST, replace(breathed_out, breath=breath)) for breath in (0.0, 1.0)]
    lowest, above = (np.stack([picture[row, 60:260] for picture in pictures]).astype(int) for row in (399, 396))
    assert np.abs(lowest - above).mean() < 4


def test_an_unknown_character_has_a_face_too() -> None:
    assert still(face_named("acme.Somebody")).shape == (HEIGHT, WIDTH, 3)

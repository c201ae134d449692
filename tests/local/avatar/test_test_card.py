import numpy as np
import pytest

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.local.avatar.life.live import LiveFace
from navtalk_widget.local.avatar.test_card import (
    INTERVAL,
    LENGTH,
    WHITE,
    BeepingPlayout,
    TestCard,
    playout_for,
    sound_delays,
)
from navtalk_widget.local.playout import Playout

FRAME = SAMPLE_RATE // 25


@pytest.mark.parametrize("size", [(320, 400), (480, 600), (162, 202)])
def test_its_pictures_have_the_size_asked_for(size: tuple[int, int]) -> None:
    picture = LiveFace(TestCard(size), BeepingPlayout()).frame_at(0)
    assert picture.shape == (size[1] * 3 // 2, size[0])
    assert picture.dtype == np.uint8


def test_it_flashes_in_the_very_frames_that_beep() -> None:
    playout = BeepingPlayout()
    face = LiveFace(TestCard((32, 40)), playout)
    for position in range(0, 3 * INTERVAL, FRAME):
        flashes = face.frame_at(position)[:40].mean() == WHITE
        beeps = bool(playout.read(position, FRAME).any())
        assert flashes == beeps == (position % INTERVAL < LENGTH)


@pytest.mark.parametrize(("name", "milliseconds"), [("navtalk.TestCard+80ms", 80), ("navtalk.TestCard-80ms", -80)])
def test_the_sound_is_delayed_by_what_the_name_says(name: str, milliseconds: int) -> None:
    playout = playout_for(name)
    sound = playout.read(0, 3 * INTERVAL)
    first = np.flatnonzero(sound[INTERVAL // 2 :])[0] + INTERVAL // 2
    assert first % INTERVAL == (milliseconds * 24 + 1) % INTERVAL  # a sine begins with a zero
    assert [p.start for p in playout.phonemes_between(0, 2 * INTERVAL)] == [0, INTERVAL]


@pytest.mark.parametrize(
    "name",
    [
        "navtalk.Leo",
        "navtalk.TestCard+9999ms",
        "navtalk.TestCard+401ms",
        "navtalk.TestCards",
        "",
        "+80ms",
        "navtalk.TestCard" + "+1ms" * 9,
    ],
)
def test_other_names_are_no_test_cards(name: str) -> None:
    assert sound_delays(name) is None
    assert type(playout_for(name)) is Playout


def test_several_delays_are_taken_in_turn() -> None:
    sound = playout_for("navtalk.TestCard+0ms+80ms-80ms").read(0, 7 * INTERVAL)
    loud = np.flatnonzero(np.abs(sound) > 4_000)
    beginnings = loud[np.r_[True, np.diff(loud) > LENGTH]]
    delays = [round((begin - number * INTERVAL) * 1_000 / SAMPLE_RATE) for number, begin in enumerate(beginnings)]
    assert delays == [0, 80, -80, 0, 80, -80, 0]


def test_any_piece_of_the_sound_is_the_same_however_it_is_read() -> None:
    playout = playout_for("navtalk.TestCard+80ms")
    whole = playout.read(0, 2 * INTERVAL)
    pieces = [playout.read(start, 480) for start in range(0, 2 * INTERVAL, 480)]
    assert np.array_equal(whole, np.concatenate(pieces))


def test_what_is_said_is_heard_beside_the_beeps() -> None:
    playout = BeepingPlayout(clock=lambda: 0.0)
    playout.say(SpokenPiece("hum", np.full(INTERVAL, 1_000, np.int16), (), ()))
    assert playout.read(LENGTH, 1_000)[100] == 1_000
    assert np.abs(playout.read(0, LENGTH)).max() > 16_000

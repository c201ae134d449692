from dataclasses import astuple, replace
from itertools import pairwise

import numpy as np
import pytest

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.avatar.life.expression import Expression
from navtalk_widget.local.avatar.life.habits import eyelids, glance
from navtalk_widget.local.avatar.life.motion import ATTITUDES, Bearing, Mood, MoodChange, bearing_at
from navtalk_widget.local.playout import ScheduledPhoneme

FRAME = SAMPLE_RATE // 25
MINUTE = range(0, 60 * SAMPLE_RATE, FRAME)
TALK = [ScheduledPhoneme("ɑː", at, at + 4_000) for at in range(0, 60 * SAMPLE_RATE, 5_000)]


def minute(phonemes: list[ScheduledPhoneme]) -> list[Bearing]:
    near = 40_000
    return [
        bearing_at(at, [p for p in phonemes if p.start < at + near and p.end > at - near], ATTITUDES["idle"])
        for at in MINUTE
    ]


def test_eyes_blink_now_and_then_and_briefly() -> None:
    closed = [bearing.eyes < 0.5 for bearing in minute([])]
    blinks = sum(after and not before for before, after in pairwise(closed))
    assert 8 <= blinks <= 25
    assert sum(closed) <= 4 * blinks


def test_blinks_come_at_uneven_intervals_and_sometimes_twice() -> None:
    open_eyes = [eyelids(i / 50) > 0.5 for i in range(50 * 300)]
    begins = [i / 50 for i, (before, after) in enumerate(pairwise(open_eyes)) if before and not after]
    intervals = np.diff(begins)
    assert 0.05 < (intervals < 0.5).mean() < 0.4
    assert intervals.std() > 1.0
    assert intervals.max() < 9.0


def test_the_eyes_mostly_keep_to_the_viewer_and_flit_quickly() -> None:
    looks = np.array([glance(i / 25) for i in range(25 * 120)])
    aside = np.abs(looks).max(axis=1)
    assert 0.5 < (aside < 0.5).mean() < 0.95
    assert aside.max() > 1.2
    moving = np.abs(np.diff(looks, axis=0)).max(axis=1) > 0.01
    assert moving.mean() < 0.1


def test_a_listener_nods_now_and_then_and_an_idle_face_does_not() -> None:
    def nods(mood: Mood) -> float:
        downs = np.array([bearing_at(at, [], ATTITUDES[mood]).down - ATTITUDES[mood].down for at in MINUTE])
        return float(np.percentile(downs, 98))

    assert nods("listening") > nods("idle") + 0.3


@pytest.mark.parametrize("mood", ["idle", "speaking", "listening", "thinking"])
@pytest.mark.parametrize("after", ["idle", "speaking", "listening", "thinking"])
def test_moods_change_without_jumps(mood: Mood, after: Mood) -> None:
    change = MoodChange(ATTITUDES[mood], after, SAMPLE_RATE)
    attitudes = [change.attitude_at(at) for at in range(0, 3 * SAMPLE_RATE, FRAME)]
    assert attitudes[: SAMPLE_RATE // FRAME + 1] == [ATTITUDES[mood]] * (SAMPLE_RATE // FRAME + 1)
    assert astuple(attitudes[-1]) == pytest.approx(astuple(ATTITUDES[after]))
    for a, b in pairwise(attitudes):
        assert abs(b.brows - a.brows) < 0.95
        assert abs(b.tilt - a.tilt) < 0.015
        assert abs(b.gaze_right - a.gaze_right) < 1.0
        assert abs(b.smile - a.smile) < 0.1


def test_an_interrupted_change_goes_on_from_where_it_was() -> None:
    first = MoodChange(ATTITUDES["idle"], "listening", 0)
    second = MoodChange(first.attitude_at(3 * FRAME), "thinking", 3 * FRAME)
    assert second.attitude_at(3 * FRAME) == first.attitude_at(3 * FRAME)


def test_whoever_is_spoken_to_raises_the_brows_at_once() -> None:
    change = MoodChange(ATTITUDES["idle"], "listening", 0)
    assert change.attitude_at(2 * FRAME).brows > 1.0
    assert change.attitude_at(3 * FRAME).tilt > 0.4 * ATTITUDES["listening"].tilt
    assert max(change.attitude_at(at).brows for at in range(0, SAMPLE_RATE, FRAME)) > ATTITUDES["listening"].brows + 0.5


def test_an_expression_adds_to_the_bearing() -> None:
    plain = bearing_at(FRAME, [], ATTITUDES["speaking"])
    moved = bearing_at(
        FRAME, [], ATTITUDES["speaking"], Expression(brows=1.0, tilt=0.02, down=0.5, smile=0.5, worry=0.4)
    )
    assert moved == replace(
        plain,
        brows=plain.brows + 1.0,
        tilt=plain.tilt + 0.02,
        down=plain.down + 0.5,
        smile=plain.smile + 0.5,
        worry=plain.worry + 0.4,
    )


def test_the_head_moves_little_and_smoothly() -> None:
    for phonemes in ([], TALK):
        bearings = minute(phonemes)
        for before, after in pairwise(bearings):
            assert abs(after.right - before.right) < 0.2
            assert abs(after.down - before.down) < 0.25
        assert max(abs(bearing.right) + 60 * abs(bearing.tilt) for bearing in bearings) < 3.0
        assert max(abs(bearing.down) for bearing in bearings) < 3.0


def test_a_speaking_head_is_livelier_than_a_resting_one() -> None:
    def travel(bearings: list[Bearing]) -> float:
        return sum(abs(b.right - a.right) + abs(b.down - a.down) for a, b in pairwise(bearings))

    assert travel(minute(TALK)) > 1.5 * travel(minute([]))


def test_long_vowels_raise_the_brows() -> None:
    assert max(bearing.brows for bearing in minute(TALK)) > 0.3
    assert max(bearing.brows for bearing in minute([])) == 0.0


def test_a_thinking_face_looks_away() -> None:
    at_rest = bearing_at(0, [], ATTITUDES["idle"])
    thinking = bearing_at(0, [], ATTITUDES["thinking"])
    assert thinking.gaze_right - at_rest.gaze_right > 1
    assert thinking.gaze_down < at_rest.gaze_down


def test_the_same_moment_always_looks_the_same() -> None:
    assert bearing_at(123_456, [], ATTITUDES["idle"]) == bearing_at(123_456, [], ATTITUDES["idle"])

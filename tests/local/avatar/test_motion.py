from itertools import pairwise

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.avatar.motion import ATTITUDES, Bearing, bearing_at
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

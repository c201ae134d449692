import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import Phoneme, SpokenPiece, Word
from navtalk_widget.local.playout import FADE_SAMPLES, HEARD_PIECES, MAX_QUEUED_S, Heard, Playout

FRAME = SAMPLE_RATE // 50


class Clock:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def heard_of(playout: Playout, span: tuple[int, int]) -> Heard:
    heard = playout.heard(*span)
    assert heard is not None
    return heard


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def playout(clock: Clock) -> Playout:
    return Playout(clock)


def tone(seconds: float, amplitude: int = 12_000) -> NDArray[np.int16]:
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.asarray(amplitude * np.sin(2 * np.pi * 220 * t), dtype=np.int16)


def piece(seconds: float = 1.0, text: str = "one two three four") -> SpokenPiece:
    words = text.split()
    each = seconds / len(words)
    return SpokenPiece(
        text,
        tone(seconds),
        tuple(Phoneme("ɑ", i * each, (i + 1) * each) for i in range(len(words))),
        tuple(Word(word, i * each) for i, word in enumerate(words)),
    )


def largest_step(samples: NDArray[np.int16]) -> int:
    return int(np.abs(np.diff(samples.astype(np.int32))).max())


def test_the_position_advances_by_the_clock_without_any_reader(playout: Playout, clock: Clock) -> None:
    clock.now += 1.5
    assert playout.position == 36_000


def test_pieces_follow_each_other_without_a_gap(playout: Playout) -> None:
    first, second = playout.say(piece(0.5)), playout.say(piece(0.25))
    assert first[1] == second[0]
    assert playout.ends_at == second[1]


def test_joined_pieces_sound_as_if_they_were_one(playout: Playout) -> None:
    sound = tone(0.5)
    for start in range(0, sound.size, 1_000):
        playout.say(SpokenPiece("", sound[start : start + 1_000], (), ()), joined=True)
    assert np.array_equal(playout.read(0, sound.size), sound)


def test_a_piece_starts_now_when_nothing_is_queued(playout: Playout, clock: Clock) -> None:
    clock.now += 3.0
    assert playout.say(piece())[0] == 72_000


def test_a_piece_never_starts_in_what_has_been_read(playout: Playout) -> None:
    playout.read(0, 5 * FRAME)
    assert playout.say(piece())[0] == 5 * FRAME


def test_what_is_said_is_what_is_read(playout: Playout) -> None:
    said = piece(1.0)
    start, _ = playout.say(said)
    read = np.concatenate([playout.read(start + i * FRAME, FRAME) for i in range(50)])
    assert np.array_equal(read[100:-100], said.pcm[100:-100])


def test_there_is_silence_around_a_piece(playout: Playout) -> None:
    start, end = playout.say(piece(0.1))
    assert not playout.read(start - FRAME, FRAME).any()
    assert not playout.read(end, FRAME).any()


def test_several_readers_hear_the_same(playout: Playout, clock: Clock) -> None:
    start, _ = playout.say(piece(1.0))
    ahead = playout.read(start, 10 * FRAME)
    clock.now += 0.1
    assert np.array_equal(playout.read(start, 10 * FRAME), ahead)


def test_a_piece_that_begins_abruptly_does_not_click(playout: Playout) -> None:
    start, end = playout.say(SpokenPiece("x", np.full(4800, 12_000, dtype=np.int16), (), ()))
    assert largest_step(playout.read(start - 10, end - start + 20)) < 500


def test_flush_cuts_what_has_not_been_read_with_a_short_fade(playout: Playout, clock: Clock) -> None:
    start, _ = playout.say(piece(2.0))
    clock.now += 0.5
    heard = playout.read(start, 12_000)
    cut = playout.flush()
    assert cut == start + 12_000
    rest = playout.read(cut, SAMPLE_RATE)
    assert rest[:FADE_SAMPLES].any()
    assert not rest[FADE_SAMPLES:].any()
    assert largest_step(np.concatenate([heard, rest])) <= largest_step(tone(1.0)) * 1.5


def test_flush_ends_the_speaking(playout: Playout, clock: Clock) -> None:
    playout.say(piece(2.0))
    playout.say(piece(2.0))
    clock.now += 0.5
    assert playout.speaking
    playout.flush()
    clock.now += FADE_SAMPLES / SAMPLE_RATE + 0.001
    assert not playout.speaking
    assert playout.seconds_left == 0.0


def test_flush_takes_the_mouth_along(playout: Playout, clock: Clock) -> None:
    playout.say(piece(2.0))
    clock.now += 0.5
    cut = playout.flush()
    assert playout.phonemes_between(cut - FRAME, cut)
    assert not playout.phonemes_between(cut + FADE_SAMPLES, cut + SAMPLE_RATE)


def test_flush_without_anything_queued_changes_nothing(playout: Playout, clock: Clock) -> None:
    start, end = playout.say(piece(0.5))
    clock.now += 2.0
    playout.flush()
    assert heard_of(playout, (start, end)).complete
    assert playout.ends_at == end


def test_after_a_flush_speech_starts_afresh(playout: Playout, clock: Clock) -> None:
    playout.say(piece(5.0))
    clock.now += 1.0
    cut = playout.flush()
    start, _ = playout.say(piece(0.5))
    assert cut <= start <= cut + FADE_SAMPLES


def test_heard_tells_the_words_that_were_begun(playout: Playout, clock: Clock) -> None:
    span = playout.say(piece(1.0))
    clock.now += 0.6
    heard = heard_of(playout, span)
    assert heard.text == "one two three"
    assert not heard.complete
    assert heard.seconds == pytest.approx(0.6, abs=0.001)


def test_heard_stays_what_it_was_at_the_flush(playout: Playout, clock: Clock) -> None:
    first, second = playout.say(piece(1.0)), playout.say(piece(1.0))
    clock.now += 0.3
    playout.flush()
    playout.say(piece(3.0))
    clock.now += 5.0
    assert heard_of(playout, first).text == "one two"
    assert heard_of(playout, second).text == ""
    assert heard_of(playout, second).seconds == 0.0


def test_a_piece_played_to_its_end_was_heard_as_it_was_written(playout: Playout, clock: Clock) -> None:
    span = playout.say(piece(0.5, "Well, then: yes!"))
    clock.now += 0.6
    assert heard_of(playout, span).text == "Well, then: yes!"
    assert heard_of(playout, span).complete


def test_of_a_piece_forgotten_long_ago_nothing_is_told(playout: Playout, clock: Clock) -> None:
    first = playout.say(piece(0.01))
    for _ in range(HEARD_PIECES):
        playout.say(piece(0.01))
    assert playout.heard(*first) is None


def test_a_queue_without_end_is_refused(playout: Playout) -> None:
    minute = SpokenPiece("x", np.zeros(60 * SAMPLE_RATE, dtype=np.int16), (), ())
    for _ in range(int(MAX_QUEUED_S) // 60):
        playout.say(minute)
    with pytest.raises(OverflowError, match="queued"):
        playout.say(minute)


def test_an_hour_of_talking_needs_no_more_memory_than_a_minute(playout: Playout, clock: Clock) -> None:
    def talk(minutes: int) -> int:
        for _ in range(30 * minutes):
            start, _ = playout.say(piece(2.0))
            playout.read(start, 2 * SAMPLE_RATE)
            clock.now += 2.0
        return tracemalloc.get_traced_memory()[0]

    talk(18)  # fills the record of what was heard
    tracemalloc.start()
    try:
        minute, hour = talk(1), talk(20)
    finally:
        tracemalloc.stop()
    assert hour < minute + 1_000_000


@given(st.lists(st.tuples(st.sampled_from(["say", "flush", "read", "pass"]), st.integers(300, 1_100)), max_size=40))
def test_no_order_of_events_makes_a_click_or_changes_what_was_read(steps: list[tuple[str, int]]) -> None:
    clock = Clock()
    playout = Playout(clock)
    read: list[NDArray[np.int16]] = []
    at = 0
    for step, size in [*steps, ("read", 4_000)]:
        if step == "say":
            playout.say(SpokenPiece("x", np.full(size, 10_000, dtype=np.int16), (), ()))
        elif step == "flush":
            playout.flush()
        elif step == "pass":
            clock.now += size / SAMPLE_RATE
        else:
            read.append(playout.read(at, size))
            at += size
    sound = np.concatenate(read)
    assert largest_step(sound) < 700
    assert np.array_equal(playout.read(0, at), sound)


def test_what_is_said_at_a_moment_can_be_asked(clock: Clock, playout: Playout) -> None:
    first = playout.say(piece(1.0, "Well, "))
    second = playout.say(piece(1.0, "who knows?"))
    told = playout.texts_between(SAMPLE_RATE // 2, SAMPLE_RATE * 3)
    assert [(each.text, each.start, each.end) for each in told] == [("Well, ", *first), ("who knows?", *second)]
    assert [each.text for each in playout.texts_between(0, first[1])] == ["Well, "]

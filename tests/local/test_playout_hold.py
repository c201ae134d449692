"""Holding the voice for a moment, and going on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import Phoneme, SpokenPiece, Word
from navtalk_widget.local.playout import FADE_SAMPLES, MAX_QUEUED_S, Playout
from navtalk_widget.local.scheduled import EDGE_SAMPLES
from tests.local.test_playout import FRAME, Clock, heard_of, largest_step, piece, tone

WORD = SAMPLE_RATE // 4  # of `piece`, which has four of them in a second


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def playout(clock: Clock) -> Playout:
    return Playout(clock)


def test_a_hold_is_a_short_fade_into_silence(playout: Playout, clock: Clock) -> None:
    start, _ = playout.say(piece(2.0))
    clock.now += 0.5
    before = playout.read(start, SAMPLE_RATE // 2)
    playout.hold()
    rest = playout.read(start + SAMPLE_RATE // 2, SAMPLE_RATE)
    assert rest[:FADE_SAMPLES].any() and not rest[FADE_SAMPLES:].any()
    assert largest_step(np.concatenate((before, rest))) <= largest_step(tone(1.0)) * 1.5
    assert playout.held and playout.speaking


def test_a_hold_closes_the_mouth(playout: Playout, clock: Clock) -> None:
    playout.say(piece(2.0))
    clock.now += 0.5
    playout.hold()
    now = playout.position
    assert not playout.phonemes_between(now + FADE_SAMPLES, now + SAMPLE_RATE)
    clock.now += 1.0
    playout.resume()
    assert playout.phonemes_between(playout.position, playout.position + FRAME)


def test_the_word_that_was_cut_is_said_again(playout: Playout, clock: Clock) -> None:
    said = piece(1.0)
    playout.say(said)
    clock.now += 0.6
    playout.hold()
    clock.now += 1.0
    playout.resume()
    assert playout.ends_at - playout.position == 2 * WORD
    rest = playout.read(playout.position, 2 * WORD)
    assert np.array_equal(rest[EDGE_SAMPLES:-EDGE_SAMPLES], said.pcm[2 * WORD + EDGE_SAMPLES : -EDGE_SAMPLES])
    assert [each.symbol for each in playout.phonemes_between(playout.position, playout.ends_at)] == ["ɑ", "ɑ"]


def test_between_words_and_where_none_are_known_it_goes_on_where_it_was(playout: Playout, clock: Clock) -> None:
    pause = (Phoneme("ɑ", 0.0, 0.5), Phoneme("", 0.5, 1.0))
    for said in (SpokenPiece("one", tone(1.0), pause, (Word("one", 0.0),)), SpokenPiece("", tone(1.0), (), ())):
        playout.say(said)
        clock.now += 0.75
        playout.hold()
        playout.resume()
        assert playout.ends_at - playout.position == pytest.approx(WORD + FADE_SAMPLES, abs=2)
        clock.now += 1.0


def test_all_that_follows_goes_on_as_well(playout: Playout, clock: Clock) -> None:
    spans = [playout.say(piece(1.0, text)) for text in ("one two ", "three four ", "five six")]
    clock.now += 0.3
    playout.hold()
    assert playout.seconds_left == pytest.approx(3.0, abs=0.02)
    late = playout.say(piece(1.0, "seven"))
    assert playout.seconds_left == pytest.approx(4.0, abs=0.02)
    clock.now += 5.0
    assert [heard_of(playout, span).text for span in (*spans, late)] == ["one", "", "", ""]
    playout.resume()
    assert not playout.held
    told = playout.texts_between(playout.position, playout.ends_at)
    assert [each.text for each in told] == ["one two ", "three four ", "five six", "seven"]
    clock.now += 1.6
    assert [heard_of(playout, span).text for span in spans] == ["one two ", "three four", ""]
    clock.now += 3.0
    assert all(heard_of(playout, span).complete for span in (*spans, late))


def test_what_was_heard_before_the_hold_stays_heard(playout: Playout, clock: Clock) -> None:
    span = playout.say(piece(1.0))
    clock.now += 0.6
    playout.hold()
    clock.now += 2.0
    assert heard_of(playout, span).seconds == pytest.approx(0.6, abs=0.001)
    playout.resume()
    assert heard_of(playout, span).text == "one two three"
    clock.now += 0.3
    assert heard_of(playout, span).seconds == pytest.approx(0.8, abs=0.001)


def test_a_second_hold_while_held_changes_nothing(playout: Playout, clock: Clock) -> None:
    span = playout.say(piece(1.0))
    clock.now += 0.3
    playout.hold()
    clock.now += 1.0
    playout.hold()
    assert playout.seconds_left == pytest.approx(0.75, abs=0.02)
    assert heard_of(playout, span).text == "one two"


def test_nothing_to_hold_still_keeps_back_what_is_said(playout: Playout, clock: Clock) -> None:
    playout.hold()
    assert playout.held and not playout.speaking
    playout.say(piece(0.5))
    clock.now += 1.0
    assert not playout.read(playout.position - FRAME, FRAME).any()
    playout.resume()
    start = playout.position + FRAME
    assert playout.read(start, FRAME).any()
    playout.resume()
    assert playout.ends_at - playout.position <= SAMPLE_RATE // 2


def test_a_flush_drops_what_is_held(playout: Playout, clock: Clock) -> None:
    span = playout.say(piece(1.0))
    clock.now += 0.3
    playout.hold()
    waiting = playout.say(piece(1.0))
    clock.now += 1.0
    playout.flush()
    assert not playout.held and not playout.speaking
    playout.resume()
    assert not playout.speaking
    assert (heard_of(playout, span).text, heard_of(playout, waiting).text) == ("one two", "")


def test_a_hold_is_no_way_around_the_bound_of_the_queue(playout: Playout) -> None:
    playout.hold()
    minute = SpokenPiece("x", np.zeros(60 * SAMPLE_RATE, dtype=np.int16), (), ())
    for _ in range(int(MAX_QUEUED_S) // 60):
        playout.say(minute)
    with pytest.raises(OverflowError, match="queued"):
        playout.say(minute)


STEPS = st.lists(
    st.tuples(st.sampled_from(["say", "flush", "read", "pass", "hold", "resume"]), st.integers(300, 1_100)), max_size=28
)
WORD_SAMPLES = 100


@given(STEPS)
def test_no_order_of_holds_makes_a_click_or_changes_what_was_read(steps: list[tuple[str, int]]) -> None:
    clock = Clock()
    playout = Playout(clock)
    read: list[NDArray[np.int16]] = []
    at = 0
    for step, size in [*steps, ("resume", 0), ("read", 4_000)]:
        if step == "say":
            words = tuple(Word("x", start / SAMPLE_RATE) for start in range(0, size, WORD_SAMPLES))
            playout.say(SpokenPiece("x", np.full(size, 10_000, dtype=np.int16), (), words))
        elif step == "pass":
            clock.now += size / SAMPLE_RATE
        elif step == "read":
            read.append(playout.read(at, size))
            at += size
        else:
            getattr(playout, step)()
    sound = np.concatenate(read)
    assert largest_step(sound) < 700
    assert np.array_equal(playout.read(0, at), sound)


@given(STEPS)
@example([("say", 300), ("hold", 300), ("resume", 300), ("hold", 300), ("read", 300)])
def test_no_order_of_holds_loses_a_sample_or_repeats_more_than_a_word(steps: list[tuple[str, int]]) -> None:
    """Each sample has a value of its own, so that it is known again."""
    clock = Clock()
    playout = Playout(clock)
    said, spans = 0, []
    doubtful: list[tuple[int, int]] = []  # positions where ramps hide the values
    for step, size in [*(each for each in steps if each[0] != "flush"), ("resume", 0)]:
        now = max(playout.position, playout._read_until)
        if step == "say":
            words = tuple(Word("x", start / SAMPLE_RATE) for start in range(0, size, WORD_SAMPLES))
            pcm = np.arange(1 + said, 1 + said + size)
            spans.append(playout.say(SpokenPiece("x", pcm.astype(np.int16), (), words), joined=True))
            said += size
        elif step == "pass":
            clock.now += size / SAMPLE_RATE
        elif step == "read":
            playout.read(now, size)
        elif step == "hold":
            doubtful.append((now, now + FADE_SAMPLES))
            playout.hold()
        else:
            at = max(now, playout.ends_at)
            doubtful.append((at, at + EDGE_SAMPLES))
            playout.resume()
    clock.now += playout.seconds_left + 0.001
    sound = playout.sound_between(0, playout.ends_at + 1)
    hidden = np.zeros(sound.size, dtype=bool)
    for first, last in doubtful:
        hidden[first:last] = True
    clear = sound[(sound != 0) & ~hidden].astype(np.int32)
    steps_back = -np.diff(clear)[np.diff(clear) < 0]
    assert (steps_back < WORD_SAMPLES).all()
    gaps = np.diff(clear)[np.diff(clear) > 1]
    assert (gaps <= FADE_SAMPLES + EDGE_SAMPLES).all()
    assert all(heard_of(playout, span).complete for span in spans)
    total = int((sound != 0).sum())
    assert total >= said - len(doubtful), "zeros at the very ends of ramps"

"""The offset of a clock that strays, over ways whose two directions take what they like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from navtalk_widget.gateway.clock_offset import DRIFT, RESOLUTION, ClockOffset

EPOCH = 1_760_000_000.0
seconds = st.floats(0, 5)
exchanges = st.lists(st.tuples(seconds, seconds, seconds, st.floats(0, 0.1)), min_size=1, max_size=80)
"""Of each: the pause before it, the way there, the way back, and how long the other side takes."""


class OtherClock:
    """Shows what it is at a time of ours."""

    def __init__(self, ahead: float, drift: float = 0.0) -> None:
        self.ahead = ahead
        self.drift = drift

    def at(self, now: float) -> float:
        return now + self.ahead_at(now)

    def ahead_at(self, now: float) -> float:
        return self.ahead + self.drift * (now - EPOCH)


def ask(offset: ClockOffset, clock: OtherClock, now: float, there: float, back: float, takes: float = 0.0) -> float:
    """One question; returns when its answer is back."""
    received, answered = now + there, now + there + takes
    offset.note(now, clock.at(received), clock.at(answered), answered + back)
    return answered + back


@given(ahead=st.floats(-1e5, 1e5), drift=st.floats(-DRIFT, DRIFT), exchanges=exchanges, later=st.floats(0, 600))
def test_the_error_is_never_larger_than_half_the_round_trip_and_what_clocks_stray_meanwhile(
    ahead: float, drift: float, exchanges: list[tuple[float, float, float, float]], later: float
) -> None:
    clock, offset, now = OtherClock(ahead, drift), ClockOffset(), EPOCH
    for pause, there, back, takes in exchanges:
        now = ask(offset, clock, now + pause, there, back, takes)
        error = offset.error(now)
        assert offset.ahead is not None
        assert error is not None
        alone = (there + back) / 2 + RESOLUTION + 2 * DRIFT * (there + takes + back)
        assert error <= alone + 1e-6  # no worse than the last answer by itself
        assert abs(offset.ahead - clock.ahead_at(now)) <= error + 1e-6
    stale = offset.error(now + later)
    assert stale is not None
    assert offset.ahead is not None
    assert abs(offset.ahead - clock.ahead_at(now + later)) <= stale + 1e-6


@given(ahead=st.floats(-1e5, 1e5), exchanges=exchanges)
def test_ways_that_take_the_same_in_both_directions_cost_nothing(
    ahead: float, exchanges: list[tuple[float, float, float, float]]
) -> None:
    clock, offset, now = OtherClock(ahead), ClockOffset(), EPOCH
    for pause, there, _, takes in exchanges:
        now = ask(offset, clock, now + pause, there, there, takes)
    assert offset.ahead == pytest.approx(ahead, abs=1e-5)
    assert offset.by_ours(clock.at(now)) == pytest.approx(now, abs=1e-5)


def test_one_quick_answer_outweighs_many_slow_ones_while_it_is_fresh() -> None:
    clock, offset, now = OtherClock(3.0), ClockOffset(), EPOCH
    now = ask(offset, clock, now, 0.001, 0.001)
    for _ in range(5):
        now = ask(offset, clock, now + 2, 0.4, 0.1)
    assert offset.ahead == pytest.approx(3.0, abs=1e-5)
    assert offset.round_trip == pytest.approx(0.5, abs=1e-5)
    for _ in range(40):
        now = ask(offset, clock, now + 60, 0.015, 0.005)
    assert offset.ahead == pytest.approx(3.005, abs=1e-5)


@pytest.mark.parametrize("step", [-3600.0, -0.5, 0.5, 3600.0])
def test_a_clock_that_is_set_is_noticed_with_the_next_answer(step: float) -> None:
    clock, offset, now = OtherClock(0.0), ClockOffset(), EPOCH
    for _ in range(10):
        now = ask(offset, clock, now + 2, 0.01, 0.01)
    clock.ahead += step
    now = ask(offset, clock, now + 2, 0.02, 0.02)
    assert offset.ahead == pytest.approx(step, abs=1e-5)


def test_a_clock_that_is_set_while_it_is_asked_tells_nothing() -> None:
    offset = ClockOffset()
    offset.note(EPOCH, EPOCH, EPOCH + 100, EPOCH + 0.01)
    offset.note(EPOCH, EPOCH, EPOCH - 100, EPOCH + 0.01)
    assert (offset.ahead, offset.round_trip, offset.error(EPOCH), offset.by_ours(EPOCH)) == (None, None, None, None)

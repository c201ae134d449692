"""Where blocks of the microphone are placed, on clocks that tests make up."""

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.recording.microphone_line import LONGEST_WAY_S, MicrophoneLine

BLOCK_S = 0.02
SPEECH = np.full(480, 5_000, dtype=np.int16)
SILENCE = np.zeros(480, dtype=np.int16)


def placed(
    line: MicrophoneLine,
    seconds: float,
    *,
    begin: float = 100.0,
    ppm: float = 0.0,
    jitter: float = 0.0,
    block: NDArray[np.int16] = SPEECH,
) -> list[float]:
    """Let blocks come for a while. Returns how much later than captured each was placed, in seconds."""
    uneven = np.random.default_rng(3)
    errors = []
    for number in range(1, round(seconds / BLOCK_S) + 1):
        captured = begin + number * BLOCK_S * (1 + ppm / 1e6)
        arrived = captured + 0.001 + (uneven.exponential(jitter) if jitter else 0.0)
        start = line.place(block, arrived, arrived - captured + uneven.normal(0, 0.002))
        errors.append((start + block.size) / SAMPLE_RATE - captured)
    return errors


def test_blocks_are_placed_by_when_they_were_captured() -> None:
    errors = placed(MicrophoneLine(), 30, jitter=0.02)
    assert max(map(abs, errors)) < 0.012


def test_blocks_that_were_held_up_on_their_way_are_placed_where_they_belong() -> None:
    line = MicrophoneLine()
    placed(line, 2)
    # A cell keeps the kernel busy for three seconds: the blocks come all at once, at their end.
    starts = [line.place(SPEECH, 105.0, 3.0 - (number + 1) * BLOCK_S) for number in range(150)]
    assert starts[0] / SAMPLE_RATE == pytest.approx(102.0, abs=0.012)
    assert np.diff(starts).tolist() == [480] * 149


def test_a_pause_is_a_gap_of_its_length() -> None:
    line = MicrophoneLine()
    placed(line, 2)
    start = line.place(SPEECH, 106.001, 0.001)
    assert start / SAMPLE_RATE == pytest.approx(105.98, abs=0.012)


@pytest.mark.parametrize("block", [SPEECH, SILENCE], ids=["speech", "silence"])
@pytest.mark.parametrize("ppm", [-200.0, 200.0])
def test_a_microphone_whose_clock_is_fast_or_slow_stays_in_place_for_half_an_hour(
    ppm: float, block: NDArray[np.int16]
) -> None:
    """The device gives its 480 samples in a little more or less than 20 ms."""
    errors = placed(MicrophoneLine(), 1_800, ppm=ppm, block=block)
    assert max(map(abs, errors)) < 0.012


def test_sound_without_stamps_is_placed_by_its_arrival_and_not_torn_by_late_blocks() -> None:
    line = MicrophoneLine()
    starts = [line.place(SPEECH, 50 + number * BLOCK_S + (0.15 if number == 40 else 0)) for number in range(100)]
    assert np.diff(starts).tolist() == [480] * 99
    assert starts[0] / SAMPLE_RATE == pytest.approx(50 - BLOCK_S)
    after_a_pause = line.place(SPEECH, 60.0)
    assert after_a_pause / SAMPLE_RATE == pytest.approx(60 - BLOCK_S)


def test_sound_that_is_sent_faster_than_it_sounds_is_placed_one_block_after_the_other() -> None:
    line = MicrophoneLine()
    starts = [line.place(SPEECH, 50.0) for _ in range(100)]
    assert np.diff(starts).tolist() == [480] * 99


def test_after_a_beginning_on_a_busy_machine_blocks_come_to_where_they_belong() -> None:
    line = MicrophoneLine()
    starts = []
    for number in range(1, 50):  # all come 0.3 s late, and how late is not known yet; somebody speaks, then is silent
        starts.append(line.place(SPEECH if number < 25 else SILENCE, 10 + number * BLOCK_S + 0.3))
    assert np.diff(starts).tolist() == [480] * 48
    for number in range(50, 60):
        start = line.place(SPEECH, 10 + number * BLOCK_S + 0.3, 0.3)
    assert start / SAMPLE_RATE == pytest.approx(10 + 58 * BLOCK_S, abs=0.006)


def test_speech_that_was_placed_too_late_is_not_torn() -> None:
    line = MicrophoneLine()
    starts = [line.place(SPEECH, 10.3 + number * BLOCK_S, None if number < 25 else 0.3) for number in range(100)]
    assert np.diff(starts).tolist() == [480] * 99


def test_blocks_that_come_all_at_once_at_the_beginning_do_not_cover_each_other() -> None:
    line = MicrophoneLine()
    starts = [line.place(SPEECH, 10.1, 0.1 - number * BLOCK_S) for number in range(1, 6)]
    assert np.diff(starts).tolist() == [480] * 4
    assert starts[0] / SAMPLE_RATE == pytest.approx(10.0)


@pytest.mark.parametrize("ago", [LONGEST_WAY_S + 1, 1.7e9, -1.0, -1.7e9])
def test_what_another_clock_has_stamped_is_placed_by_its_arrival(ago: float) -> None:
    line = MicrophoneLine()
    starts = [line.place(SPEECH, 50 + number * BLOCK_S, ago) for number in range(100)]
    assert starts[0] / SAMPLE_RATE == pytest.approx(50 - BLOCK_S)
    assert np.diff(starts).tolist() == [480] * 99


@pytest.mark.parametrize("block", [SPEECH, SILENCE], ids=["speech", "silence"])
@pytest.mark.parametrize("ahead", [-20.0, 5.0, 3_600.0])
def test_a_clock_that_was_set_leaves_no_trace_once_it_is_compared_again(ahead: float, block: NDArray[np.int16]) -> None:
    line = MicrophoneLine()
    placed(line, 2)
    for number in range(1, 100):
        line.place(block, 102 + number * BLOCK_S, ahead)
    errors = placed(line, 2, begin=102 + 99 * BLOCK_S, block=block)
    assert max(map(abs, errors)) < 0.012

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.recording.avatar_line import MOST_AHEAD, AvatarLine

SECOND = SAMPLE_RATE


def sound(seconds: float, value: int = 1) -> NDArray[np.int16]:
    return np.full(round(seconds * SAMPLE_RATE), value, dtype=np.int16)


def heard(line: AvatarLine, now: int) -> list[tuple[int, int]]:
    """Places and lengths."""
    return [(start, samples.size) for start, samples in line.take(now)]


def test_the_voice_is_kept_until_it_is_heard() -> None:
    line = AvatarLine()
    line.add(sound(2), 10 * SECOND, "r")
    assert heard(line, 10 * SECOND) == []
    assert heard(line, 11 * SECOND) == [(10 * SECOND, SECOND)]
    assert heard(line, 20 * SECOND) == [(11 * SECOND, SECOND)]
    assert heard(line, 30 * SECOND) == []


def test_it_is_heard_as_much_later_as_the_page_says_and_stays_in_one_piece() -> None:
    line = AvatarLine()
    line.note_delay(0.25)
    line.add(sound(1), 10 * SECOND, "r")
    line.note_delay(0.5)
    line.add(sound(1), 11 * SECOND, "r")
    assert heard(line, 20 * SECOND) == [(10 * SECOND + 6_000, SECOND), (11 * SECOND + 6_000, SECOND)]
    line.add(sound(1), 30 * SECOND, "s")
    assert heard(line, 40 * SECOND) == [(30 * SECOND + 12_000, SECOND)]


def test_of_a_voice_that_is_cut_only_what_was_heard_is_left() -> None:
    line = AvatarLine()
    line.add(sound(3), 10 * SECOND, "r")
    line.add(sound(3), 13 * SECOND, "next")
    line.take(11 * SECOND)
    line.cut(11 * SECOND)
    assert heard(line, 30 * SECOND) == []
    span = line.span("r")
    assert span is not None
    assert (span.start, span.end) == (10 * SECOND, 11 * SECOND)
    assert line.span("next") is None, "nothing of it was heard"


def test_while_nothing_is_audible_nothing_is_kept() -> None:
    line = AvatarLine()
    line.add(sound(3), 10 * SECOND, "r")
    line.note_delay(None)
    assert heard(line, 11 * SECOND) == []
    line.note_delay(0.0)
    assert heard(line, 20 * SECOND) == [(11 * SECOND, 2 * SECOND)]


def test_an_answer_knows_its_place_before_it_is_heard() -> None:
    line = AvatarLine()
    line.note_delay(0.1)
    for number in range(3):
        line.add(sound(1), (10 + number) * SECOND, "r")
    span = line.span("r")
    assert span is not None
    assert (span.start, span.end) == (10 * SECOND + 2_400, 13 * SECOND + 2_400)


def test_answers_of_a_service_without_names_are_told_apart_by_their_beginning() -> None:
    line = AvatarLine()
    line.add(sound(1), 10 * SECOND, "")
    line.begin("")
    line.add(sound(1), 20 * SECOND, "")
    span = line.span("")
    assert span is not None
    assert span.start == 20 * SECOND


def test_a_name_that_is_used_again_is_another_answers() -> None:
    line = AvatarLine()
    line.add(sound(1), 10 * SECOND, "r")
    line.begin("r")
    line.add(sound(1), 11 * SECOND, "r")
    span = line.span("r")
    assert span is not None
    assert (span.start, span.end) == (10 * SECOND, 12 * SECOND), "it was said twice that it begins"
    line.take(15 * SECOND)
    line.begin("r")
    line.add(sound(1), 20 * SECOND, "r")
    span = line.span("r")
    assert span is not None
    assert (span.start, span.end) == (20 * SECOND, 21 * SECOND)


def test_a_voice_without_end_does_not_fill_the_memory() -> None:
    line = AvatarLine()
    for number in range(70):
        line.add(sound(10), number * 10 * SECOND, "r")
    assert line.lost == 10 * 10 * SECOND
    assert sum(samples.size for _, samples in line.take(10**12)) == MOST_AHEAD

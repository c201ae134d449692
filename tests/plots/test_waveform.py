"""The sound of a conversation, with its words."""

from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.axes import Axes

from navtalk_widget.errors import ConfigurationError, RecordingError
from navtalk_widget.plots import waveform
from navtalk_widget.plots.waveform import HALF, MIDDLES, ROW
from navtalk_widget.transcript import Transcript
from tests.plots.artists import lay_out, outline, spans, words
from tests.support.talks import museum, recorded, turn

SHORT = museum()[1:3]
"""A question from 0.5 s to 3.4 s of its recording, and the answer from 4.4 s to 10 s."""


def loud(ax: Axes, side: str, row: int = 0) -> tuple[float, float]:
    """From when to when one side is heard in a row."""
    shapes = [each for each in ax.collections if each.get_gid() == f"{side} sound"]
    points = outline(shapes[row])
    middle = ROW * row + MIDDLES[side]
    heard = points[abs(points[:, 1] - middle) > HALF / 2]
    return float(heard[:, 0].min()), float(heard[:, 0].max())


def test_each_side_is_loud_where_it_talked(tmp_path: Path) -> None:
    ax = waveform(recorded(SHORT, tmp_path / "talk.wav"))
    assert loud(ax, "user") == pytest.approx((0.5, 3.4), abs=0.03)
    assert loud(ax, "avatar") == pytest.approx((4.4, 10.0), abs=0.03)
    assert ax.get_xlim()[1] == pytest.approx(10.5, abs=0.01)


def test_a_quiet_side_is_as_high_as_a_loud_one(tmp_path: Path) -> None:
    ax = waveform(recorded(SHORT, tmp_path / "talk.wav"))
    for side, middle in MIDDLES.items():
        (shape,) = [each for each in ax.collections if each.get_gid() == f"{side} sound"]
        heights = abs(outline(shape)[:, 1] - middle)
        assert heights.max() == pytest.approx(HALF, rel=0.01)


def test_the_words_stand_below_the_sound_of_their_turns(tmp_path: Path) -> None:
    ax = waveform(recorded(SHORT, tmp_path / "talk.wav"))
    assert spans(ax, "user turns") == [pytest.approx((0.5, 3.4))]
    assert spans(ax, "avatar turns") == [pytest.approx((4.4, 10.0))]
    assert words(ax) == [SHORT[0].text, SHORT[1].text]
    (question, answer) = ax.texts
    assert question.get_position() == pytest.approx((0.5, MIDDLES["user"] + HALF), abs=0.05)
    assert answer.get_position() == pytest.approx((4.4, MIDDLES["avatar"] + HALF), abs=0.05)


def test_words_do_not_run_into_those_of_the_same_sides_next_turn(tmp_path: Path) -> None:
    ax = waveform(recorded(museum(), tmp_path / "talk.wav"))
    lay_out(ax)
    boxes = [text.get_window_extent() for text in ax.texts]
    assert len(boxes) == 11
    assert not any(one.overlaps(other) for one in boxes for other in boxes if one is not other)


def test_an_answer_that_was_cut_short_shows_what_was_heard_and_breaks_off(tmp_path: Path) -> None:
    ax = waveform(recorded(museum()[3:5], tmp_path / "talk.wav"))
    assert words(ax)[1].endswith("Winged Victory, —")


def test_a_long_recording_goes_on_in_further_rows(tmp_path: Path) -> None:
    long = Transcript([turn(0, "user", 0, 10, "a"), turn(1, "avatar", 70, 40, "b")])
    ax = waveform(recorded(long, tmp_path / "talk.wav", before=0))
    assert ax.get_xlim() == (0, 40)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["0:00", "0:40", "1:20"]
    assert spans(ax, "avatar turns") == [pytest.approx((30, 40)), pytest.approx((0, 30))]
    assert loud(ax, "avatar", 1) == pytest.approx((30, 40), abs=0.1)
    assert loud(ax, "avatar", 2) == pytest.approx((0, 30), abs=0.1)


def test_each_recording_begins_a_row(tmp_path: Path) -> None:
    first = recorded(SHORT, tmp_path / "first.wav")
    later = Transcript([turn(0, "user", 500, 4, "Later.", conversation="conv_2")])
    ax = waveform([*first, *recorded(later, tmp_path / "later.wav")])
    assert loud(ax, "user", 0) == pytest.approx((0.5, 3.4), abs=0.03)
    assert [each.get_text() for each in ax.texts][-1] == "Later."
    assert ax.texts[-1].get_position()[1] > ROW


def test_turns_that_were_not_recorded_are_told_in_words() -> None:
    with pytest.raises(ConfigurationError, match=r"None of these turns was recorded.*start_recording"):
        waveform(SHORT)


def test_a_recording_that_is_gone_is_told_in_words(tmp_path: Path) -> None:
    talk = recorded(SHORT, tmp_path / "talk.wav")
    (tmp_path / "talk.wav").unlink()
    with pytest.raises(RecordingError, match=r"talk\.wav is not there"):
        waveform(talk)


def test_turns_that_were_typed_are_left_out(tmp_path: Path) -> None:
    talk = recorded(SHORT, tmp_path / "talk.wav")
    typed = replace(turn(7, "user", 3, 0, "typed"), source="text")
    assert "typed" not in words(waveform([*talk, typed]))

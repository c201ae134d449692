"""Who talked when, as bars."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot
from matplotlib.colors import to_hex

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.plots import timeline
from navtalk_widget.transcript import Transcript
from navtalk_widget.transcript.report.colours import AVATAR, PERSON
from tests.plots.artists import key, lay_out, points, rows, spans, words
from tests.support.talks import long_talk, museum, turn, use

SHORT = museum()[1:5]
"""Two questions and their answers, the second cut short; they begin at 5.8 s."""


def test_each_turn_is_a_bar_from_its_beginning_to_its_end() -> None:
    ax = timeline(SHORT)
    assert spans(ax, "user turns") == [pytest.approx((0, 2.9)), pytest.approx((11.1, 13.3))]
    assert spans(ax, "avatar turns") == [pytest.approx((3.9, 9.5)), pytest.approx((13.8, 25.2))]
    assert ax.get_xlim() == pytest.approx((0, 25.2))


def test_the_sides_have_their_colours_and_the_person_is_above() -> None:
    ax = timeline(SHORT)
    turns = [each for each in ax.collections if each.get_gid() in ("user turns", "avatar turns")]
    colours = {each.get_gid(): to_hex(np.asarray(each.get_facecolor())[0]) for each in turns}
    assert colours == {"user turns": PERSON, "avatar turns": AVATAR}
    assert rows(ax, "user turns")[0] < rows(ax, "avatar turns")[0]
    assert ax.yaxis_inverted()


def test_a_turn_that_was_cut_short_ends_hatched() -> None:
    ax = timeline(SHORT)
    (cut,) = spans(ax, "interrupted")
    assert cut[1] == pytest.approx(25.2)
    assert 13.8 < cut[0] < 25.2
    assert [each.get_hatch() for each in ax.collections if each.get_gid() == "interrupted"] == ["//////"]
    assert "interrupted" in key(ax)


def test_tools_are_marked_when_they_were_called_with_their_names() -> None:
    ax = timeline(museum()[1:9])
    assert points(ax, "tools") == pytest.approx([9.3 - 5.8, 46.3 - 5.8 - 25])
    assert points(ax, "tools that failed") == pytest.approx([46.2 - 5.8 - 25])
    assert {"opening_hours", "visitor_count"} <= set(words(ax))
    assert {"tool", "tool failed"} <= set(key(ax))


def test_the_names_of_tools_called_at_once_do_not_cover_each_other() -> None:
    calls = [use(name, 1.0 + n / 50, 0.1) for n, name in enumerate(("first_tool", "second_tool", "third_tool"))]
    ax = timeline([turn(0, "avatar", 1, 20, "Well.", tools=calls)])
    lay_out(ax)
    named = [text.get_window_extent() for text in ax.texts if text.get_text().endswith("_tool")]
    assert len(named) == 2, "there are two lines for names"
    assert not named[0].overlaps(named[1])
    assert len(points(ax, "tools")) == 3


def test_the_key_explains_only_what_is_there() -> None:
    assert key(timeline(museum()[9:])) == ["person", "avatar"]


def test_words_stand_in_bars_that_have_room_for_them_and_stay_within() -> None:
    ax = timeline(museum())
    lay_out(ax)
    shown = [text for text in ax.texts if text.get_text().startswith("On Sundays")]
    assert len(shown) == 1
    inside = shown[0].get_window_extent().transformed(ax.transData.inverted())
    assert 9.1 - 0.1 <= inside.x0 < inside.x1 <= 14.7 + 0.1


def test_of_an_answer_that_was_cut_short_the_words_are_shown_that_were_heard() -> None:
    answer = turn(0, "avatar", 0, 9, "One two three four.", heard="One two", interrupted=True)
    assert words(timeline([answer])) == ["One two"]


def test_what_was_typed_is_a_mark_for_it_took_no_time_to_say() -> None:
    typed = replace(turn(0, "user", 1, 0, "When?"), source="text")
    ax = timeline([typed, turn(1, "avatar", 2, 3, "At nine.")])
    assert points(ax, "user typed") == [0]
    assert spans(ax, "user turns") == []
    assert "typed" in key(ax)


def test_a_turn_that_goes_on_reaches_to_what_is_known_last() -> None:
    ax = timeline([turn(0, "user", 0, None, "Well, you see"), turn(1, "avatar", 4, 2, "I see.")])
    assert spans(ax, "user turns") == [(0, 6)]


def test_a_turn_that_has_only_begun_can_be_seen() -> None:
    ax = timeline([turn(0, "user", 0, 10, "Well, you see"), turn(1, "avatar", 10, None, "I")])
    ((begins, ends),) = spans(ax, "avatar turns")
    assert begins == 10
    assert 10 < ends < 10.2
    assert "typed" not in key(ax)


def test_a_long_conversation_goes_on_in_further_rows() -> None:
    talk = long_talk(500)
    ax = timeline(talk)
    assert 4 <= len(rows(ax, "user turns")) <= 8
    assert [tick.get_text() for tick in ax.get_yticklabels()][:3] == ["0:00", "6:00", "12:00"]
    drawn = sum(end - begin for name in ("user turns", "avatar turns") for begin, end in spans(ax, name))
    assert drawn == pytest.approx(sum(each.duration_s or 0 for each in talk), rel=0.01)
    assert max(end for _, end in spans(ax, "avatar turns")) <= ax.get_xlim()[1] + 0.004 * ax.get_xlim()[1]


def test_a_turn_over_the_end_of_a_row_goes_on_in_the_next() -> None:
    ax = timeline([turn(0, "user", 0, 1, "a"), turn(1, "avatar", 40, 20, "b")])
    assert ax.get_xlim() == (0, 30)
    assert spans(ax, "avatar turns") == [(10, 30)]
    ax = timeline([turn(0, "user", 0, 1, "a"), turn(1, "avatar", 20, 40, "b")])
    assert spans(ax, "avatar turns") == [(20, 30), (0, 30)]


def test_each_conversation_begins_a_row() -> None:
    first = [turn(0, "user", 0, 2, "a"), turn(1, "avatar", 3, 4, "b")]
    second = [turn(0, "user", 90_000, 2, "c", conversation="conv_2")]
    ax = timeline([*first, *second])
    assert spans(ax, "user turns") == [(0, 2), (0, 2)]
    assert len(rows(ax, "user turns")) == 2


def test_a_table_is_as_good_as_the_transcript() -> None:
    names = ("user turns", "avatar turns", "interrupted")
    of_table, of_turns = timeline(SHORT.to_pandas()), timeline(SHORT)
    assert [spans(of_table, name) for name in names] == [spans(of_turns, name) for name in names]
    assert words(of_table) == words(of_turns)
    assert words(of_table)[0].startswith("When does")


def test_a_table_that_was_kept_as_parquet_is_as_good(tmp_path: Path) -> None:
    talk, path = museum()[1:9], tmp_path / "talk.parquet"
    talk.to_parquet(path)
    assert points(timeline(pd.read_parquet(path)), "tools") == points(timeline(talk), "tools")
    talk.to_pandas().to_parquet(path)
    assert words(timeline(pd.read_parquet(path))) == words(timeline(talk.to_pandas()))


def test_it_can_be_drawn_into_axes_of_ones_own() -> None:
    _, (above, below) = pyplot.subplots(2)
    assert timeline(SHORT, ax=below) is below
    assert not above.collections
    assert len(pyplot.get_fignums()) == 1


def test_marks_of_texts_are_not_taken_for_formulas() -> None:
    ax = timeline([turn(0, "user", 0, 30, "It costs $5 and not $6_0^2")])
    lay_out(ax)
    assert words(ax) == ["It costs $5 and not $6_0^2"]


@pytest.mark.parametrize("nothing", [Transcript.empty(), Transcript.empty().to_pandas()], ids=["turns", "table"])
def test_where_nothing_was_said_this_is_told_in_words(nothing: Transcript) -> None:
    with pytest.raises(ConfigurationError, match="nothing to draw"):
        timeline(nothing)


def test_a_table_of_something_else_is_told_in_words() -> None:
    with pytest.raises(ConfigurationError, match=r"Row 0 of the table is no turn.*to_pandas"):
        timeline(pd.DataFrame({"a": [1]}))

"""Who talked how much, as one bar."""

from dataclasses import replace

import pytest

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.plots import talk_share
from tests.plots.artists import lay_out, words
from tests.support.talks import museum, turn


def test_the_bar_is_shared_as_the_time_was() -> None:
    ax = talk_share(museum())
    boxes = {patch.get_gid(): patch.get_bbox() for patch in ax.patches}  # type: ignore[attr-defined]
    share = 100 * 12.9 / 50.8
    assert (boxes["user"].x0, boxes["user"].x1) == pytest.approx((0, share))
    assert (boxes["avatar"].x0, boxes["avatar"].x1) == pytest.approx((share, 100))
    assert ax.get_xlim() == (0, 100)
    assert words(ax) == [
        "person  25 %",
        "13 s  ·  5 turns  ·  167 words/min",
        "avatar  75 %",
        "38 s  ·  6 turns  ·  142 words/min",
    ]


def test_a_person_who_says_next_to_nothing_has_their_words_beside_the_avatars() -> None:
    ax = talk_share([turn(0, "user", 0, 0.2, "Go."), turn(1, "avatar", 1, 600, "Once upon a time")])
    lay_out(ax)
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not any(one.overlaps(other) for one in boxes for other in boxes if one is not other)


def test_a_table_is_as_good_as_the_transcript() -> None:
    assert words(talk_share(museum().to_pandas())) == words(talk_share(museum()))


def test_where_all_was_typed_this_is_told_in_words() -> None:
    with pytest.raises(ConfigurationError, match="Nobody has spoken"):
        talk_share([replace(turn(0, "user", 0, 1, "Hello"), source="text")])

"""Where the time of answers goes, as bars."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.plots import latency
from navtalk_widget.transcript import Latency
from tests.plots.artists import lay_out, points, words
from tests.support.talks import long_talk, museum, turn


def bar(ax: Axes, name: str) -> tuple[float, float]:
    (found,) = [patch.get_bbox() for patch in ax.patches if patch.get_gid() == name]  # type: ignore[attr-defined]
    return float(found.x0), float(found.x1)


def line(ax: Axes, name: str) -> list[float]:
    (found,) = [each.get_xdata() for each in ax.lines if each.get_gid() == name]
    return [float(at) for at in np.asarray(found)]


def test_each_stage_is_a_bar_to_its_median_and_a_line_to_its_p95() -> None:
    ax = latency(museum())
    assert bar(ax, "heard_ms median") == (0, 512)
    assert line(ax, "heard_ms p95") == pytest.approx([512, 1744.8])
    assert [tick.get_text() for tick in ax.get_yticklabels()] == [
        "words recognised",
        "first words of the answer",
        "first sound arrives",
        "voice is heard",
        "mouth moves",
    ]
    assert any("512 ms" in text and "1,745 ms" in text for text in words(ax))


def test_the_strong_part_of_a_bar_is_what_the_stage_adds() -> None:
    ax = latency(museum())
    assert bar(ax, "recognized_ms step") == (0, 214)
    assert bar(ax, "words_ms step") == (214, 388)
    assert bar(ax, "audio_ms step") == (388, 471)


def test_a_stage_that_is_over_before_the_one_above_is_drawn_from_the_beginning() -> None:
    late = Latency(recognized_ms=900, words_ms=300, audio_ms=1000)
    ax = latency([turn(0, "avatar", 0, 1, "Yes.", latency=late)])
    assert bar(ax, "words_ms step") == (0, 300)
    assert bar(ax, "audio_ms step") == (900, 1000)


def test_each_answer_is_a_dot() -> None:
    assert sorted(points(latency(museum()), "recognized_ms answers")) == [188, 205, 214, 231, 260]
    assert len(points(latency(long_talk(500)), "heard_ms answers")) == 250


def test_the_gap_between_people_is_shown_with_its_source() -> None:
    ax = latency(museum())
    assert any("200 ms" in text and "Stivers et al. 2009" in text for text in words(ax))
    assert 200 in [each.get_xdata()[0] for each in ax.lines]  # type: ignore[index]


def test_a_table_is_as_good_as_the_transcript() -> None:
    assert bar(latency(museum().to_pandas()), "mouth_ms median") == bar(latency(museum()), "mouth_ms median")


def test_nothing_runs_out_of_the_picture() -> None:
    for talk in (museum(), museum()[1:3], long_talk(500)):
        ax = latency(talk)
        right = lay_out(ax)
        assert all(text.get_window_extent().x1 <= right for text in ax.texts)


def test_turns_without_latency_are_told_in_words() -> None:
    with pytest.raises(ConfigurationError, match="how long it took"):
        latency([turn(0, "user", 0, 1, "Hello")])

"""What plots are drawn on: letters that can be drawn, and matplotlib if it is there."""

import subprocess
import sys
import warnings

import matplotlib as mpl
import pytest

from navtalk_widget.plots import latency, talk_share, timeline
from navtalk_widget.plots.canvas import drawable, drawing
from tests.plots.artists import lay_out
from tests.support.talks import museum, turn


def test_what_no_font_can_draw_is_left_out_and_not_drawn_as_boxes() -> None:
    with drawing():
        assert drawable("plain") == "plain"
        assert drawable("naïve – “quoted”") == "naïve – “quoted”"
        assert drawable("a \U000f0000\U000f0001 b") == "a … b"


def test_all_scripts_are_drawn_without_a_complaint() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax = timeline([turn(0, "user", 0, 60, "Hello 不客气 こんにちは 안녕 😀👩‍🚀 \U000f0000 שלום")])
        ax.figure.canvas.draw()


def test_what_a_notebooks_backend_sets_up_with_its_first_figure_stays() -> None:
    families = mpl.rcParams["font.family"]
    with drawing():
        mpl.interactive(True)  # without it, later plots of the notebook would not be shown
    assert mpl.is_interactive()
    assert mpl.rcParams["font.family"] == families


@pytest.mark.parametrize("plot", [timeline, latency, talk_share])
def test_words_have_the_colour_of_ones_own_style(plot: object) -> None:
    assert callable(plot)
    with mpl.style.context("dark_background"):
        ax = plot(museum())
        lay_out(ax)
    colours = {mpl.colors.to_hex(label.get_color()) for label in ax.get_xticklabels()}
    assert colours <= {"#ffffff"}
    assert mpl.colors.to_hex(ax.figure.get_facecolor()) == "#000000"


def test_ones_own_settings_are_as_they_were() -> None:
    before = list(mpl.rcParams["font.family"])
    timeline(museum())
    assert mpl.rcParams["font.family"] == before


WITHOUT = """
import sys
from navtalk_widget import plots
assert "matplotlib" not in sys.modules
sys.modules["matplotlib"] = None
from tests.support.talks import museum
for plot in (plots.timeline, plots.latency, plots.talk_share):
    try:
        plot(museum())
    except Exception as error:
        print(type(error).__name__, error)
"""


def test_without_matplotlib_one_is_told_what_to_install() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, timeout=180, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("MissingExtraError Plots need matplotlib") for line in lines)
    assert all("pip install 'navtalk-widget[plots]'" in line for line in lines)

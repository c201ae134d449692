"""What all plots are drawn on: matplotlib, its axes, and fonts for all scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING

from navtalk_widget.errors import MissingExtraError
from navtalk_widget.transcript.report.colours import AVATAR, PERSON

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 10.0
"""Inches of a plot that is given no axes."""

SMALL = 8.0
"""Points of the words within plots."""

COLOURS = {"user": PERSON, "avatar": AVATAR}
NAMES = {"user": "person", "avatar": "avatar"}

_FALLBACK_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "PingFang SC",
    "Hiragino Sans",
    "Hiragino Sans GB",
    "Heiti SC",
    "Apple SD Gothic Neo",
    "Microsoft YaHei",
    "Yu Gothic",
    "Malgun Gothic",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Arial Unicode MS",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "DejaVu Sans",  # comes with matplotlib
)
"""Families that have what the usual one lacks; those that are installed are asked in this order."""


@contextmanager
def drawing() -> Iterator[None]:
    """Within it, texts are drawn with fonts for all scripts that this machine has.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
    except ImportError:
        raise MissingExtraError(
            "Plots need matplotlib, which is not installed.",
            hint="Install it with: pip install 'navtalk-widget[plots]'",
        ) from None
    # By hand: `rc_context` would put everything back, also what a notebook's backend sets up with its first figure,
    # and no later plot of the notebook would be shown.
    before = mpl.rcParams["font.family"]
    mpl.rcParams["font.family"] = [*before, *_installed_fonts()]
    try:
        yield
    finally:
        mpl.rcParams["font.family"] = before


def new_axes(ax: Axes | None, height: float, *, width: float = WIDTH) -> Axes:
    """The axes that were given, or new ones in a figure of that size in inches."""
    if ax is not None:
        return ax
    from matplotlib import pyplot

    _, made = pyplot.subplots(figsize=(width, height), layout="constrained")
    return made


def bare(ax: Axes, *, grid: bool = True) -> None:
    """Take away what frames the axes; light lines across, which carry the eye from bars to the time."""
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    if grid:
        ax.grid(axis="x", alpha=0.25, linewidth=0.6)
    ax.set_axisbelow(True)


def inches_per_unit(ax: Axes) -> float:
    """Inches that a unit of the horizontal axis takes, once the axes have their limits and labels."""
    figure = ax.figure.figure
    figure.draw_without_rendering()  # it is now that the layout gives the axes their place
    left, right = ax.get_xlim()
    return float(ax.get_window_extent().width / figure.dpi / (right - left))


def drawable(text: str) -> str:
    """The text, with "…" for what no font of this machine has, such as emoji: it would be drawn as boxes."""
    if text.isascii():
        return text
    fonts = _fonts()
    kept = (letter if letter.isspace() or any(ord(letter) in font for font in fonts) else "\0" for letter in text)
    return re.sub("\0+", "…", "".join(kept))


@cache
def _installed_fonts() -> tuple[str, ...]:
    from matplotlib.font_manager import fontManager

    known = [font.name for font in fontManager.ttflist]
    if not any(name in known for name in _FALLBACK_FONTS[:-1]):
        known += _fonts_installed_since()
    return tuple(name for name in _FALLBACK_FONTS if name in known)


def _fonts_installed_since() -> list[str]:
    """Fonts that were installed after matplotlib made its list, which it keeps in a file and does not renew."""
    from matplotlib.font_manager import findSystemFonts, fontManager

    listed = len(fontManager.ttflist)
    for path in set(findSystemFonts()) - {font.fname for font in fontManager.ttflist}:
        with suppress(OSError, RuntimeError):  # a damaged font, or one of a kind that FreeType does not know
            fontManager.addfont(path)
    return [font.name for font in fontManager.ttflist[listed:]]


@cache
def _fonts() -> tuple[frozenset[int], ...]:
    """The characters of each font that is asked."""
    from matplotlib import font_manager

    families = ("sans-serif", *_installed_fonts())
    paths = dict.fromkeys(font_manager.findfont(font_manager.FontProperties(family=[name])) for name in families)
    return tuple(frozenset(font_manager.get_font(path).get_charmap()) for path in paths)

"""Who talked how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.plots.canvas import COLOURS, NAMES, bare, drawing, new_axes
from navtalk_widget.plots.conversation import Turns, turns_of
from navtalk_widget.transcript.report.figures import sides
from navtalk_widget.transcript.report.page import in_words, share_in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def talk_share(transcript: Turns, *, ax: Axes | None = None) -> Axes:
    """Draw how the talk time was shared: one bar, of the person's part and the avatar's.

    Args:
        transcript: turns, or the table that `Transcript.to_pandas` makes of them.
        ax: to draw into; None for a new figure.

    Returns:
        The axes, drawn into.

    Raises:
        ConfigurationError: nobody has spoken.
        MissingExtraError: matplotlib is not installed.
    """
    by_role = dict(zip(("user", "avatar"), sides(turns_of(transcript)), strict=True))
    if by_role["user"].talk_share is None:
        raise ConfigurationError("Nobody has spoken in these turns: all are typed.", hint="Draw another transcript.")
    with drawing():
        ax = new_axes(ax, 1.35, width=8.0)
        left = 0.0
        for role, side in by_role.items():
            share = 100 * (side.talk_share or 0.0)
            ax.barh(0, share, left=left, height=1.0, color=COLOURS[role], edgecolor="none", gid=role)
            facts = [f"{in_words(side.talk_s)}", f"{side.turns:,} turn{'s' if side.turns != 1 else ''}"]
            if side.words_per_minute is not None:
                facts.append(f"{side.words_per_minute:.0f} words/min")
            at, align = (0.0, "left") if role == "user" else (100.0, "right")
            ax.text(
                at,
                0.62,
                f"{NAMES[role]}  {share_in_words(side.talk_share)}",
                color=COLOURS[role],
                fontsize=13,
                ha=align,
                va="bottom",
            )
            ax.text(at, -0.62, "  ·  ".join(facts), fontsize=9, ha=align, va="top")
            left += share
        ax.set_xlim(0, 100)
        ax.set_ylim(-1.25, 1.4)
        ax.set_xticks([])
        ax.set_yticks([])
        bare(ax, grid=False)
    return ax

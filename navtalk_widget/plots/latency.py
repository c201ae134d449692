"""How long answers took, stage by stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.plots.canvas import COLOURS, SMALL, bare, drawing, new_axes
from navtalk_widget.plots.conversation import Turns, turns_of
from navtalk_widget.transcript.report.figures import STAGES, stage_figures
from navtalk_widget.transcript.report.figures import stages as known_stages
from navtalk_widget.transcript.report.page import BETWEEN_PEOPLE_MS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW = 0.55
"""Inches of a stage."""

_MARGIN = 1.1


def latency(transcript: Turns, *, ax: Axes | None = None) -> Axes:
    """Draw where the time of answers goes: a bar for each stage to its median, a line on to its 95th percentile.

    The strong part of a bar is what the stage adds to the one before; each dot is an answer.

    Args:
        transcript: turns, or the table that `Transcript.to_pandas` makes of them.
        ax: to draw into; None for a new figure.

    Returns:
        The axes, drawn into.

    Raises:
        ConfigurationError: of no turn it is known how long it took.
        MissingExtraError: matplotlib is not installed.
    """
    turns = turns_of(transcript)
    latencies = [turn.latency for turn in turns if turn.latency is not None]
    stages = known_stages(turns)
    if not stages:
        raise ConfigurationError(
            "Of none of these turns it is known how long it took.",
            hint="Latency is measured while one talks; a transcript that was not spoken has none.",
        )
    with drawing():
        from matplotlib import rcParams

        ax = new_axes(ax, _MARGIN + _ROW * len(stages))
        text = rcParams["text.color"]
        before = 0.0
        for row, (name, stage) in enumerate(stages.items()):
            colour = COLOURS["user" if name == "recognized_ms" else "avatar"]
            begins = before if name != "silenced_ms" and before < stage.p50_ms else 0.0
            ax.barh(row, stage.p50_ms, height=0.5, color=colour, alpha=0.3, edgecolor="none", gid=f"{name} median")
            ax.barh(
                row, stage.p50_ms - begins, left=begins, height=0.5, color=colour, edgecolor="none", gid=f"{name} step"
            )
            ax.plot([stage.p50_ms, stage.p95_ms], [row, row], color=colour, linewidth=1.6, gid=f"{name} p95")
            ax.plot([stage.p95_ms], [row], marker="|", markersize=11, markeredgewidth=1.6, color=colour)
            figures = stage_figures(latencies, name)
            ax.scatter(
                figures,
                row + _spread(len(figures)),
                s=12,
                color=text,
                alpha=max(0.12, min(0.7, 12 / len(figures))),
                linewidths=0,
                gid=f"{name} answers",
            )
            ax.annotate(
                f"{stage.p50_ms:,.0f} ms · p95 {stage.p95_ms:,.0f} ms",
                (max(stage.p95_ms, *figures), row),
                xytext=(8, 0),
                textcoords="offset points",
                va="center",
                fontsize=SMALL,
            )
            before = max(before, stage.p50_ms)
        _reference(ax)
        ax.set_yticks(range(len(stages)), [STAGES[name] for name in stages])
        ax.set_ylim(len(stages) - 0.5, -0.75)
        ax.set_xlim(0, 1.28 * max(max(stage_figures(latencies, name)) for name in stages))
        answers = max(stage.answers for stage in stages.values())
        ax.set_xlabel(f"ms since the person had finished, {answers:,} answer{'s' if answers > 1 else ''}")
        bare(ax)
    return ax


def _reference(ax: Axes) -> None:
    ax.axvline(BETWEEN_PEOPLE_MS, linewidth=1, linestyle=(0, (4, 3)), color="#808080", zorder=0.5)
    ax.annotate(
        f"median gap between people, {BETWEEN_PEOPLE_MS} ms (Stivers et al. 2009)",
        (BETWEEN_PEOPLE_MS, 1),
        xycoords=ax.get_xaxis_transform(),
        xytext=(4, 0),
        textcoords="offset points",
        fontsize=SMALL,
        color="#808080",
        va="top",
    )


def _spread(count: int) -> NDArray[Any]:
    """Heights by which dots step out of each other's way: the same each time, without a pattern."""
    golden = (5**0.5 - 1) / 2
    return np.asarray(0.36 * (np.arange(count) * golden % 1 - 0.5))

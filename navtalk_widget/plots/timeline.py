"""Who talked when, and when tools ran."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from navtalk_widget.plots.canvas import COLOURS, NAMES, SMALL, bare, drawing, inches_per_unit, new_axes
from navtalk_widget.plots.conversation import Turns, turns_of
from navtalk_widget.plots.rows import Rows
from navtalk_widget.plots.words import fitted
from navtalk_widget.transcript.report.figures import conversations, span_s
from navtalk_widget.transcript.turn import ToolUse, Turn

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LANES = {"user": 0.1, "avatar": 0.47}
"""Inches below the top of a row at which the bars of each side begin."""

LANE_HEIGHT = 0.34
CALLS = 0.9
"""Inches below the top of a row at which calls of tools are marked."""

_NAMES_OF_CALLS = (1.02, 1.14)
"""Likewise their names: in the upper line where there is room, else in the lower."""

_MARGIN = 0.9
"""Inches for the key and the times."""

ROW, ROW_WITH_CALLS = 1.0, 1.32
"""Inches of a row."""

_SHORTEST = 0.004
"""Of a row: what is shorter is drawn so long, to be seen."""


def timeline(transcript: Turns, *, ax: Axes | None = None) -> Axes:
    """Draw who talked when: a bar for each turn, with its first words where there is room.

    Turns that were cut short end hatched; typed ones are diamonds; calls of tools are marked below, crosses where they
    failed. A long conversation goes on in further rows, and each of several conversations begins a row of its own.

    Args:
        transcript: turns, or the table that `Transcript.to_pandas` makes of them, which does not tell when tools were
            called: they are marked where their turn begins.
        ax: to draw into; None for a new figure.

    Returns:
        The axes, drawn into.

    Raises:
        ConfigurationError: there are no turns.
        MissingExtraError: matplotlib is not installed.
    """
    talks = conversations(turns_of(transcript))
    height = ROW_WITH_CALLS if any(turn.tool_calls for turns in talks for turn in turns) else ROW
    with drawing():
        rows = Rows([span_s(turns) for turns in talks])
        ax = new_axes(ax, _MARGIN + height * len(rows))
        rows.show(ax, height=height, middle=(LANES["avatar"] + LANES["user"] + LANE_HEIGHT) / 2)
        ax.set_xlabel("min:s since the first word" if len(rows) == 1 else "min:s since the beginning of the row")
        bare(ax)
        drawn = _Drawn(ax, rows, height, inches_per_unit(ax))
        for number, turns in enumerate(talks):
            drawn.add(number, turns)
        drawn.finish()
    return ax


@dataclass
class _Drawn:
    """A timeline while it is drawn. Bars are collected, for one collection draws faster than as many rectangles."""

    ax: Axes
    rows: Rows
    height: float
    inches: float
    """Of a second."""
    bars: dict[str, list[tuple[int, float, float]]] = field(default_factory=lambda: {"user": [], "avatar": []})
    cuts: list[tuple[str, int, float, float]] = field(default_factory=list)
    typed: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: {"user": [], "avatar": []})
    calls: dict[bool, list[tuple[float, float]]] = field(default_factory=lambda: {True: [], False: []})
    named_until: dict[float, float] = field(default_factory=dict)
    """Height of a line of names → where the last of them ends."""

    def add(self, number: int, turns: list[Turn]) -> None:
        began, span = turns[0].started_at, span_s(turns)
        for turn in turns:
            self._turn(number, turn, began, span)
            for use in turn.tool_calls:
                self._call(number, use, turn, began)

    def _turn(self, number: int, turn: Turn, began: datetime, span: float) -> None:
        begins = (turn.started_at - began).total_seconds()
        ends = span if turn.ended_at is None else begins + (turn.duration_s or 0.0)
        if turn.source == "text":
            (piece, *_) = self.rows.pieces(number, begins, begins)
            self.typed[turn.role].append((piece.begins, self._lane(turn.role, piece.row) + LANE_HEIGHT / 2))
            return
        pieces = list(self.rows.pieces(number, begins, ends))
        for piece in pieces:
            length = max(piece.ends - piece.begins, _SHORTEST * self.rows.length)
            self.bars[turn.role].append((piece.row, piece.begins, length))
            if turn.interrupted and piece.is_last:
                self.cuts.append((turn.role, piece.row, piece.begins, length))
        widest = max(pieces, key=lambda piece: piece.ends - piece.begins)
        self._words(turn, widest.row, widest.begins, widest.ends)

    def _words(self, turn: Turn, row: int, begins: float, ends: float) -> None:
        hatched = _cut_length(ends - begins) if turn.interrupted else 0.0
        heard = turn.text if turn.text_heard is None else turn.text_heard
        words = fitted(heard, (ends - begins - hatched) * self.inches - 0.1, lines=2)
        if words:
            self.ax.text(
                begins + 0.05 / self.inches,
                self._lane(turn.role, row) + LANE_HEIGHT / 2,
                words,
                fontsize=SMALL,
                color="white",
                va="center",
                linespacing=1.1,
                parse_math=False,
            )

    def _call(self, number: int, use: ToolUse, turn: Turn, began: datetime) -> None:
        at = max(0.0, ((use.started_at or turn.started_at) - began).total_seconds())
        (piece, *_) = self.rows.pieces(number, at, at)
        top = self.height * piece.row
        self.calls[use.error is None].append((piece.begins, top + CALLS))
        left = piece.begins - 0.04 / self.inches
        name = fitted(use.name, min(1.6, (self.rows.length - left) * self.inches))
        for line in (top + below for below in _NAMES_OF_CALLS):
            if name and left >= self.named_until.get(line, -1.0):
                self.ax.text(left, line, name, fontsize=SMALL, va="center", parse_math=False)
                self.named_until[line] = left + (0.07 * len(name) + 0.1) / self.inches
                return

    def _lane(self, role: str, row: int) -> float:
        return self.height * row + LANES[role]

    def finish(self) -> None:
        """Draw what was collected, the key and the axes."""
        from matplotlib import rcParams

        text = rcParams["text.color"]
        for role, bars in self.bars.items():
            for row in sorted({row for row, _, _ in bars}):
                spans = [(begins, length) for of_row, begins, length in bars if of_row == row]
                place = self._lane(role, row), LANE_HEIGHT
                self.ax.broken_barh(spans, place, facecolors=COLOURS[role], gid=f"{role} turns")
        for role, row, begins, length in self.cuts:
            cut = _cut_length(length)
            self.ax.broken_barh(
                [(begins + length - cut, cut)],
                (self._lane(role, row), LANE_HEIGHT),
                facecolors="none",
                edgecolors="white",
                hatch="//////",
                linewidth=0,
                gid="interrupted",
            )
        for role, typed in self.typed.items():
            self._mark(typed, "D", COLOURS[role], f"{role} typed")
        self._mark(self.calls[True], "^", text, "tools")
        self._mark(self.calls[False], "X", text, "tools that failed")
        self._key(text)

    def _mark(self, points: list[tuple[float, float]], marker: str, colour: str, name: str) -> None:
        if points:
            times, heights = zip(*points, strict=True)
            self.ax.scatter(times, heights, marker=marker, s=32, color=colour, linewidths=0, zorder=3, gid=name)

    def _key(self, text: str) -> None:
        from matplotlib.lines import Line2D
        from matplotlib.patches import Patch

        def marked(marker: str, label: str) -> Line2D:
            return Line2D([], [], linestyle="none", marker=marker, color=text, markersize=6, label=label)

        key: list[Patch | Line2D] = [Patch(color=COLOURS[role], label=NAMES[role]) for role in COLOURS]
        if self.cuts:
            key.append(Patch(facecolor="#808080", edgecolor="white", hatch="//////", linewidth=0, label="interrupted"))
        if any(self.typed.values()):
            key.append(marked("D", "typed"))
        if self.calls[True]:
            key.append(marked("^", "tool"))
        if self.calls[False]:
            key.append(marked("X", "tool failed"))
        self.ax.legend(
            handles=key, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(key), frameon=False, borderaxespad=0.2
        )


def _cut_length(length: float) -> float:
    """How much of the bar of an interrupted turn is hatched: enough to be seen, and to leave room for words."""
    return length if length < 1.5 else max(1.0, 0.15 * length)

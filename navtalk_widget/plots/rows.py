"""Time in rows, as music is written: a long conversation goes on below, and stays readable."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHORTEST = 45.0
"""Seconds that a row takes before there is another: words fit into the bars then."""

MOST = 8
"""Rows of a conversation: then they take longer."""

_TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
"""Seconds between marks of time."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What of a span of time is in one row."""

    row: int
    begins: float
    """Seconds in the row."""
    ends: float
    is_first: bool
    is_last: bool


class Rows:
    """Rows of equal length, one conversation after another; each begins a row of its own.

    Args:
        spans: seconds that each conversation takes.
        most: rows of one conversation, if possible.
    """

    def __init__(self, spans: Sequence[float], most: int = MOST) -> None:
        longest = max(spans)
        rows = min(most, math.ceil(longest / SHORTEST))
        self.length = max(longest, 1.0) if rows <= 1 else _rounded(longest / rows)
        self._counts = [max(1, math.ceil(span / self.length)) for span in spans]
        self.starts = [row * self.length for count in self._counts for row in range(count)]
        """Seconds of its conversation at which each row begins."""

    def __len__(self) -> int:
        return len(self.starts)

    def pieces(self, conversation: int, begins: float, ends: float) -> Iterator[Piece]:
        """Where a span is drawn: in one row, or in several where it goes over the end of one.

        Args:
            conversation: its number, from 0.
            begins: seconds since the conversation began.
            ends: likewise.
        """
        first, last = (min(int(at / self.length), self._counts[conversation] - 1) for at in (begins, ends))
        above = sum(self._counts[:conversation])
        for row in range(first, last + 1):
            from_, to = max(begins - row * self.length, 0.0), min(ends - row * self.length, self.length)
            if to > from_ or first == last:
                yield Piece(above + row, from_, to, is_first=row == first, is_last=row == last)

    def show(self, ax: Axes, *, height: float, middle: float) -> None:
        """Give the axes their rows, from the top, and label them with the time.

        Args:
            ax: to be drawn into.
            height: of a row, in the units of the axes.
            middle: how far below the top of a row its label stands.
        """
        from matplotlib.ticker import FuncFormatter, MultipleLocator

        ax.set_xlim(0, self.length)
        ax.set_ylim(height * len(self), 0)
        ax.xaxis.set_major_locator(MultipleLocator(next((t for t in _TICKS if self.length / t <= 10), 7200)))
        if len(self) == 1:
            ax.set_yticks([])
            ax.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: clock(seconds)))
            return
        ax.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: f"+{clock(seconds)}"))
        ax.set_yticks([height * row + middle for row in range(len(self))], [clock(start) for start in self.starts])


def _rounded(seconds: float) -> float:
    """The next longer time that is round."""
    step = next((step for below, step in ((60, 5), (120, 15), (600, 60), (3600, 300)) if seconds <= below), 600)
    return float(math.ceil(seconds / step) * step)


def clock(seconds: float) -> str:
    """Minutes and seconds, or hours too: ``3:07``, ``1:02:07``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

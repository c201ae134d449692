"""Words made to fit into what is drawn."""

from __future__ import annotations

from navtalk_widget.plots.canvas import SMALL, drawable

_COLUMN = 0.6 * SMALL / 72
"""Inches of a letter, about; those of Chinese and Japanese take two."""

_FEWEST = 6
"""Letters below which a beginning says nothing."""


def fitted(text: str, inches: float, lines: int = 1) -> str:
    """The beginning of a text, in lines of that width, ended by "…" if there is more; empty where nothing fits."""
    from rich.cells import cell_len, set_cell_size
    from rich.console import Console
    from rich.text import Text

    columns = int(inches / _COLUMN)
    if columns < _FEWEST:
        return ""
    wrapped = Text(drawable(" ".join(text.split()))).wrap(Console(width=columns), columns)
    shown = [line.plain.rstrip() for line in wrapped[:lines]]
    if len(wrapped) > lines:
        shown[-1] = set_cell_size(shown[-1], min(cell_len(shown[-1]), columns - 1)).rstrip() + "…"
    return "\n".join(shown) if shown != ["…"] else ""

"""A conversation in a notebook's output, with its sound."""

from __future__ import annotations

from html import escape

HEIGHT = 560
"""Pixels."""


class Replay:
    """A page that a notebook shows in the cell: it needs no kernel, and is saved with the notebook.

    Args:
        page: its HTML.
    """

    def __init__(self, page: str) -> None:
        self.page = page

    def __repr__(self) -> str:
        return "<Replay: put it last in a cell, or pass it to display()>"

    def _repr_html_(self) -> str:
        # In a sandbox of its own, so that neither can touch the other.
        return (
            f'<iframe title="Conversation" sandbox="allow-scripts" srcdoc="{escape(self.page)}" '
            f'style="width: 100%; height: {HEIGHT}px; border: 0"></iframe>'
        )

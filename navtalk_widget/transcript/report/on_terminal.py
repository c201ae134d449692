"""A report on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from navtalk_widget.transcript.report.colours import AVATAR, PERSON
from navtalk_widget.transcript.report.page import Page, Section, share_in_words
from navtalk_widget.visible import visible

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

WIDTH = 76
"""Columns of a report as plain text."""

_BAR = 40
_LABEL = 28
_CELL = 12


def on_terminal(page: Page) -> Iterator[Text | Table]:
    """What rich is to print. Names are put in as `Text`, for square brackets in them are no markup, and `visible`."""
    from rich.text import Text

    yield Text(visible(page.title), style="bold")
    yield Text(visible(page.subtitle), style="dim")
    yield Text()
    if page.person_share is not None:
        yield _bar(page.person_share)
        yield Text()
    for section in page.sections:
        yield _table(section)
        if section.note:
            yield Text(section.note, style="dim italic")
        yield Text()


def to_text(page: Page) -> str:
    """The report without colours, its lines ended but for the last."""
    from rich.console import Console

    console = Console(width=WIDTH, color_system=None, force_terminal=False, force_jupyter=False, file=None)
    with console.capture() as captured:
        for part in on_terminal(page):
            console.print(part)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()).rstrip()


def _bar(person_share: float) -> Text:
    from rich.text import Text

    person = round(_BAR * person_share)
    return Text.assemble(
        (f"person {share_in_words(person_share)} ", PERSON),
        ("█" * person, PERSON),
        ("▒" * (_BAR - person), AVATAR),  # another pattern: where there are no colours it must be seen too
        (f" {share_in_words(1 - person_share)} avatar", AVATAR),
    )


def _table(section: Section) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(Text(section.title), min_width=_LABEL, max_width=_LABEL, overflow="fold")
    for column in section.columns:
        colour = {"person": PERSON, "avatar": AVATAR}.get(column, "")
        table.add_column(Text(column, style=colour), justify="right", min_width=_CELL)
    for row in section.rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    return table

"""``navtalk-widget doctor``: whether one can talk here, and what to do where one cannot."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from navtalk_widget.cli.standard_error import in_words, show_line

if TYPE_CHECKING:
    from rich.console import Console

    from navtalk_widget.cli.findings import Finding
    from navtalk_widget.session.news import Progressed

_MARKS = {"good": ("✓", "green"), "bad": ("✗", "bold red"), "absent": ("–", "dim")}
_PLAIN_MARKS = {"good": "ok", "bad": "!!", "absent": "--"}
"""For terminals of other encodings than UTF-8."""

_WHAT = 24
"""Columns of what is looked at."""


def add_arguments(doctor: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    doctor.description = "Look at everything that talking needs. The exit code is 1 where one cannot talk."
    doctor.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Look at everything, and say what was found."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=False)
    return asyncio.run(_examine(console))


async def _examine(console: Console) -> int:
    # Only here: they take long to load, and help is to come at once.
    from navtalk_widget.cli.findings import extras, installation, jupyter, license_key, network
    from navtalk_widget.cli.service_check import local_service
    from navtalk_widget.session.news import Progressed

    found = [*installation(), *jupyter(), *network(), license_key(), *extras()]
    for finding in found:
        show(console, finding)
    async for finding in local_service(_show_progress):
        _show_progress(Progressed(""))
        show(console, finding)
        found.append(finding)
    ills = [finding.what for finding in found if finding.vital and finding.state == "bad"]
    console.print()
    if ills:
        console.print(f"One cannot talk here: {', '.join(ills)}.", style="bold red")
        return 1
    console.print("One can talk here. To begin: navtalk-widget demo", style="bold")
    return 0


def show(console: Console, finding: Finding) -> None:
    """Show what was found, and what to do next."""
    from rich.table import Table
    from rich.text import Text

    mark, style = _MARKS[finding.state]
    arrow = "→ "
    if not console.encoding.lower().startswith("utf"):
        mark, arrow = _PLAIN_MARKS[finding.state], "> "
    line = Table.grid(padding=(0, 1))
    line.add_column(width=2)
    line.add_column(width=_WHAT)
    line.add_column(overflow="fold")
    line.add_row(Text(mark, style), Text(finding.what), Text(finding.found, "dim" if finding.state == "absent" else ""))
    if finding.advice:
        line.add_row("", "", Text(arrow + finding.advice, "yellow"))
    console.print(line)


def _show_progress(news: Progressed) -> None:
    if sys.stderr.isatty():
        show_line(in_words(news.what, news.share))

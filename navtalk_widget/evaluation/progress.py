"""A bar that tells how far a batch is, in terminals and notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from navtalk_widget.evaluation.conversation import Outcome


class Tell(Protocol):
    """Takes in each outcome."""

    def __call__(self, outcome: Outcome) -> None:
        """One more conversation has ended."""


@contextmanager
def told(total: int, *, shown: bool) -> Iterator[Tell]:
    """Show a bar until the context is left; none where the output goes to a file.

    Args:
        total: how many conversations there will be.
        shown: whether to show it at all.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console()
    columns = (
        TextColumn("Conversations"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failed]} failed"),
        TimeRemainingColumn(),
    )
    visible = shown and (console.is_terminal or console.is_jupyter)
    failed = 0
    with Progress(*columns, console=console, disable=not visible) as bar:
        task = bar.add_task("", total=total, failed=0)

        def tell(outcome: Outcome) -> None:
            nonlocal failed
            failed += not outcome.passed
            bar.update(task, advance=1, failed=failed)

        yield tell

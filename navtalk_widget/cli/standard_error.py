"""What commands say besides their answers: progress and errors, on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from navtalk_widget.visible import visible

if TYPE_CHECKING:
    from navtalk_widget.session.news import ToolCallChanged


def say_error(sentence: str) -> None:
    """Say what went wrong."""
    sys.stderr.write(f"navtalk-widget: {visible(sentence)}\n")


def show_line(text: str) -> None:
    """Keep one line of the terminal up to date."""
    sys.stderr.write(f"\r{visible(' '.join(text.splitlines()))}\033[K\r")
    sys.stderr.flush()


def show_tool(call: ToolCallChanged) -> None:
    """Show what a tool tells of its progress."""
    if call.progress is not None or call.message:
        show_line(in_words(f"{call.name}: {call.message}".rstrip(": "), call.progress))
    elif call.state in ("done", "failed"):
        show_line("")


def tell(what: str, share: float | None) -> None:
    """Say what is being done, on a line of its own."""
    sys.stderr.write(f"{in_words(what, share)}\n")


def in_words(what: str, share: float | None) -> str:
    """What is being done, and how much of it is."""
    return what if share is None else f"{what}: {100 * share:.0f} %"

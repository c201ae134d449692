"""A licence that is easy to find, and ways to search for it."""

from __future__ import annotations

import logging
from traceback import TracebackException

import psutil

SONG = "canary_7f3a"
"""What is searched for: it looks the same however the licence is quoted."""

LICENSE = f"sk+navtalk/{SONG}"

UNHEARD = logging.getLogger("tests.unheard")
"""For the other side's sockets, whose address is the one place that the licence may be in."""


class Log:
    """Everything that is logged, tracebacks with their variables included."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.loggers: set[str] = set()

    def note(self, record: logging.LogRecord) -> bool:
        self.loggers.add(record.name.partition(".")[0])
        self.lines.append(f"{record.name}: {record.getMessage()} {record.msg!r} {record.args!r}")
        if record.exc_info and record.exc_info[1]:
            self.lines.append(told(record.exc_info[1]))
        return True


def told(error: BaseException) -> str:
    """A traceback as the most talkative of tools shows it: with all variables, and with what was suppressed."""
    text = "".join(TracebackException.from_exception(error, capture_locals=True).format()) + repr(error) + str(error)
    return text + "".join(told(each) for each in (error.__cause__, error.__context__) if each is not None)


def search(**places: object) -> None:
    """Fail if the canary sings in one of these places, or if there is nothing to search."""
    for place, text in places.items():
        assert text, f"there is nothing in {place}"
        shown = text if isinstance(text, str) else repr(text)
        assert SONG not in shown, f"{place}: …{shown[max(0, shown.index(SONG) - 300) : shown.index(SONG) + 60]}…"


def processes() -> str:
    """What the list of processes tells of our children."""
    children = psutil.Process().children(recursive=True)
    return repr([(child.cmdline(), child.environ()) for child in children])

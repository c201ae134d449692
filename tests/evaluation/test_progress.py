import io
import sys
from datetime import datetime, timezone

import pytest

from navtalk_widget.evaluation.checks import Check
from navtalk_widget.evaluation.conversation import Judged, Outcome
from navtalk_widget.evaluation.progress import told
from navtalk_widget.transcript.turn import Latency


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def outcome(*, passed: bool) -> Outcome:
    step = Judged("hello", "hi", "", Latency(), None, "", (Check("answered", "", "", passed),))
    return Outcome("a", "default", 1, "conv", datetime.now(timezone.utc), 1.0, (step,))


def shown_on(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, *, shown: bool = True) -> str:
    """What is shown for three conversations, one of which failed."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", stream)
    with told(3, shown=shown) as tell:
        for passed in (True, False, True):
            tell(outcome(passed=passed))
    return stream.getvalue()


def test_a_terminal_is_told_how_many_are_done_and_how_many_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    last = shown_on(Terminal(), monkeypatch)
    assert "3/3" in last
    assert "1 failed" in last


def test_a_file_and_who_wants_no_bar_are_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown_on(io.StringIO(), monkeypatch) == ""
    assert shown_on(Terminal(), monkeypatch, shown=False) == ""

"""Times of day in a sentence."""

from __future__ import annotations

import pytest

from navtalk_widget.local.responders.rules.clock_times import find_clock_time
from navtalk_widget.local.responders.rules.words import words_of


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("a table for four at 7 pm", "7 pm"),
        ("a table at seven for four", "seven"),
        ("wake me at half past six please", "half past six"),
        ("a quarter to nine in the evening", "quarter to nine in the evening"),
        ("meet me at noon", "noon"),
        ("ten o'clock", "ten o'clock"),
        ("at seven thirty", "seven thirty"),
        ("at 7pm for two", "7pm"),
        ("a table for four", None),
        ("at 300 euros", None),
        ("", None),
    ],
)
def test_a_time_of_day_is_found(said: str, time: str | None) -> None:
    words = words_of(said)
    found = find_clock_time(words)
    assert (" ".join(words[found.start : found.end]) if found else None) == time

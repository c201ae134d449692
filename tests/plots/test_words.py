"""Words that fit into what is drawn."""

import pytest

from navtalk_widget.plots.canvas import SMALL, drawable
from navtalk_widget.plots.words import fitted

COLUMN = 0.6 * SMALL / 72


@pytest.mark.parametrize(
    ("text", "columns", "lines", "shown"),
    [
        ("Hello there", 20, 1, "Hello there"),
        ("Hello there, who are you?", 12, 1, "Hello there…"),
        ("Hello there, who are you?", 13, 2, "Hello there,\nwho are you?"),
        ("Hello there, who are you, my friend?", 13, 2, "Hello there,\nwho are you,…"),
        ("Donaudampfschifffahrt", 10, 1, "Donaudamp…"),
        ("Hello", 3, 1, ""),
        ("  two \n lines ", 20, 1, "two lines"),
        ("", 20, 1, ""),
    ],
)
def test_a_text_is_cut_to_what_there_is_room_for(text: str, columns: int, lines: int, shown: str) -> None:
    assert fitted(text, (columns + 0.5) * COLUMN, lines) == shown


def test_a_chinese_letter_takes_the_room_of_two() -> None:
    text = "不客气！祝您在博物馆玩得开心。"
    shown = "不客气！祝\n您在博物…" if drawable(text) == text else ""  # where no font has them
    assert fitted(text, 10.5 * COLUMN, 2) == shown

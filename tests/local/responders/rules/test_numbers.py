"""Numbers in words."""

from __future__ import annotations

import pytest

from navtalk_widget.local.responders.rules.numbers import FoundNumber, find_numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("seven", [7]),
        ("twenty one", [21]),
        ("Twenty-One", [21]),
        ("one hundred and five", [105]),
        ("a hundred", [100]),
        ("two thousand three hundred forty five", [2345]),
        ("three million", [3_000_000]),
        ("5 million", [5_000_000]),
        ("seven eight", [7, 8]),
        ("two and three", [2, 3]),
        ("one point five", [1.5]),
        ("3.5 and 1,000", [3.5, 1000]),
        ("a cat", []),
        ("point five hundred", [500]),
        ("twenty eleven", [20, 11]),
    ],
)
def test_numbers_are_found_in_order(text: str, values: list[float]) -> None:
    assert [number.value for number in find_numbers(text.split())] == values


def test_it_is_known_which_words_made_a_number() -> None:
    assert find_numbers("give me twenty one apples".split()) == [FoundNumber(21, 2, 4)]  # noqa: SIM905

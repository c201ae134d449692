"""Sums in words and digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from navtalk_widget.local.responders.rules.arithmetic import solve, spoken_result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("what is seven times eight", "56"),
        ("What's twelve divided by five?", "2.4"),
        ("3 + 4 * 2", "11"),
        ("(2 + 3) * 4", "20"),
        ("calculate 10 - 4 - 3", "3"),
        ("twenty one plus two hundred and five", "226"),
        ("20 percent of 50", "10"),
        ("minus three minus minus four", "1"),
        ("one point five times two", "3"),
        ("1,000.5 + 1", "1001.5"),
        ("ten over three", "3.3333"),
    ],
)
def test_a_sum_is_solved(text: str, result: str) -> None:
    value = solve(text)
    assert value is not None
    assert spoken_result(value) == result


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "what is five",
        "2 ** 9",
        "3 +",
        "(1 + 2",
        "__import__('os') + 1",
        "what is the weather plus the time",
        "(" * 1000 + "1 + 1",
        "1 + " * 1000 + "1",
    ],
)
def test_what_is_no_sum_is_left_alone(text: str) -> None:
    assert solve(text) is None


def test_dividing_by_zero_is_said_to_be_impossible() -> None:
    with pytest.raises(ZeroDivisionError):
        solve("1 / 0")


@given(st.integers(0, 999_999), st.integers(0, 999_999), st.sampled_from(["plus", "minus", "times"]))
def test_it_agrees_with_python(left: int, right: int, sign: str) -> None:
    expected = {"plus": left + right, "minus": left - right, "times": left * right}[sign]
    assert solve(f"what is {left} {sign} {right}") == expected

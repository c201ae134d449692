"""What the model sends, checked and converted."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from navtalk_widget.errors import ToolArgumentError
from navtalk_widget.tools.arguments import parse_arguments
from navtalk_widget.tools.schema import inspect_parameters


def validate(function: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    return inspect_parameters(function, {})[1].validate("book", arguments)


def book(day: datetime.date, seats: int = 2, row: Literal["front", "back"] = "front", code: str = "") -> None: ...


def test_values_are_converted_to_the_hints() -> None:
    assert validate(book, {"day": "2026-02-01", "seats": "3", "code": 75001}) == {
        "day": datetime.date(2026, 2, 1),
        "seats": 3,
        "code": "75001",
    }


def test_what_the_model_leaves_out_is_left_to_the_function() -> None:
    assert validate(book, {"day": "2026-02-01"}) == {"day": datetime.date(2026, 2, 1)}


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ({}, "argument day is missing"),
        ({"day": "2026-02-01", "seats": "many"}, "argument seats: .*integer.*, not 'many'"),
        ({"day": "2026-02-01", "row": "middle"}, "argument row: .*'front' or 'back', not 'middle'"),
        ({"day": "2026-02-01", "colour": "red"}, "there is no argument colour"),
        ({"day": "x" * 500}, "argument day: .*, not 'x{79}…$"),
    ],
)
def test_faults_are_named_for_the_model(arguments: dict[str, Any], fault: str) -> None:
    with pytest.raises(ToolArgumentError, match=f"^book was not called: {fault}"):
        validate(book, arguments)


def test_nested_faults_say_where() -> None:
    def f(orders: list[dict[str, int]]) -> None: ...

    with pytest.raises(ToolArgumentError, match=r"argument orders\.1\.tea: "):
        validate(f, {"orders": [{}, {"tea": "x"}]})


def test_many_faults_are_summed_up() -> None:
    def f(numbers: list[int]) -> None: ...

    with pytest.raises(ToolArgumentError, match=r"; and 15 more$") as caught:
        validate(f, {"numbers": ["x"] * 20})
    assert caught.value.message.count("argument numbers.") == 5


@dataclass
class Seat:
    row: str

    def __post_init__(self) -> None:
        self.number = {"front": 1}[self.row]


def test_a_type_that_raises_what_it_likes_is_a_fault_like_others() -> None:
    def f(seat: Seat) -> None: ...

    assert validate(f, {"seat": {"row": "front"}})["seat"].number == 1
    with pytest.raises(ToolArgumentError, match=r"^book was not called: its arguments raised KeyError: 'middle'$"):
        validate(f, {"seat": {"row": "middle"}})


@pytest.mark.parametrize("text", ["", "  ", "{}", "null"])
def test_no_arguments_come_in_several_ways(text: str) -> None:
    assert parse_arguments("book", text) == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"day": ', "not valid JSON"),
        ('{"day": "\\ud83d"}', "not valid JSON"),
        ("[" * 10_000, "not valid JSON"),
        ("[1]", "must be one JSON object"),
        ('"x"', "must be one JSON object"),
    ],
)
def test_text_that_is_no_object_is_refused(text: str, fault: str) -> None:
    with pytest.raises(ToolArgumentError, match=f"^book was not called: .*{fault}"):
        parse_arguments("book", text)

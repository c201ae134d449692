"""Arguments from the words of a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from navtalk_widget.engines.responder import ToolDefinition
from navtalk_widget.local.responders.rules.tool_arguments import FilledArguments, fill_arguments
from tests.local.responders.conftest import (
    ADD,
    COLUMN_MEAN,
    DRAGONS,
    LIGHT,
    NOW,
    OPENING_HOURS,
    TEXT,
    TRAIN,
    WEATHER,
    tool,
)


def fill(definition: ToolDefinition, said: str, **answers: str) -> FilledArguments:
    return fill_arguments(definition, said, NOW.date(), answers)


@pytest.mark.parametrize(
    ("definition", "said", "arguments"),
    [
        (WEATHER, "what is the weather in paris today", {"city": "Paris", "date": "today"}),
        (WEATHER, "What is the weather in São Paulo?", {"city": "São Paulo"}),
        (WEATHER, "how is the weather in new york in fahrenheit", {"city": "New York", "unit": "fahrenheit"}),
        (WEATHER, "the weather for london tomorrow please", {"city": "London", "date": "tomorrow"}),
        (OPENING_HOURS, "when does the science museum open", {"museum": "Science Museum"}),
        (OPENING_HOURS, "When does the Louvre open?", {"museum": "Louvre"}),
        (OPENING_HOURS, "opening hours of the british museum please", {"museum": "British Museum"}),
        (LIGHT, "turn on the kitchen light", {"room": "kitchen", "on": True}),
        (LIGHT, "please switch off the light in the living room", {"room": "living_room", "on": False}),
        (ADD, "add seven and eight", {"a": 7, "b": 8}),
        (ADD, "add 12 to 30", {"a": 12, "b": 30}),
        (
            TRAIN,
            "book a train from london to paris with three seats",
            {"origin": "London", "destination": "Paris", "seats": 3},
        ),
        (DRAGONS, "Tell me about dragons.", {"userInput": "Tell me about dragons."}),
        (COLUMN_MEAN, "what is the mean of the column price", {"column": "price"}),
        (COLUMN_MEAN, "mean of the price column", {"column": "price"}),
    ],
)
def test_arguments_are_filled(definition: ToolDefinition, said: str, arguments: dict[str, Any]) -> None:
    assert fill(definition, said) == FilledArguments(arguments, ())


def test_what_is_not_said_is_missing() -> None:
    assert fill(WEATHER, "what is the weather") == FilledArguments({}, ("city",))
    assert fill(ADD, "add five") == FilledArguments({"a": 5}, ("b",))


def test_an_answer_is_the_value_of_what_was_asked_for() -> None:
    assert fill(WEATHER, "what is the weather tomorrow", city="in new york please").arguments == {
        "city": "New York",
        "date": "tomorrow",
    }
    assert fill(ADD, "add", a="seven", b="it's nine").arguments == {"a": 7, "b": 9}


def test_defaults_fill_what_is_not_said() -> None:
    table = tool("table", "Reserve a table.", people={"type": "integer", "default": 2})
    assert fill(table, "reserve a table").arguments == {"people": 2}
    assert fill(table, "reserve a table for four people").arguments == {"people": 4}


def test_numbers_go_to_the_argument_they_stand_beside() -> None:
    resize = tool("resize", "Resize.", width={"type": "number"}, height={"type": "number"})
    assert fill(resize, "resize to height 20 and width 30").arguments == {"width": 30, "height": 20}


def test_dates_are_calendar_dates_where_the_schema_wants_them() -> None:
    meeting = tool("meeting", "Plan a meeting.", date={"type": "string", "format": "date"})
    assert fill(meeting, "plan a meeting tomorrow").arguments == {"date": "2026-03-06"}
    assert fill(meeting, "plan a meeting on monday").arguments == {"date": "2026-03-09"}
    assert fill(meeting, "plan a meeting on 2027-01-02").arguments == {"date": "2027-01-02"}


def test_lists_gather_all_that_fits() -> None:
    numbers = tool("mean", "Mean.", values={"type": "array", "items": {"type": "number"}})
    assert fill(numbers, "mean of 3, 4 and 5.5").arguments == {"values": [3, 4, 5.5]}
    colours = tool("paint", "Paint.", colours={"type": "array", "items": {"enum": ["red", "green", "blue"]}})
    assert fill(colours, "paint it blue and red").arguments == {"colours": ["red", "blue"]}


def test_a_choice_of_types_takes_the_first_that_is_not_null() -> None:
    optional = tool(
        "go", "Go.", place={"anyOf": [{"type": "null"}, {"type": "string"}]}, days={"type": ["integer", "null"]}
    )
    assert fill(optional, "go to rome for three days").arguments == {"place": "Rome", "days": 3}


@pytest.mark.parametrize("said", ["", "   ", "!!!", "😀", "in in in to to", "and " * 2000])
def test_odd_sentences_do_no_harm(said: str) -> None:
    for definition in (WEATHER, OPENING_HOURS, LIGHT, ADD, TRAIN, COLUMN_MEAN):
        fill(definition, said)


def test_a_constant_needs_no_words() -> None:
    assert fill(tool("go", "", kind={"const": "x"}, text=TEXT), "go").arguments == {"kind": "x", "text": "go"}

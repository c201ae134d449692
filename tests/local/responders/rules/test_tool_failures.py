"""What is said of a tool that failed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from navtalk_widget.engines.responder import Message
from navtalk_widget.local.responders.rules.phrases import phrases_for
from navtalk_widget.local.responders.rules.tool_answers import spoken_result
from tests.local.responders.conftest import reply, tool

FAILURES = (
    "{name} failed: KeyError: 'Louvre museum'",
    "{name} failed: ValueError: bad\nvalue",
    "{name} did not answer within 5 s. The function cannot be stopped and goes on in the background.",
    "There is no tool named {name}; the tools are: weather, add.",
    "{name} was not called: argument museum is missing",
    "{name} was cancelled: the conversation has ended.",
    'Traceback (most recent call last):\n  File "x.py", line 1\nKeyError: 3',
    "KeyError: 3",
    "requests.exceptions.HTTPError: 404",
    "Error: 0x80070005 in module foo_bar",
    '{{"error": "KeyError: 3"}}',
    '{{"error": true}}',
    '{{"status": "timeout"}}',
)


@pytest.mark.parametrize("failure", FAILURES)
def test_no_technical_text_is_read_aloud(failure: str) -> None:
    result = failure.format(name="opening_hours")
    assert spoken_result("opening_hours", result, phrases_for("en")) == "I'm sorry, I could not look up opening hours."


@pytest.mark.parametrize(
    ("name", "description", "tried"),
    [
        ("opening_hours", "", "look up opening hours"),
        ("get_weather", "", "look up the weather"),
        ("getStockPrice", "", "look up the stock price"),
        ("lookup_word", "", "look up the word"),
        ("set_timer", "", "set the timer"),
        ("book_table", "", "book the table"),
        ("convert_currency", "", "convert the currency"),
        ("translate", "", "translate"),
        ("weather", "Forecast for a city.", "look up the weather"),
        ("bad", "The population of a city. Slow.", "look up the population of a city"),
    ],
)
def test_the_apology_names_what_was_tried(name: str, description: str, tried: str) -> None:
    said = spoken_result(name, f"{name} failed: KeyError: 3", phrases_for("en"), description)
    assert said == f"I'm sorry, I could not {tried}."


def test_a_name_that_tells_nothing_is_not_spoken() -> None:
    assert spoken_result("f", "f failed: X", phrases_for("en"), "Weather") == "I'm sorry, that did not work."
    assert spoken_result("", "ValueError", phrases_for("de")) == "Es tut mir leid, das hat nicht geklappt."


@pytest.mark.parametrize("language", ["fr", "de", "es", "it", "zh"])
@pytest.mark.parametrize("failure", FAILURES)
def test_every_language_apologises_without_technical_text(language: str, failure: str) -> None:
    said = spoken_result("opening_hours", failure.format(name="opening_hours"), phrases_for(language))
    assert said == phrases_for(language).tool_failed.format(tool="opening hours")


@pytest.mark.parametrize(
    "result",
    [
        {"error": "no such city"},
        {"error": {"code": "x", "message": "no such city."}},
        {"ok": False, "message": "no such city"},
        {"status": "failed", "reason": "no such city"},
        "Error: no such city",
    ],
)
def test_a_reason_in_plain_words_is_told(result: Any) -> None:
    text = result if isinstance(result, str) else json.dumps(result)
    assert spoken_result("findCity", text, phrases_for("en")) == (
        "I'm sorry, I could not look up the city. No such city."
    )


@pytest.mark.parametrize("result", ["Terror is a film.", "The upload failed: try again.", "Errors are human."])
def test_an_answer_that_speaks_of_failure_is_an_answer(result: str) -> None:
    assert spoken_result("films", result, phrases_for("en")) == result


async def test_the_description_of_the_failed_tool_helps_to_name_it() -> None:
    messages = (
        Message("user", "what is the population of paris"),
        Message("assistant", '{"city": "Paris"}', name="bad", call_id="c1"),
        Message("tool", "bad failed: KeyError: 'Paris'", name="bad", call_id="c1"),
    )
    tools = (tool("bad", "The population of a city.", city={"type": "string"}),)
    assert await reply(messages=messages, tools=tools) == "I'm sorry, I could not look up the population of a city."

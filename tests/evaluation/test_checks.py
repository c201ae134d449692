import re
from typing import Any

import numpy as np
import pytest

from navtalk_widget.evaluation import Step
from navtalk_widget.evaluation.answer import Answer
from navtalk_widget.evaluation.checks import Check, judge
from navtalk_widget.session.news import ToolCallChanged
from navtalk_widget.session.talk.reply import Reply
from navtalk_widget.transcript.turn import Latency
from tests.evaluation import townhall

CALL = ToolCallChanged(
    "1", "weather", {"city": "Paris", "days": [1, 2], "unit": {"name": "C", "digits": 1}}, "done", 0.0
)
REPLY = Reply("It is sunny in Paris, 18 degrees.", np.zeros(24_000, dtype=np.int16), (CALL,))
LATENCY = Latency(words_ms=100.0, audio_ms=150.0)
ANSWER = Answer("What is the weather?", REPLY, LATENCY, 900.0)


def verdict(answer: Answer = ANSWER, **expect: Any) -> Check:
    """The one check of a step that expects one thing."""
    answered, check = judge(Step(say="hello", expect=expect), answer)
    assert answered.kind == "answered"
    return check


def in_words(value: object) -> str:
    """The name of a case; without addresses of functions, by which no two processes would agree on it."""
    return re.sub(" at 0x[0-9a-f]+", "", str(value))


@pytest.mark.parametrize(
    "expect",
    [
        {"words": "sunny"},
        {"any_of": ["rainy", "sunny"]},
        {"not_words": "rainy"},
        {"matches": r"\d+ degrees"},
        {"exactly": " It is sunny in Paris, 18 degrees."},
        {"tools": "weather"},
        {"tools": {"name": "weather"}},
        {"tools": {"name": "weather", "arguments": {"city": "PARIS", "unit": {"digits": 1}}}},
        {"tools": {"name": "weather", "arguments": {"days": [1, 2]}}},
        {"within_ms": 150},
        {"within_ms": {"begins": 150}},
        {"within_ms": {"words": 100}},
        {"within_ms": {"audio": 150}},
        {"within_ms": {"answer": 900}},
        {"interrupted": False},
        {"check": lambda reply, transcript: None},
        {"check": lambda reply, transcript: True},
        {"check": lambda reply, transcript: ""},
    ],
    ids=in_words,
)
def test_what_is_as_expected_passes(expect: dict[str, Any]) -> None:
    assert verdict(**expect).passed


@pytest.mark.parametrize(
    ("expect", "actual"),
    [
        ({"words": "sun"}, REPLY.text),
        ({"any_of": ["rainy", "foggy"]}, REPLY.text),
        ({"not_words": "sunny"}, REPLY.text),
        ({"matches": r"^\d+"}, REPLY.text),
        ({"exactly": "It is sunny."}, REPLY.text),
        ({"tools": "forecast"}, "weather(city='Paris', days=[1, 2], unit={'name': 'C', 'digits': 1})"),
        ({"tools": {"name": "weather", "arguments": {"city": "Rome"}}}, None),
        ({"tools": {"name": "weather", "arguments": {"street": "Paris"}}}, None),
        ({"tools": {"name": "weather", "arguments": {"unit": {"digits": 2}}}}, None),
        ({"tools": {"name": "weather", "arguments": {"city": {"name": "Paris"}}}}, None),
        ({"no_tools": True}, None),
        ({"within_ms": 149}, "150"),
        ({"within_ms": {"words": 99}}, "100"),
        ({"within_ms": {"answer": 899}}, "900"),
        ({"interrupted": True}, "False"),
        ({"check": lambda reply, transcript: False}, "False"),
        ({"check": townhall.is_never_content}, f"{REPLY.text!r} is not what I wanted"),
        ({"check": lambda reply, transcript: 1 / 0}, "ZeroDivisionError: division by zero"),
    ],
    ids=in_words,
)
def test_what_is_otherwise_fails_and_tells_what_there_is(expect: dict[str, Any], actual: str | None) -> None:
    check = verdict(**expect)
    assert not check.passed
    assert actual is None or check.actual == actual


def test_each_word_and_each_time_is_a_check_of_its_own() -> None:
    step = Step(say="hello", expect={"words": ["sunny", "rainy"], "within_ms": {"words": 50, "answer": 1000}})
    assert [(check.kind, check.expected, check.passed, check.value_ms) for check in judge(step, ANSWER)] == [
        ("answered", "", True, None),
        ("words", "sunny", True, None),
        ("words", "rainy", False, None),
        ("words_ms", "50", False, 100.0),
        ("answer_ms", "1000", True, 900.0),
    ]


def test_an_answer_in_writing_begins_with_its_words() -> None:
    written = Answer("hello", REPLY, Latency(words_ms=100.0), 120.0)
    assert verdict(written, within_ms=100).passed
    assert not verdict(written, within_ms={"audio": 1000}).passed


def test_without_an_answer_nothing_passes_and_no_function_is_asked() -> None:
    asked = []
    expect = {"words": "a", "not_words": "b", "no_tools": True, "check": lambda *given: asked.append(given)}
    checks = judge(Step(say="hello", expect=expect), Answer("hello", error="The line is dead."))
    assert [check.passed for check in checks] == [False] * 5
    assert checks[0].actual == "The line is dead."
    assert not asked

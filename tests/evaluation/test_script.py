"""Scenarios held with the embedded service: its process, its voice, its ears."""

import threading
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from navtalk_widget import Scenario, evaluate, tool
from navtalk_widget.engines.responder import Message
from navtalk_widget.session.talk import tool_filler
from tests.evaluation import townhall
from tests.evaluation.unmet import unmet

TOOLS = [{"tools": [townhall.weather]}]


def test_a_typed_question_is_answered_by_a_tool_in_words_and_sound() -> None:
    scenario = Scenario(
        name="weather",
        steps=[
            {
                "say": "What is the weather in Paris?",
                "expect": {
                    "words": ["sunny", "Paris"],
                    "tools": {"name": "weather", "arguments": {"city": "Paris"}},
                    "within_ms": {"words": 60_000, "audio": 60_000, "answer": 60_000},
                    "check": townhall.knows_both_sides,
                },
            },
            {
                "say": "What is two plus three?",
                "expect": {"exactly": "That makes 5.", "no_tools": True, "check": townhall.knows_both_sides},
            },
        ],
    )
    table = evaluate(scenario, TOOLS, progress=False)
    assert unmet(table) == []
    row = table.iloc[0]
    assert 0 < row["words_ms"] <= row["audio_ms"] <= row["answer_ms"]
    assert row["tool_calls"] == "weather(city='Paris')"


def test_a_following_question_does_not_cut_the_answer_before_it() -> None:
    steps = [{"say": "Please count to twenty.", "expect": {"interrupted": False}}, {"say": "Thank you."}]
    assert unmet(evaluate(Scenario(name="patient", steps=steps), progress=False)) == []


def test_typing_into_an_answer_cuts_it_short() -> None:
    steps = [
        {"say": "Please count to twenty.", "expect": {"interrupted": True, "words": "1"}},
        {"say": "What is two plus two?", "cut_in_ms": 100, "expect": {"words": "4", "interrupted": False}},
    ]
    assert unmet(evaluate(Scenario(name="impatient", steps=steps), progress=False)) == []


def test_a_spoken_question_is_understood_and_answered(spoken: Callable[..., Path]) -> None:
    steps = [{"audio": spoken("what is the weather in paris today"), "expect": {"words": "sunny", "tools": "weather"}}]
    table = evaluate(Scenario(name="spoken", steps=steps), TOOLS, progress=False)
    assert unmet(table) == []
    assert {"weather", "paris"} <= set(table["said"][0].split())
    assert 0 < table["recognized_ms"][0] <= table["audio_ms"][0]


def test_what_is_said_while_a_tool_takes_its_time_is_not_the_answer(
    spoken: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool_filler, "FILLER_AFTER", 0.1)
    waiting = tool(filler="One moment please.")(townhall.slow_weather)
    steps = [{"audio": spoken("what is the weather in paris today"), "expect": {"words": "sunny"}}]
    table = evaluate(Scenario(name="spoken", steps=steps), [{"tools": [waiting]}], progress=False)
    assert unmet(table) == []
    assert "One moment" not in table["reply"][0]


def test_speaking_into_an_answer_cuts_it_short(spoken: Callable[..., Path]) -> None:
    steps = [
        {"say": "Please count to twenty.", "expect": {"interrupted": True}},
        {
            "audio": spoken("what is the weather in paris today"),
            "cut_in_ms": 0,
            "expect": {"words": "sunny", "interrupted": False},
        },
    ]
    assert unmet(evaluate(Scenario(name="barge-in", steps=steps), TOOLS, progress=False)) == []


def test_of_a_recording_with_two_questions_the_answer_to_the_last_counts(spoken: Callable[..., Path]) -> None:
    said = spoken("what is the weather in paris today", "please count to fifty")
    steps = [{"audio": said, "expect": {"interrupted": False}}]
    table = evaluate(Scenario(name="two", steps=steps), TOOLS, progress=False)
    assert unmet(table) == []
    assert "fifty" in table["said"][0]
    assert "sunny" not in table["reply"][0]


def test_push_to_talk_is_answered_when_the_recording_ends(spoken: Callable[..., Path]) -> None:
    steps = [{"audio": spoken("what is the weather in paris today"), "expect": {"words": "sunny"}}]
    table = evaluate(Scenario(name="pressed", steps=steps), [{**TOOLS[0], "turn_detection": None}], progress=False)
    assert unmet(table) == []


def test_a_picture_is_shown_with_the_question(tmp_path: Path) -> None:
    Image.new("RGB", (32, 32), "red").save(tmp_path / "red.png")

    def looks(messages: list[Message], tools: object) -> str:
        return f"I was shown {sum(len(message.images) for message in messages)} picture"

    steps = [{"say": "What is this?", "image": tmp_path / "red.png", "expect": {"words": "1 picture"}}]
    assert unmet(evaluate(Scenario(name="shown", steps=steps), [{"responder": looks}], progress=False)) == []


def failed(table: pd.DataFrame) -> list[str]:
    """The error of each step."""
    return list(table.groupby("step")["error"].first())


def test_a_recording_in_which_nothing_is_said_is_told_after_a_while(spoken: Callable[..., Path]) -> None:
    steps = [{"audio": spoken(""), "expect": {"words": "sunny"}}, {"say": "hello"}]
    table = evaluate(Scenario(name="silent", steps=steps), progress=False, timeout=1)
    assert failed(table) == [
        "Nothing was heard in [spoken.wav]. Listen whether there is speech in it.",
        "The conversation ended in step 1.",
    ]
    assert not table["passed"].any()


def test_an_answer_that_does_not_come_is_told() -> None:
    def never(messages: object, tools: object) -> str:
        release.wait(20)
        return "too late"

    release = threading.Event()
    table = evaluate(Scenario(name="a", steps=[{"say": "hello"}]), [{"responder": never}], progress=False, timeout=0.5)
    release.set()
    assert failed(table) == ["The answer to 'hello' was not complete within 0.5 s. Ask again, or raise timeout=."]


@pytest.mark.parametrize("part", ["audio", "image"])
def test_a_file_that_is_not_there_fails_its_step(part: str) -> None:
    step = {"audio": "nowhere.wav"} if part == "audio" else {"image": "nowhere.png", "say": "hello"}
    table = evaluate(Scenario(name="a", steps=[{"say": "hello"}, step]), progress=False)
    assert list(table["passed"]) == [True, False]
    assert "cannot be read" in table["error"][1]

"""Which tool a sentence asks for."""

from __future__ import annotations

import pytest

from navtalk_widget.local.responders.rules.tool_choice import choose_tool
from tests.local.responders.conftest import TOOLS, tool


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("what is the weather in paris today", "get_weather"),
        ("is it going to rain in london", "get_weather"),
        ("when does the science museum open", "opening_hours"),
        ("is the louvre closed", "opening_hours"),
        ("turn on the kitchen light", "set_light"),
        ("switch off the lights", "set_light"),
        ("add seven and eight", "add"),
        ("I would like to book a train", "book_train"),
        ("goodbye", "end_conversation"),
        ("tell me a story about dragons", "function_call_judge"),
        ("what is the mean of price", "column_mean"),
    ],
)
def test_words_of_name_and_description_choose_the_tool(said: str, chosen: str) -> None:
    found = choose_tool(said, TOOLS)
    assert found is not None
    assert found.name == chosen


@pytest.mark.parametrize(
    "said",
    [
        "hello",
        "how are you",
        "what is your name",
        "thank you",
        "tell me a joke",
        "what time is it",
        "the meaning of life is strange",
        "do you like towns",
        "",
    ],
)
def test_small_talk_chooses_none(said: str) -> None:
    assert choose_tool(said, TOOLS) is None


def test_the_better_match_wins_whatever_the_order() -> None:
    tools = (tool("play_music", "Play a song."), tool("stop_music", "Stop the music."))
    for order in (tools, tools[::-1]):
        found = choose_tool("stop the music", order)
        assert found is not None
        assert found.name == "stop_music"


def test_camel_case_names_are_read_too() -> None:
    assert choose_tool("show the opening hours", (tool("getOpeningHours"),)) is not None

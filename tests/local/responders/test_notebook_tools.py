"""Tools as people write them in notebooks, and what is said to them."""

from __future__ import annotations

from typing import Any

import pytest

from navtalk_widget.engines.responder import ToolCall, ToolDefinition

from .conftest import OPENING_HOURS, TEXT, reply, tool

NUMBER: dict[str, Any] = {"type": "number"}
INTEGER: dict[str, Any] = {"type": "integer"}
MONEY: dict[str, Any] = {"amount": NUMBER, "from": TEXT, "to": TEXT}
TOOLS = (
    tool("weather", "The weather in a city.", city=TEXT),
    tool("opening_hours", "Opening hours of a museum.", museum=TEXT),
    tool("bad", "The population of a city.", city=TEXT),
    tool("convert_currency", "Convert an amount of money from one currency to another.", **MONEY),
    tool("add", "Add two numbers.", a=NUMBER, b=NUMBER),
    tool("search", "Search the documentation.", query=TEXT),
    tool("set_timer", "Set a timer.", minutes=INTEGER),
    tool("book_table", "Book a table at the restaurant.", people=INTEGER, time=TEXT),
    tool("get_stock_price", "The latest price of a stock.", symbol=TEXT),
    tool("roll_dice", "Roll a dice.", [], sides={"type": "integer", "default": 6}),
    tool("translate", "Translate text into another language.", text=TEXT, language=TEXT),
)


@pytest.mark.parametrize(
    ("said", "name", "arguments"),
    [
        ("What is the weather in Paris?", "weather", {"city": "Paris"}),
        ("what's the weather like in new york city", "weather", {"city": "New York"}),
        ("How is the weather in the city of Paris?", "weather", {"city": "Paris"}),
        ("When does the Louvre museum open?", "opening_hours", {"museum": "Louvre"}),
        ("when does the louvre museum open", "opening_hours", {"museum": "Louvre"}),
        ("When does the Orsay museum close?", "opening_hours", {"museum": "Orsay"}),
        ("opening hours of the british museum", "opening_hours", {"museum": "British Museum"}),
        ("What is the population of Paris?", "bad", {"city": "Paris"}),
        ("what is the population of paris", "bad", {"city": "Paris"}),
        ("Population of the town of Bath, please.", "bad", {"city": "Bath"}),
        ("How many inhabitants does Berlin have?", "bad", {"city": "Berlin"}),
        ("Convert 100 dollars to euros.", "convert_currency", {"amount": 100, "from": "dollars", "to": "euros"}),
        ("convert twenty from euros to yen", "convert_currency", {"amount": 20, "from": "euros", "to": "yen"}),
        ("how much is 50 euros in dollars", "convert_currency", {"amount": 50, "from": "euros", "to": "dollars"}),
        ("Convert 20 USD into EUR!", "convert_currency", {"amount": 20, "from": "USD", "to": "EUR"}),
        ("Add 3 and 4.", "add", {"a": 3, "b": 4}),
        ("add seven and eight", "add", {"a": 7, "b": 8}),
        ("what is 2 plus 2", "add", {"a": 2, "b": 2}),
        ("Search for pandas tutorials.", "search", {"query": "pandas tutorials"}),
        ("search the documentation for rolling windows please", "search", {"query": "rolling windows"}),
        ("Could you search for plotting?", "search", {"query": "plotting"}),
        ("Set a timer for 10 minutes.", "set_timer", {"minutes": 10}),
        ("please set a five minute timer", "set_timer", {"minutes": 5}),
        ("Book a table for four at 7 pm.", "book_table", {"people": 4, "time": "7 pm"}),
        ("book a table at seven thirty for two people", "book_table", {"people": 2, "time": "seven thirty"}),
        ("book a table for two at 19:30", "book_table", {"people": 2, "time": "19:30"}),
        ("What is the stock price of Apple?", "get_stock_price", {"symbol": "Apple"}),
        ("Get the price of AAPL", "get_stock_price", {"symbol": "AAPL"}),
        ("Roll a dice.", "roll_dice", {}),
        ("roll a die with twelve sides", "roll_dice", {"sides": 12}),
        ("Translate good morning into French.", "translate", {"text": "good morning", "language": "French"}),
        ("translate good morning to french", "translate", {"text": "good morning", "language": "French"}),
        ('Translate "How are you?" into German.', "translate", {"text": "How are you?", "language": "German"}),
    ],
)
async def test_a_request_calls_its_tool(said: str, name: str, arguments: dict[str, Any]) -> None:
    assert await reply(said, tools=TOOLS) == ToolCall(name, arguments)
    assert await reply(said, tools=TOOLS[::-1]) == ToolCall(name, arguments)


@pytest.mark.parametrize(
    "said",
    [
        "Hello!",
        "How are you?",
        "I feel great today.",
        "tell me about yourself",
        "my name is Bob",
        "I live in a big city",
        "do you like Paris",
        "Paris is a beautiful city",
        "What do people of the population think about the war?",
        "that was a lovely dinner last night",
        "I have two dogs and three cats",
        "the numbers are boring",
        "I like museums",
        "thank you",
    ],
)
async def test_small_talk_calls_none(said: str) -> None:
    assert isinstance(await reply(said, tools=TOOLS), str)


async def test_a_topic_without_its_argument_is_asked_about() -> None:
    assert await reply("What is the population?", tools=TOOLS) == "Which city do you mean?"


async def test_a_topic_that_two_tools_share_is_no_reason_to_guess() -> None:
    twins = (tool("a", "The population of a city.", city=TEXT), tool("b", "The population of a city.", city=TEXT))
    assert isinstance(await reply("What is the population of Paris?", tools=twins), str)


@pytest.mark.parametrize(
    ("said", "museum"),
    [
        ("When does the Louvre Museum open?", "Louvre Museum"),
        ("opening hours of the museum of modern art", "Museum Of Modern Art"),
        ("opening hours of the Picasso museum please", "Picasso"),
        ("opening hours of the natural history museum", "Natural History Museum"),
    ],
)
async def test_the_word_for_a_thing_stays_where_it_belongs_to_the_name(said: str, museum: str) -> None:
    call = await reply(said, tools=(OPENING_HOURS,))
    assert isinstance(call, ToolCall)
    assert str(call.arguments["museum"]).casefold() == museum.casefold()


async def test_a_member_of_an_enumeration_keeps_its_words() -> None:
    museums = {"type": "string", "enum": ["louvre_museum", "orsay_museum"]}
    hours: ToolDefinition = tool("opening_hours", "Opening hours.", museum=museums)
    assert await reply("When does the Orsay museum open?", tools=(hours,)) == ToolCall(
        "opening_hours", {"museum": "orsay_museum"}
    )

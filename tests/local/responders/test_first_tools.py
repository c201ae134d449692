"""The first tools that people write, and the first things they say to them: never a word that is no value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest

from navtalk_widget.engines.responder import ToolCall, ToolDefinition
from navtalk_widget.tools import tool

from .conftest import reply


def weather(city: str) -> None:
    """The weather in a city."""


def sales(month: str) -> None:
    """The sales of a month."""


def revenue(month: int) -> None: ...


def stock(symbol: str) -> None:
    """Price of a stock."""


def book(title: str) -> None:
    """Find a book."""


def population(country: str) -> None:
    """Population of a country."""


def roll_dice(sides: int) -> None:
    """Roll a dice."""


def convert(amount: float, currency: str) -> None:
    """Convert euros to another currency."""


def lookup(order_id: str) -> None:
    """Look up an order."""


def add(a: float, b: float) -> None:
    """Add two numbers."""


def opening_hours(museum: str, day: str = "today") -> None:
    """Opening hours of a museum."""


def grade(student: str) -> None:
    """The grade of a student."""


def homework(day: str) -> None:
    """Homework for a day."""


def coffee(size: Literal["small", "large"]) -> None:
    """Order a coffee."""


def define(word: str) -> None:
    """Define a word."""


def element(symbol: str) -> None:
    """Facts about a chemical element."""


def birthday(name: str) -> None:
    """When a friend's birthday is."""


def room_temperature(room: str) -> None:
    """Temperature of a room."""


def mean(column: str) -> None:
    """Mean of a column."""


def phone(person: str) -> None:
    """Phone number of a person."""


def menu(weekday: str) -> None:
    """The canteen's menu."""


ALL: tuple[Callable[..., None], ...] = (
    weather,
    sales,
    revenue,
    stock,
    book,
    population,
    roll_dice,
    convert,
    lookup,
    add,
    opening_hours,
    grade,
    homework,
    coffee,
    define,
    element,
    birthday,
    room_temperature,
    mean,
    phone,
    menu,
)
ORDERS = (
    "Show me the {}.",
    "show {}",
    "Please show me the {}",
    "Tell me the {}.",
    "Give me the {}, please.",
    "Find the {}.",
    "Look up the {}",
    "Get {}",
    "What is the {}?",
    "What about the {}?",
    "List the {}",
    "Display {}.",
    "Can you show me the {}?",
    "Compare the {}",
)


def definition(function: Callable[..., None]) -> ToolDefinition:
    made = tool(function)
    return ToolDefinition(made.name, made.description, made.parameters)


@pytest.mark.parametrize(
    ("function", "said", "arguments"),
    [
        (weather, "Show me the weather of Berlin.", {"city": "Berlin"}),
        (weather, "weather in new york please", {"city": "New York"}),
        (weather, "What is the weather in Berlin in May?", {"city": "Berlin"}),
        (sales, "Show me the sales of May.", {"month": "May"}),
        (sales, "show me the sales of may", {"month": "May"}),
        (sales, "What were the sales in May?", {"month": "May"}),
        (sales, "Give me the March sales", {"month": "March"}),
        (sales, "Show me May's sales", {"month": "May"}),
        (sales, "How were sales in December 2024?", {"month": "December"}),
        (sales, "Please show me the sales of last month", {"month": "last month"}),
        (revenue, "Show me the revenue of May.", {"month": 5}),
        (stock, "How is the Apple stock doing?", {"symbol": "Apple"}),
        (stock, "Quote the stock TSLA", {"symbol": "TSLA"}),
        (book, "Find the book Dune.", {"title": "Dune"}),
        (book, "Look up the book 'War and Peace'", {"title": "War and Peace"}),
        (book, "Do you have the book Pride and Prejudice?", {"title": "Pride and Prejudice"}),
        (book, "Is there a book called dune?", {"title": "dune"}),
        (population, "Give me France's population", {"country": "France"}),
        (population, "population of the united states", {"country": "United States"}),
        (roll_dice, "Roll a dice with 20 sides", {"sides": 20}),
        (convert, "Convert 20 euros to dollars", {"amount": 20, "currency": "dollars"}),
        (lookup, "Look up order 12345", {"order_id": "12345"}),
        (lookup, "Show me order A17-3.", {"order_id": "A17-3"}),
        (lookup, "Look up order LH 400", {"order_id": "LH 400"}),
        (lookup, "Look up the order with ID 42", {"order_id": "42"}),
        (add, "Add 3.5 and 2", {"a": 3.5, "b": 2}),
        (add, "Add -3 and minus 4", {"a": -3, "b": -4}),
        (opening_hours, "Show me the opening hours of the Louvre on Monday", {"museum": "Louvre", "day": "Monday"}),
        (grade, "What is Anna's grade?", {"student": "Anna"}),
        (homework, "Give me Friday's homework", {"day": "Friday"}),
        (homework, "Show me the homework of next Monday", {"day": "next Monday"}),
        (coffee, "Order a small coffee", {"size": "small"}),
        (define, "Please define the word entropy", {"word": "entropy"}),
        (element, "Tell me about the element Fe", {"symbol": "Fe"}),
        (birthday, "When is the birthday of my friend Anna?", {"name": "Anna"}),
        (room_temperature, "Temperature of the living room", {"room": "living room"}),
        (mean, "Show me the mean of price", {"column": "price"}),
        (phone, "Tell me Peter's phone number", {"person": "Peter"}),
        (menu, "Show the menu for friday", {"weekday": "Friday"}),
    ],
)
async def test_the_value_is_what_was_meant(function: Callable[..., None], said: str, arguments: dict[str, Any]) -> None:
    assert await reply(said, tools=(definition(function),)) == ToolCall(function.__name__, arguments)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("function", ALL, ids=lambda function: function.__name__)
async def test_an_order_without_a_value_calls_nothing(function: Callable[..., None], order: str) -> None:
    said = order.format(function.__name__.replace("_", " "))
    assert isinstance(await reply(said, tools=(definition(function),)), str)


async def test_may_is_no_month_where_it_asks_leave() -> None:
    for said in ("May I see the sales?", "What may the sales be?"):
        assert await reply(said, tools=(definition(sales),)) == "Which month do you mean?"


async def test_the_answer_to_the_question_for_a_month_is_taken_as_a_month() -> None:
    lines = ("Show me the sales.", "Which month do you mean?")
    assert await reply(*lines, "may, please", tools=(definition(sales),)) == ToolCall("sales", {"month": "May"})

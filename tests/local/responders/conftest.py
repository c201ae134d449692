"""Conversations with the built-in responder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from navtalk_widget.engines.responder import Message, ResponseRequest, ToolCall, ToolDefinition
from navtalk_widget.local.responders.rules.builtin import BuiltinResponder

NOW = datetime(2026, 3, 5, 16, 40)  # a Thursday
TEXT: dict[str, Any] = {"type": "string"}


def tool(name: str, description: str = "", required: Sequence[str] | None = None, **properties: Any) -> ToolDefinition:
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties if required is None else required),
    }
    return ToolDefinition(name, description, schema)


OPENING_HOURS = tool("opening_hours", "Opening hours of a museum in town.", museum=TEXT)
WEATHER = tool(
    "get_weather",
    "Current weather for a city.",
    ["city"],
    city={"type": "string", "description": "city name"},
    unit={"type": "string", "enum": ["celsius", "fahrenheit"]},
    date=TEXT,
)
LIGHT = tool(
    "set_light",
    "Switch a light in a room.",
    room={"type": "string", "enum": ["kitchen", "living_room"]},
    on={"type": "boolean"},
)
ADD = tool("add", "Add two numbers.", a={"type": "integer"}, b={"type": "integer"})
TRAIN = tool(
    "book_train",
    "Book a train ticket.",
    ["origin", "destination"],
    origin=TEXT,
    destination=TEXT,
    seats={"type": "integer"},
)
END = tool("end_conversation", "Call this when the user says goodbye.", reason=TEXT)
DRAGONS = tool("function_call_judge", "Judges whether the user wants a story about dragons.", userInput=TEXT)
COLUMN_MEAN = tool("column_mean", "Mean of a column of the data frame.", column=TEXT)
TOOLS = (OPENING_HOURS, WEATHER, LIGHT, ADD, TRAIN, END, DRAGONS, COLUMN_MEAN)


def conversation(*lines: str) -> tuple[Message, ...]:
    """Messages of the user and the assistant in turn, the user's first."""
    return tuple(Message("assistant" if index % 2 else "user", line) for index, line in enumerate(lines))


async def reply(
    *lines: str,
    messages: tuple[Message, ...] | None = None,
    tools: tuple[ToolDefinition, ...] = TOOLS,
    instructions: str = "",
    character: str = "navtalk.Leo",
) -> str | ToolCall:
    """The whole answer after these lines: the text, or the tool's call."""
    request = ResponseRequest(conversation(*lines) if messages is None else messages, tools, instructions, character)
    pieces = [piece async for piece in BuiltinResponder(lambda: NOW).respond(request)]
    if len(pieces) == 1 and isinstance(pieces[0], ToolCall):
        return pieces[0]
    assert all(isinstance(piece, str) for piece in pieces)
    return "".join(str(piece) for piece in pieces)

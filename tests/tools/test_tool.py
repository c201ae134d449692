"""The decorator, and what it makes."""

import asyncio
import functools
import inspect
from typing import Any, cast

import pytest

from navtalk_widget.errors import ToolDefinitionError
from navtalk_widget.protocol.config import FunctionTool
from navtalk_widget.tools import Tool, tool


@tool
def opening_hours(museum: str, day: str = "today") -> str:
    """Opening hours of a museum in town.

    Args:
        museum: its name.
    """
    return f"{museum}: 9 to 5 {day}"


def test_a_decorated_function_describes_itself() -> None:
    assert opening_hours.name == "opening_hours"
    assert opening_hours.description == "Opening hours of a museum in town."
    assert opening_hours.parameters["properties"]["museum"] == {"type": "string", "description": "its name."}
    assert opening_hours.timeout == 30


def test_a_decorated_function_is_called_as_before() -> None:
    assert opening_hours("Louvre", day="Monday") == "Louvre: 9 to 5 Monday"
    assert list(inspect.signature(opening_hours).parameters) == ["museum", "day"]


def test_the_decorator_takes_settings() -> None:
    @tool(name="wait", description="Waits.", timeout=None)
    async def pause(seconds: float) -> str:
        """Something else."""
        return f"waited {seconds}"

    assert (pause.name, pause.description, pause.timeout) == ("wait", "Waits.", None)
    assert asyncio.run(pause(0)) == "waited 0"


def test_the_definition_is_what_the_session_configuration_expects() -> None:
    definition = opening_hours.definition
    assert FunctionTool.model_validate(definition).model_dump() == definition


def test_a_lambda_needs_a_name() -> None:
    with pytest.raises(ToolDefinitionError, match=r"'<lambda>' is no name.*Pass name="):
        tool(lambda n: n)
    assert tool(name="same")(lambda n: n).name == "same"


def test_what_is_no_function_is_said_to_be_none() -> None:
    with pytest.raises(ToolDefinitionError, match=r"A tool is a function, not 'weather'\. Write @tool above"):
        Tool.from_function(cast(Any, "weather"))


@pytest.mark.parametrize("name", ["", "a b", "天气", "x" * 65])
def test_names_the_service_would_refuse_are_refused_at_once(name: str) -> None:
    with pytest.raises(ToolDefinitionError, match="is no name for a tool"):
        Tool.from_function(print, name=name)


def test_a_callable_without_name_needs_one() -> None:
    with pytest.raises(ToolDefinitionError, match="is no name for a tool"):
        tool(functools.partial(opening_hours.function, day="Friday"))


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_a_time_limit_must_be_above_zero(timeout: float) -> None:
    with pytest.raises(ToolDefinitionError, match="time limit"):
        Tool.from_function(opening_hours.function, timeout=timeout)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"on_interruption": "stop"}, "'stop' on an interruption"),
        ({"max_result_characters": 99}, "at most 99 characters"),
        ({"filler": " "}, "filler of 0 characters"),
        ({"filler": "x" * 201}, "filler of 201 characters"),
    ],
)
def test_what_a_tool_cannot_be_told_is_refused_with_what_it_can(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ToolDefinitionError, match=said) as raised:
        tool(name="search", **wrong)(lambda: None)
    assert raised.value.hint.startswith("Pass ")


def test_a_tool_keeps_what_it_was_told() -> None:
    @tool(on_interruption="cancel", max_result_characters=500, filler=" One moment. ")
    def search() -> None: ...

    assert (search.on_interruption, search.max_result_characters, search.filler) == ("cancel", 500, "One moment.")

"""The set of tools of a conversation."""

import pytest

from navtalk_widget.errors import ToolError
from navtalk_widget.tools import ToolRegistry, tool


def weather(city: str) -> str:
    """Weather of a city."""
    return city


def clock() -> str:
    """The time."""
    return "noon"


def test_functions_and_tools_are_kept_in_order() -> None:
    registry = ToolRegistry([weather, tool(clock)])
    assert [each.name for each in registry] == ["weather", "clock"]
    assert len(registry) == 2
    assert "clock" in registry
    assert repr(registry) == "<ToolRegistry: weather, clock>"


def test_definitions_are_those_of_session_update() -> None:
    assert ToolRegistry([clock]).definitions() == [
        {
            "type": "function",
            "name": "clock",
            "description": "The time.",
            "parameters": {"type": "object", "properties": {}, "additionalProperties": False},
        }
    ]


def test_running_a_cell_again_replaces_the_tool_in_its_place() -> None:
    registry = ToolRegistry([weather, clock])
    again = registry.add(tool(name="weather", description="Better.")(clock))
    assert [each.name for each in registry] == ["weather", "clock"]
    assert registry.get("weather") is again


def test_a_removed_tool_is_gone() -> None:
    registry = ToolRegistry([weather, clock])
    registry.remove("weather")
    assert registry.get("weather") is None
    assert [each.name for each in registry] == ["clock"]


def test_removing_what_is_not_there_names_what_is() -> None:
    with pytest.raises(ToolError, match="no tool named wether; the tools are: weather, clock"):
        ToolRegistry([weather, clock]).remove("wether")


def test_tools_may_be_added_while_another_thread_goes_through_them() -> None:
    registry = ToolRegistry([weather])
    for each in registry:
        registry.add(tool(name=f"{each.name}_more")(clock))
    assert [each.name for each in registry] == ["weather", "weather_more"]

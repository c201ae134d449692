"""The tools of one conversation, by name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from navtalk_widget.errors import ToolError
from navtalk_widget.tools.tool import Tool

AnyTool = Tool[..., Any]


class ToolRegistry:
    """An ordered set of tools. Cells may change it while the conversation's thread reads it.

    Args:
        tools: functions or tools to begin with.
    """

    def __init__(self, tools: Iterable[Callable[..., Any]] = ()) -> None:
        self._lock = threading.Lock()
        self._tools: dict[str, AnyTool] = {}  # replaced, never changed: who iterates sees one state
        for each in tools:
            self.add(each)

    def add(self, function: Callable[..., Any]) -> AnyTool:
        """Add a function or a `Tool`; one of the same name is replaced in its place, as cells are run again.

        Raises:
            ToolDefinitionError: the function cannot serve as a tool; the error says why.
        """
        added = function if isinstance(function, Tool) else Tool.from_function(function)
        with self._lock:
            self._tools = {**self._tools, added.name: added}
        return added

    def remove(self, name: str) -> None:
        """Remove a tool.

        Raises:
            ToolError: there is none of that name.
        """
        with self._lock:
            if name not in self._tools:
                raise self.unknown(name)
            self._tools = {key: value for key, value in self._tools.items() if key != name}

    def get(self, name: str) -> AnyTool | None:
        """The tool of that name, or None."""
        return self._tools.get(name)

    def unknown(self, name: str) -> ToolError:
        """The error that says which tools there are instead."""
        names = ", ".join(self._tools)
        there_are = f"the tools are: {names}" if names else "there are no tools"
        return ToolError(f"There is no tool named {name}; {there_are}.", code="tool_unknown")

    def definitions(self) -> list[dict[str, Any]]:
        """The tools as ``session.update`` lists them: ``type``, ``name``, ``description``, ``parameters``."""
        return [each.definition for each in self]

    def __iter__(self) -> Iterator[AnyTool]:
        return iter(self._tools.values())

    def __len__(self) -> int:
        return len(self._tools)

    def __contains__(self, name: object) -> bool:
        return name in self._tools

    def __repr__(self) -> str:
        return f"<ToolRegistry: {', '.join(self._tools) or 'empty'}>"

"""Python functions as tools of the avatar: schema from the signature, registry, execution."""

from navtalk_widget.tools.execution import ToolResult, ToolRunner
from navtalk_widget.tools.registry import ToolRegistry
from navtalk_widget.tools.tool import Tool, tool

__all__ = ["Tool", "ToolRegistry", "ToolResult", "ToolRunner", "tool"]

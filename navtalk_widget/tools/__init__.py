"""Python functions as tools of the avatar: schema from the signature, registry, execution."""

from navtalk_widget.tools.approval import Approvals
from navtalk_widget.tools.context import ToolContext
from navtalk_widget.tools.execution import CallStage, ToolResult, ToolRunner
from navtalk_widget.tools.registry import ToolRegistry
from navtalk_widget.tools.tool import Tool, tool

__all__ = ["Approvals", "CallStage", "Tool", "ToolContext", "ToolRegistry", "ToolResult", "ToolRunner", "tool"]

"""A Jupyter widget for talking with a real-time digital human.

Names are resolved when they are first used: the root can be imported where the front end has not been built, and
costs no more than Python itself.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from navtalk_widget.engines.portrait import Portrait
    from navtalk_widget.engines.responder import Message, ToolCall
    from navtalk_widget.errors import NavTalkError
    from navtalk_widget.evaluation.batch import evaluate
    from navtalk_widget.evaluation.scenario import Scenario
    from navtalk_widget.gateway.device import Device
    from navtalk_widget.history.deletion import delete_conversation
    from navtalk_widget.history.reading import read_transcripts
    from navtalk_widget.session.metrics import Metrics
    from navtalk_widget.session.session import Session
    from navtalk_widget.session.talk.reply import Reply
    from navtalk_widget.tools.context import ToolContext
    from navtalk_widget.tools.tool import Tool, tool
    from navtalk_widget.transcript.transcript import Transcript
    from navtalk_widget.transcript.turn import Turn
    from navtalk_widget.widget.avatar import Avatar

__version__ = "0.1.0"

__all__ = [
    "Avatar",
    "Device",
    "Message",
    "Metrics",
    "NavTalkError",
    "Portrait",
    "Reply",
    "Scenario",
    "Session",
    "Tool",
    "ToolCall",
    "ToolContext",
    "Transcript",
    "Turn",
    "delete_conversation",
    "evaluate",
    "read_transcripts",
    "tool",
]

_HOMES = {
    "Avatar": "widget.avatar",
    "Device": "gateway.device",
    "Message": "engines.responder",
    "Metrics": "session.metrics",
    "NavTalkError": "errors",
    "Portrait": "engines.portrait",
    "Reply": "session.talk.reply",
    "Scenario": "evaluation.scenario",
    "Session": "session.session",
    "Tool": "tools.tool",
    "ToolCall": "engines.responder",
    "ToolContext": "tools.context",
    "Transcript": "transcript.transcript",
    "Turn": "transcript.turn",
    "delete_conversation": "history.deletion",
    "evaluate": "evaluation.batch",
    "read_transcripts": "history.reading",
    "tool": "tools.tool",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if sys.platform == "emscripten" and name in ("Avatar", "Session", "evaluate"):
        raise ImportError(
            "A conversation needs threads and sockets, and Python in the browser (JupyterLite, Pyodide) has neither. "
            "Run this notebook in JupyterLab on a computer: pip install 'navtalk-widget[local]' jupyterlab"
        )
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

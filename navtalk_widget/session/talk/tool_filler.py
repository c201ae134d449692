"""What the avatar says while a tool takes its time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from navtalk_widget.session.news import ToolCallChanged
from navtalk_widget.session.talk.responses import ResponseGate
from navtalk_widget.tools.registry import ToolRegistry

FILLER_AFTER = 1.5
"""Seconds of silence while a tool runs, after which its sentence is said. Most tools are faster."""


class Filler:
    """Has a tool's sentence said, once for calls that run together, when nobody has spoken for a moment.

    It is an answer of its own, of which the service makes no part of the conversation; the answer with the tools'
    results is asked for when it is complete, and so follows it.

    Args:
        tools: know their sentences.
        gate: where it is asked for.
        spoken: makes of a sentence the `response` of a `response.create`.
        changed: called when it has been asked for.
    """

    def __init__(
        self,
        tools: ToolRegistry,
        gate: ResponseGate,
        spoken: Callable[[str], dict[str, Any]],
        changed: Callable[[], None],
    ) -> None:
        self._tools = tools
        self._gate = gate
        self._spoken = spoken
        self._changed = changed
        self._running: dict[str, str] = {}
        self._said: dict[str, Any] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def note_call(self, news: ToolCallChanged) -> None:
        """Take in how far a call is; the time that it awaits approval does not count."""
        if news.state == "running":
            tool = self._tools.get(news.name)
            if tool is not None and tool.filler is not None:
                self._running.setdefault(news.call_id, tool.filler)
        elif self._running.pop(news.call_id, None) is not None and not self._running:
            self.wait()
            if self._said is not None:
                self._gate.withdraw(self._said)
                self._said = None

    def note_quiet(self, quiet: bool) -> None:
        """Take in whether nobody speaks, and nothing is about to be said."""
        if not quiet:
            self.wait()
        elif self._running and self._said is None and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FILLER_AFTER, self._say)

    def hush(self) -> None:
        """The person speaks: what has not begun is not said."""
        self.wait()
        if self._said is not None:
            self._gate.withdraw(self._said)

    def wait(self) -> None:
        """Say nothing until there has been silence again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def end(self) -> None:
        """The conversation is over: nothing is said any more, nor taken back."""
        self.wait()
        self._running.clear()
        self._said = None

    def _say(self) -> None:
        self._timer = None
        self._said = self._spoken(next(iter(self._running.values())))
        self._gate.request(None, self._said)
        self._changed()

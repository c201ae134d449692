"""Asking the person before a tool is called that needs their word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from navtalk_widget.errors import ToolDenied, ToolError
from navtalk_widget.tools.registry import AnyTool

APPROVAL_TIMEOUT = 45.0
"""Seconds to wait for the person's word, apart from the tool's own limit. Shorter than a question waits for its answer,
so that one which nobody is there to approve is still answered."""

CALLED_OFF = "tool_called_off"
"""The code of errors that say: the person interrupted, and wants to hear no more of a call."""

MAX_WAITING = 16
"""Calls that may wait for a word at once; more than these nobody would read."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    tool: AnyTool
    answer: asyncio.Future[ToolError | None]
    """None: it may be called."""


class Approvals:
    """The calls of one conversation that wait for the person's word, and the tools that need none any more.

    Belongs to the conversation's loop.

    Args:
        limit: seconds that a call waits.
    """

    def __init__(self, limit: float = APPROVAL_TIMEOUT) -> None:
        self._limit = limit
        self._waiting: dict[str, _Waiting] = {}
        self._always: dict[str, AnyTool] = {}

    async def obtain(self, call_id: str, tool: AnyTool, asks: Callable[[], None]) -> None:
        """Wait until a tool may be called; those that need nobody's word may be at once.

        Args:
            call_id: under which the answer is given.
            tool: what is to be called.
            asks: called when there is something to decide.

        Raises:
            ToolDenied: it may not; worded for the model.
            ToolError: too many calls wait already.
        """
        # A tool that was replaced since, as when its cell was run again, is not the one that was allowed.
        if not tool.needs_approval or self._always.get(tool.name) is tool:
            return
        if len(self._waiting) >= MAX_WAITING:
            raise ToolError(f"{tool.name} was not called: {MAX_WAITING} calls await approval.", code="tool_busy")
        waiting = _Waiting(tool, asyncio.get_running_loop().create_future())
        self._waiting[call_id] = waiting
        try:
            asks()
            await asyncio.wait({waiting.answer}, timeout=self._limit)
        finally:
            if self._waiting.get(call_id) is waiting:
                del self._waiting[call_id]
        if not waiting.answer.done():
            raise ToolDenied(f"{tool.name} was not called: nobody allowed it within {self._limit:g} s.")
        refusal = waiting.answer.result()
        if refusal is not None:
            raise refusal

    def approve(self, call_id: str, *, always: bool = False) -> None:
        """Allow a call.

        Args:
            call_id: which.
            always: whether its tool needs no further approval in this conversation.

        Raises:
            ToolError: no such call awaits approval.
        """
        tool = self._decide(call_id, None).tool
        if always:
            self._always[tool.name] = tool
            for other in [other for other, waiting in self._waiting.items() if waiting.tool is tool]:
                self._decide(other, None)

    def reject(self, call_id: str, reason: str = "") -> None:
        """Refuse a call.

        Args:
            call_id: which.
            reason: told to the model.

        Raises:
            ToolError: no such call awaits approval.
        """
        name = self._find(call_id).tool.name
        sentence = f"{name} was not called: the person did not allow it."
        self._decide(call_id, ToolDenied(f"{sentence} {reason}".rstrip()))

    def call_off(self) -> bool:
        """The person wants to hear no more of what waits. Returns whether anything did."""
        return self._end("the person interrupted before allowing it", CALLED_OFF)

    def close(self) -> None:
        """The conversation is over, and with it every wait."""
        self._end("the conversation has ended", "tool_cancelled")

    def _end(self, why: str, code: str) -> bool:
        ended = list(self._waiting)
        for call_id in ended:
            name = self._waiting[call_id].tool.name
            self._decide(call_id, ToolDenied(f"{name} was not called: {why}.", code=code))
        return bool(ended)

    def _decide(self, call_id: str, refusal: ToolError | None) -> _Waiting:
        waiting = self._find(call_id)
        del self._waiting[call_id]
        waiting.answer.set_result(refusal)
        return waiting

    def _find(self, call_id: str) -> _Waiting:
        if call_id not in self._waiting:
            raise ToolError(f"There is no call {call_id!r} that awaits approval.", code="no_such_call")
        return self._waiting[call_id]

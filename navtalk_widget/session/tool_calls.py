"""Answers the model's function calls."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from navtalk_widget.errors import ToolError
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import function_output
from navtalk_widget.session.news import ToolCallChanged
from navtalk_widget.tools.arguments import parse_arguments
from navtalk_widget.tools.execution import ToolResult, ToolRunner

_logger = logging.getLogger(__name__)


class ToolCalls:
    """Runs the tools that the service calls, and sends it the results.

    An answer may call several tools; the next answer is asked for when all of them have ended.

    Args:
        runner: runs the functions.
        send: sends an event to the service.
        changed: told when a call begins and when it ends.
        finished: called with each result.
        all_finished: called when no call is running any more.
    """

    def __init__(
        self,
        runner: ToolRunner,
        *,
        send: Callable[[Event], None],
        changed: Callable[[ToolCallChanged], None],
        finished: Callable[[ToolResult], None],
        all_finished: Callable[[], None],
    ) -> None:
        self._runner = runner
        self._send = send
        self._changed = changed
        self._finished = finished
        self._all_finished = all_finished
        self._tasks: set[asyncio.Task[None]] = set()
        self._begun: set[str] = set()

    @property
    def running(self) -> int:
        """How many calls have not ended."""
        return len(self._tasks)

    def start(self, call: events.FunctionCallArgumentsDone) -> None:
        """Run a call in the background; a call that is announced twice runs once."""
        if call.call_id in self._begun or self._runner.knows(call.call_id):
            return
        self._begun.add(call.call_id)
        task = asyncio.create_task(self._run(call), name=f"navtalk-call-{call.name}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Cancel what runs."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._runner.close()

    async def _run(self, call: events.FunctionCallArgumentsDone) -> None:
        begun = ToolCallChanged(
            call_id=call.call_id,
            name=call.name,
            arguments=_shown_arguments(call),
            state="running",
            started_at=time.time(),
        )
        self._changed(begun)
        result = await self._runner.call(call.call_id, call.name, call.arguments)
        self._begun.discard(call.call_id)
        assert result is not None  # `start` lets no call through twice
        if result.error is not None:
            _logger.warning("Tool %s: %s", call.name, result.error.message, exc_info=result.error.__cause__)
        self._finished(result)
        self._send(events.ConversationItemCreate(item=function_output(call.call_id, result.output)))

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            _logger.error("A tool call was not answered", exc_info=error)
        if not self._tasks:
            self._all_finished()


def _shown_arguments(call: events.FunctionCallArgumentsDone) -> dict[str, object]:
    try:
        return parse_arguments(call.name, call.arguments)
    except ToolError:
        return {}

"""Answers the model's function calls."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from typing import Literal

from navtalk_widget.errors import ToolError
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import Item, new_id
from navtalk_widget.session.news import ToolCallChanged
from navtalk_widget.session.talk.tool_interruption import SpokenInterruption
from navtalk_widget.session.talk.tool_results import Call, ToolResults
from navtalk_widget.tools.arguments import parse_arguments
from navtalk_widget.tools.execution import CallStage, ToolResult, ToolRunner
from navtalk_widget.transcript.turn import ToolUse

_logger = logging.getLogger(__name__)

REMEMBERED_CALLS = 1024
"""Calls of this connection that are not run again when the service repeats itself."""

REMEMBERED_NAMES = 64
"""Calls whose tool's name came ahead of their arguments."""


class ToolCalls:
    """Runs the tools that the service calls, and sends it the results.

    An answer may call several tools; the next answer is asked for when all of them have ended. Calls outlive the
    connection in which they began, and none runs again because another connection's service makes it again.

    Args:
        runner: runs the functions.
        send: sends an event to the service.
        interruptible: whether the person interrupts by speaking.
        changed: told when a call waits, begins and makes progress, and when it is broken off.
        finished: called with each result.
        repeated: called when the service has made a call again whose result it knows by now.
        all_finished: called when no call is running any more, with whether there is anything to answer: not if all were
            called off.
    """

    def __init__(
        self,
        runner: ToolRunner,
        *,
        send: Callable[[Event], None],
        interruptible: Callable[[], bool],
        changed: Callable[[ToolCallChanged], None],
        finished: Callable[[ToolResult], None],
        repeated: Callable[[], None],
        all_finished: Callable[[bool], None],
    ) -> None:
        self._runner = runner
        self._results = ToolResults(send)
        self._interruption = SpokenInterruption()
        self._interruptible = interruptible
        self._changed = changed
        self._finished = finished
        self._repeated = repeated
        self._all_finished = all_finished
        self._to_answer = False
        self._tasks: dict[asyncio.Task[None], str] = {}
        """Of each call that has not ended, its name here."""
        self._begun: dict[str, None] = {}
        self._names: dict[str, str] = {}
        self._nameless: dict[str, events.FunctionCallArgumentsDone] = {}

    @property
    def running(self) -> int:
        """How many calls have not ended."""
        return len(self._tasks)

    def note(self, event: Event) -> bool:
        """Take in an event; some services name the tool in the item and not with the arguments.

        Returns:
            Whether the person has interrupted a call with it.
        """
        self._results.note(event)
        running = self._runner.interruptible if self._interruptible() else frozenset()
        interrupted = self._call_off(self._interruption.note(event, running))
        match event:
            case events.OutputItemAdded(item=item) | events.OutputItemDone(item=item):
                self._learn_name(item)
            case events.FunctionCallArgumentsDone():
                self._start(event)
            case events.ResponseDone():
                for item in event.response.output:
                    self._learn_name(item)
                for call in list(self._nameless.values()):  # the model learns that there is no such tool
                    self._start_named(call)
        return interrupted

    def call_off(self) -> bool:
        """The person interrupts. Returns whether there was a call that is not to go on then."""
        self._to_answer = False
        return self._call_off(self._runner.interruptible)

    def disconnect(self, *, heard: bool) -> None:
        """The connection is gone; calls that run go on, and calls without a name will never have one.

        The next service may count its calls anew.

        Args:
            heard: whether anything of the service's last answer was heard.
        """
        self._begun.clear()
        self._names.clear()
        self._nameless.clear()
        self._interruption.forget()
        self._results.disconnect(heard=heard)

    def reconnect(self) -> None:
        """There is a new connection: the service is told the results that it needs, and those that are to come."""
        self._results.reconnect()

    async def close(self) -> None:
        """Cancel what runs."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._runner.close()

    def _call_off(self, call_ids: frozenset[str]) -> bool:
        if not call_ids:
            return False
        self._to_answer = False  # nor do they want to hear of what has returned before
        return self._runner.call_off(call_ids)

    def _learn_name(self, item: Item) -> None:
        if item.type != "function_call" or not item.call_id or not item.name:
            return
        self._names[item.call_id] = item.name
        if len(self._names) > REMEMBERED_NAMES:
            del self._names[next(iter(self._names))]
        if item.call_id in self._nameless:
            self._start(self._nameless[item.call_id])

    def _start(self, call: events.FunctionCallArgumentsDone) -> None:
        """Run a call in the background; a call that is announced twice runs once."""
        if call.call_id in self._begun:
            return
        name = call.name or self._names.get(call.call_id, "")
        if name:
            self._start_named(call.model_copy(update={"name": name}))
        else:
            self._nameless[call.call_id] = call

    def _start_named(self, call: events.FunctionCallArgumentsDone) -> None:
        self._nameless.pop(call.call_id, None)
        earlier = self._results.find(call.call_id, call.name, call.arguments)
        if earlier is None:
            self._run_in_background(call, self._results.begin(call.call_id, call.name, call.arguments))
        elif self._results.repeat(earlier, call.call_id):
            self._repeated()

    def _run_in_background(self, call: events.FunctionCallArgumentsDone, made: Call) -> None:
        self._begun[call.call_id] = None
        if len(self._begun) > REMEMBERED_CALLS:
            del self._begun[next(iter(self._begun))]
        # One of an earlier connection may still run under the same name.
        own_id = new_id("call") if call.call_id in self._tasks.values() else call.call_id
        task = asyncio.create_task(self._run(call, own_id, made), name=f"navtalk-call-{call.name}")
        self._tasks[task] = own_id
        task.add_done_callback(self._ended)

    async def _run(self, call: events.FunctionCallArgumentsDone, own_id: str, made: Call) -> None:
        begun = ToolCallChanged(
            call_id=own_id,
            name=call.name,
            arguments=_shown_arguments(call),
            state="running",
            started_at=time.time(),
        )
        try:
            result = await self._runner.call(
                own_id, call.name, call.arguments, lambda stage: self._changed(_at(stage, begun))
            )
        except asyncio.CancelledError:
            self._changed(replace(begun, state="failed", result="The conversation ended before the tool did."))
            raise
        self._to_answer |= not result.called_off
        if result.error is not None and not (result.denied or result.called_off):
            _logger.warning("Tool %r: %s", call.name, result.error.message, exc_info=result.error.__cause__)
        self._finished(result)
        self._results.end(made, result.output)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            _logger.error("A tool call was not answered", exc_info=error)
        if not self._tasks:
            to_answer, self._to_answer = self._to_answer, False
            self._all_finished(to_answer)


def use_of(result: ToolResult) -> ToolUse:
    """A result as the transcript has it."""
    return ToolUse(
        call_id=result.call_id,
        name=result.name,
        arguments=result.arguments,
        result=result.output if result.ok else None,
        cut=result.cut,
        error=None if result.error is None else result.error.message,
        duration_s=result.duration_s,
        started_at=result.started_at,
        ended_at=datetime.now(timezone.utc),
    )


def news_of(result: ToolResult) -> ToolCallChanged:
    """A result as subscribers are told of it."""
    return ToolCallChanged(
        call_id=result.call_id,
        name=result.name,
        arguments=result.arguments,
        state=_state(result),
        started_at=result.started_at.timestamp(),
        result=result.output,
    )


def _state(result: ToolResult) -> Literal["done", "denied", "cancelled", "failed"]:
    if result.ok:
        return "done"
    return "denied" if result.denied else "cancelled" if result.called_off else "failed"


def _at(stage: CallStage, begun: ToolCallChanged) -> ToolCallChanged:
    if stage.progress is None:
        return replace(begun, state=stage.state)
    return replace(begun, state=stage.state, progress=stage.progress.share, message=stage.progress.message)


def _shown_arguments(call: events.FunctionCallArgumentsDone) -> dict[str, object]:
    try:
        return parse_arguments(call.name, call.arguments)
    except ToolError:
        return {}

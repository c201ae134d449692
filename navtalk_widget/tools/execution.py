"""Running the tools that the model calls: arguments, approval, time limits, interruptions, results."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Literal

from navtalk_widget.errors import NavTalkError, ToolDenied, ToolError, ToolFailed, ToolTimeout
from navtalk_widget.tools.approval import CALLED_OFF, Approvals
from navtalk_widget.tools.arguments import parse_arguments
from navtalk_widget.tools.context import Progress, ProgressFeed, ToolContext
from navtalk_widget.tools.invocation import Invoker, is_async
from navtalk_widget.tools.registry import AnyTool, ToolRegistry
from navtalk_widget.tools.result_text import ResultText

_CLOSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class CallStage:
    """How far a call has come that has not ended."""

    state: Literal["awaiting_approval", "running"]
    progress: Progress | None = None
    """What the tool last reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """How a call ended: `output` is for the model, `error` for the user."""

    call_id: str
    name: str
    arguments: dict[str, Any]
    """As the model sent them, before conversion; empty if they were no JSON object."""
    output: str
    cut: bool
    """Whether the output is the beginning of a longer result."""
    error: NavTalkError | None
    """What the tool raised is its ``__cause__``, with the traceback."""
    started_at: datetime
    """When it was called, before anybody was asked to approve it."""
    duration_s: float
    """Of the function alone; 0 if it was not called."""

    @property
    def ok(self) -> bool:
        """Whether the tool returned a value."""
        return self.error is None

    @property
    def denied(self) -> bool:
        """Whether the tool needed approval and did not get it."""
        return isinstance(self.error, ToolDenied)

    @property
    def called_off(self) -> bool:
        """Whether the person interrupted it, or while it awaited approval: they want to hear no more of it."""
        return self.error is not None and self.error.code == CALLED_OFF


@dataclass(frozen=True, slots=True)
class _Running:
    tool: AnyTool
    called_off: asyncio.Future[None]


def _tell_nobody(stage: CallStage) -> None:
    """Who runs a tool need not follow it."""


class ToolRunner:
    """Runs tools for one conversation, on the loop it is used in.

    Args:
        registry: where names are looked up at the time of each call.
        approvals: where calls wait that need the person's word.
    """

    def __init__(self, registry: ToolRegistry, approvals: Approvals | None = None) -> None:
        self._registry = registry
        self._approvals = Approvals() if approvals is None else approvals
        self._invoker = Invoker()
        self._tasks: set[asyncio.Task[ResultText]] = set()
        self._running: dict[str, _Running] = {}
        self._closed = False

    async def call(
        self, call_id: str, name: str, arguments_json: str, told: Callable[[CallStage], None] = _tell_nobody
    ) -> ToolResult:
        """Run one call of the model to its end.

        Whatever goes wrong is in the result, worded so that the model can go on. The time limit is the tool's own, and
        begins when the call is approved, if it needs to be.

        Args:
            call_id: names the call; no two that run have the same.
            name: of the tool.
            arguments_json: as the model sent them.
            told: called with each stage of the call.
        """
        started_at = datetime.now(timezone.utc)
        began: float | None = None
        arguments: dict[str, Any] = {}
        error: ToolError | None = None
        try:
            tool = self._registry.get(name)
            if tool is None:
                raise self._registry.unknown(name)
            arguments = parse_arguments(name, arguments_json)
            values = tool.validator.validate(name, arguments)
            if self._closed:
                raise _ended(tool)
            await self._approvals.obtain(call_id, tool, lambda: told(CallStage("awaiting_approval")))
            told(CallStage("running"))
            began = time.monotonic()
            result = await self._run(tool, call_id, values, told)
        except ToolError as raised:
            error, result = raised, ResultText(raised.message, cut=False)
        return ToolResult(
            call_id=call_id,
            name=name,
            arguments=arguments,
            output=result.text,
            cut=result.cut,
            error=error,
            started_at=started_at,
            duration_s=0.0 if began is None else time.monotonic() - began,
        )

    @property
    def interruptible(self) -> frozenset[str]:
        """The calls whose functions run, and are not to go on when the person interrupts."""
        return frozenset(
            call_id for call_id, running in self._running.items() if running.tool.on_interruption == "cancel"
        )

    def call_off(self, call_ids: Collection[str]) -> bool:
        """Wait no more for calls that run, and cancel those that can be. Returns whether there were any."""
        ended = [running for call_id, running in self._running.items() if call_id in call_ids]
        for running in ended:
            if not running.called_off.done():
                running.called_off.set_result(None)
        return bool(ended)

    async def close(self) -> None:
        """Cancel what runs on the loop, and leave the threads to themselves; later calls are refused."""
        self._closed = True
        self._approvals.close()
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_CLOSE_SECONDS)  # a tool may refuse to be cancelled

    async def _run(
        self, tool: AnyTool, call_id: str, values: dict[str, Any], told: Callable[[CallStage], None]
    ) -> ResultText:
        if self._closed:  # while its approval was on its way
            raise _ended(tool)
        over = threading.Event()
        feed = ProgressFeed(lambda progress: told(CallStage("running", progress)))
        context = ToolContext(call_id, feed.report, over.is_set)
        values = {**values, **dict.fromkeys(tool.validator.context_parameters, context)}
        task = asyncio.create_task(self._invoker.invoke(tool, values), name=f"navtalk-tool-{tool.name}")
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        running = self._running[call_id] = _Running(tool, asyncio.get_running_loop().create_future())
        try:
            # Not wait_for: it waits without limit for a task that refuses to be cancelled.
            waited: set[asyncio.Future[Any]] = {task, running.called_off}
            await asyncio.wait(waited, timeout=tool.timeout, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise _called_off(tool) if running.called_off.done() else _overran(tool)
            if task.cancelled():
                raise _ended(tool) if self._closed else ToolFailed(f"{tool.name} failed: it cancelled itself.")
            return task.result()
        finally:
            del self._running[call_id]
            over.set()
            feed.close()
            task.cancel()

    def _forget(self, task: asyncio.Task[ResultText]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # of a task given up on, nobody else asks for it, and asyncio would complain


def _overran(tool: AnyTool) -> ToolTimeout:
    return ToolTimeout(
        f"{tool.name} did not answer within {tool.timeout:g} s.{_goes_on(tool)}",
        hint="A slow tool needs a longer limit: @tool(timeout=60).",
    )


def _called_off(tool: AnyTool) -> ToolError:
    done = " It may have done a part of its work." if is_async(tool) else _goes_on(tool)
    return ToolError(f"{tool.name} was called off: the person interrupted.{done}", code=CALLED_OFF)


def _goes_on(tool: AnyTool) -> str:
    if is_async(tool):
        return ""
    if tool.validator.context_parameters:
        return " The function was asked to stop, and may go on for a while."
    return " The function cannot be stopped and goes on in the background."


def _ended(tool: AnyTool) -> ToolError:
    return ToolError(f"{tool.name} was cancelled: the conversation has ended.", code="tool_cancelled")

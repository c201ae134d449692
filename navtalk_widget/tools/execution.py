"""Running the tools that the model calls: arguments, threads, time limits, results."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Literal, TypeVar, cast

from navtalk_widget.daemon_thread import run_in_daemon_thread
from navtalk_widget.errors import NavTalkError, ToolDenied, ToolError, ToolFailed, ToolTimeout
from navtalk_widget.tools.approval import Approvals
from navtalk_widget.tools.arguments import parse_arguments
from navtalk_widget.tools.context import Progress, ProgressFeed, ToolContext
from navtalk_widget.tools.registry import AnyTool, ToolRegistry
from navtalk_widget.tools.result_text import to_text

T = TypeVar("T")

MAX_THREADS = 16
"""Plain functions running at once, those that overran their limit included. Further calls are refused."""

_CLOSE_SECONDS = 1.0
_MAX_ERROR_CHARACTERS = 1000


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


def _tell_nobody(stage: CallStage) -> None:
    """Who runs a tool need not follow it."""


class ToolRunner:
    """Runs tools for one conversation, on the loop it is used in.

    Plain functions run in daemon threads, at most `MAX_THREADS` at once; ``async`` ones as tasks on the loop.

    Args:
        registry: where names are looked up at the time of each call.
        approvals: where calls wait that need the person's word.
    """

    def __init__(self, registry: ToolRegistry, approvals: Approvals | None = None) -> None:
        self._registry = registry
        self._approvals = Approvals() if approvals is None else approvals
        self._tasks: set[asyncio.Task[str]] = set()
        self._threads = threading.BoundedSemaphore(MAX_THREADS)
        self._closed = False

    async def call(
        self, call_id: str, name: str, arguments_json: str, told: Callable[[CallStage], None] = _tell_nobody
    ) -> ToolResult:
        """Run one call of the model to its end.

        Whatever goes wrong is in the result, worded so that the model can go on. The time limit is the tool's own, and
        begins when the call is approved, if it needs to be.

        Args:
            call_id: the service's identifier of the call.
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
            output = await self._run(tool, call_id, values, told)
        except ToolError as raised:
            error, output = raised, raised.message
        return ToolResult(
            call_id=call_id,
            name=name,
            arguments=arguments,
            output=output,
            error=error,
            started_at=started_at,
            duration_s=0.0 if began is None else time.monotonic() - began,
        )

    async def close(self) -> None:
        """Cancel what runs on the loop, and leave the threads to themselves; later calls are refused."""
        self._closed = True
        self._approvals.close()
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_CLOSE_SECONDS)  # a tool may refuse to be cancelled

    async def _run(self, tool: AnyTool, call_id: str, values: dict[str, Any], told: Callable[[CallStage], None]) -> str:
        if self._closed:  # while its approval was on its way
            raise _ended(tool)
        feed = ProgressFeed(lambda progress: told(CallStage("running", progress)))
        context = ToolContext(call_id, feed.report)
        values = {**values, **dict.fromkeys(tool.validator.context_parameters, context)}
        task = asyncio.create_task(self._invoke(tool, values), name=f"navtalk-tool-{tool.name}")
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        try:
            # Not wait_for: it waits without limit for a task that refuses to be cancelled.
            await asyncio.wait({task}, timeout=tool.timeout)
            if not task.done():
                raise _overran(tool)
            if task.cancelled():
                raise _ended(tool)
            return task.result()
        finally:
            feed.close()
            task.cancel()

    def _forget(self, task: asyncio.Task[str]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # of a task given up on, nobody else asks for it, and asyncio would complain

    async def _invoke(self, tool: AnyTool, values: dict[str, Any]) -> str:
        if _is_async(tool.function):
            returned: str | Awaitable[Any] = tool.function(**values)
        else:
            returned = await self._call_in_thread(tool, values)
        if isinstance(returned, str):
            return returned
        try:
            value = await returned
        except (Exception, SystemExit) as error:
            raise _failed(tool, error) from error
        return await _in_thread(tool, lambda: to_text(value))  # a large result would hold up the loop

    async def _call_in_thread(self, tool: AnyTool, values: dict[str, Any]) -> str | Awaitable[Any]:
        """Return what a plain function returned, as text, unless it is an awaitable."""
        if not self._threads.acquire(blocking=False):
            raise ToolError(
                f"{tool.name} was not called: {MAX_THREADS} earlier calls have not ended yet.", code="tool_busy"
            )

        def work() -> str | Awaitable[Any]:
            try:
                returned = tool.function(**values)
                return returned if inspect.isawaitable(returned) else to_text(returned)
            finally:
                self._threads.release()

        try:
            return await _in_thread(tool, work)
        except _NoThread:
            self._threads.release()
            raise


class _NoThread(ToolFailed):
    """The system has no more threads to give."""


async def _in_thread(tool: AnyTool, work: Callable[[], T]) -> T:
    try:
        future = run_in_daemon_thread(work, f"navtalk-tool-{tool.name}")
    except RuntimeError as error:
        raise _NoThread(f"{tool.name} was not called: {error}") from error
    outcome = await asyncio.wrap_future(future)
    if outcome.error is not None:
        raise _failed(tool, outcome.error) from outcome.error
    return cast(T, outcome.value)


def _is_async(function: Callable[..., Any]) -> bool:
    # An object with an async __call__ is no coroutine function to inspect.
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)


def _failed(tool: AnyTool, error: BaseException) -> ToolFailed:
    text = "".join(traceback.format_exception_only(type(error), error)).strip()
    return ToolFailed(f"{tool.name} failed: {text[:_MAX_ERROR_CHARACTERS]}")


def _overran(tool: AnyTool) -> ToolTimeout:
    goes_on = "" if _is_async(tool.function) else " The function cannot be stopped and goes on in the background."
    return ToolTimeout(
        f"{tool.name} did not answer within {tool.timeout:g} s.{goes_on}",
        hint="A slow tool needs a longer limit: @tool(timeout=60).",
    )


def _ended(tool: AnyTool) -> ToolError:
    return ToolError(f"{tool.name} was cancelled: the conversation has ended.", code="tool_cancelled")

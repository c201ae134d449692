"""Calling the functions of tools: plain ones in threads, ``async`` ones on the loop."""

from __future__ import annotations

import asyncio
import inspect
import threading
import traceback
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from navtalk_widget.daemon_thread import run_in_daemon_thread
from navtalk_widget.errors import ToolError, ToolFailed
from navtalk_widget.tools.registry import AnyTool
from navtalk_widget.tools.result_text import ResultText, to_text

T = TypeVar("T")

MAX_THREADS = 16
"""Plain functions running at once, those that nobody waits for included. Further calls are refused."""

_MAX_ERROR_CHARACTERS = 1000


class Invoker:
    """Calls functions for one conversation: plain ones in daemon threads, at most `MAX_THREADS` at once."""

    def __init__(self) -> None:
        self._threads = threading.BoundedSemaphore(MAX_THREADS)

    async def invoke(self, tool: AnyTool, values: dict[str, Any]) -> ResultText:
        """Call a tool's function, and return its result as text.

        Cancelling this cancels an ``async`` function; a plain one goes on, and its result is dropped.

        Args:
            tool: what to call.
            values: its arguments.

        Raises:
            ToolFailed: the function raised; that is the ``__cause__``.
            ToolError: too many functions run already.
        """
        if is_async(tool):
            returned: ResultText | Awaitable[Any] = tool.function(**values)
        else:
            returned = await self._call_in_thread(tool, values)
        if isinstance(returned, ResultText):
            return returned
        try:
            value = await returned
        except (Exception, SystemExit) as error:
            raise _failed(tool, error) from error
        # A large result would hold up the loop.
        return await _in_thread(tool, lambda: to_text(value, tool.max_result_characters))

    async def _call_in_thread(self, tool: AnyTool, values: dict[str, Any]) -> ResultText | Awaitable[Any]:
        """Return what a plain function returned, as text, unless it is an awaitable."""
        if not self._threads.acquire(blocking=False):
            raise ToolError(
                f"{tool.name} was not called: {MAX_THREADS} earlier calls have not ended yet.", code="tool_busy"
            )

        def work() -> ResultText | Awaitable[Any]:
            try:
                returned = tool.function(**values)
                return returned if inspect.isawaitable(returned) else to_text(returned, tool.max_result_characters)
            finally:
                self._threads.release()

        try:
            return await _in_thread(tool, work)
        except _NoThread:
            self._threads.release()
            raise


def is_async(tool: AnyTool) -> bool:
    """Whether a tool's function runs on the loop."""
    # An object with an async __call__ is no coroutine function to inspect.
    return inspect.iscoroutinefunction(tool.function) or inspect.iscoroutinefunction(type(tool.function).__call__)


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


def _failed(tool: AnyTool, error: BaseException) -> ToolFailed:
    text = "".join(traceback.format_exception_only(type(error), error)).strip()
    return ToolFailed(f"{tool.name} failed: {text[:_MAX_ERROR_CHARACTERS]}")

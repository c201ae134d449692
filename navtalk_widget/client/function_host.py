"""The user's functions that serve as engines, called in this process when the embedded service asks.

The service takes the pieces of a result one by one and says when it wants the next, so that a generator runs no
further ahead than it is listened to, and is closed when nobody listens any more.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
import threading
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, TypeVar

from navtalk_widget.client.registration import name_of
from navtalk_widget.daemon_thread import Outcome, run_in_daemon_thread
from navtalk_widget.engines.wire import decoded, encoded
from navtalk_widget.loop_thread import LoopThread

MAX_CALLS = 32
"""Calls at the same time; further ones are refused. Plain functions each have a thread while they compute, and one
that was called off still counts until it returns."""

_END = object()

_logger = logging.getLogger(__name__)

T = TypeVar("T")
Function = Callable[..., Any]


@dataclass(slots=True)
class _Call:
    wanted: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None
    called_off: bool = False


class FunctionHost:
    """Calls functions in a loop and in threads of its own, so that they answer while a cell computes.

    Args:
        tell: takes each answer for the service, from any thread; it must not block.
    """

    def __init__(self, tell: Callable[[dict[str, Any]], object]) -> None:
        self._tell = tell
        self._functions: dict[str, Function] = {}
        self._calls: dict[int, _Call] = {}
        self._thread: LoopThread | None = None
        self._threads = 0
        self._lock = threading.Lock()
        self._closed = False

    def add(self, functions: Mapping[str, Function]) -> None:
        """Let the service call these by these names."""
        with self._lock:  # of several conversations, each in its thread
            self._functions = {**self._functions, **functions}

    def remove(self, names: Iterable[str]) -> None:
        """Let the service call these no more; calls under way go on."""
        gone = set(names)
        with self._lock:
            self._functions = {name: each for name, each in self._functions.items() if name not in gone}

    def take(self, message: Mapping[str, Any]) -> None:
        """Do what the service asks: begin a call, go on with it, or end it. Called by one thread, which never waits."""
        number = message.get("call")
        if not isinstance(number, int):
            return
        with self._lock:
            if self._closed:
                return
            if self._thread is None:
                self._thread = LoopThread("navtalk-functions")
            self._thread.call(self._obey, message, number)

    def close(self) -> None:
        """End all calls; a plain function that computes is left to itself."""
        with self._lock:
            self._closed = True
            self._functions = {}
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.stop()

    def _obey(self, message: Mapping[str, Any], number: int) -> None:
        call = self._calls.get(number)
        match message["type"]:
            case "call" if call is None:
                call = self._calls[number] = _Call()
                call.wanted.set()
                call.task = asyncio.create_task(self._serve(number, call, message), name="navtalk-function")
                call.task.add_done_callback(lambda _: self._calls.pop(number, None))
            case "next" if call is not None:
                call.wanted.set()
            case "cancel" if call is not None and call.task is not None:
                call.called_off = True
                call.task.cancel()

    async def _serve(self, number: int, call: _Call, message: Mapping[str, Any]) -> None:
        name, arguments = message.get("function"), message.get("arguments")
        function = self._functions.get(name) if isinstance(name, str) else None
        try:
            if function is None:
                raise LookupError("the function is not there any more")
            async with aclosing(self._pieces(function, decoded(arguments))) as pieces:
                while True:
                    await call.wanted.wait()
                    call.wanted.clear()
                    piece = await anext(pieces, _END)
                    if piece is _END:
                        break
                    self._tell({"type": "piece", "call": number, "value": encoded(piece)})
            self._tell({"type": "end", "call": number})
        except asyncio.CancelledError as error:
            if call.called_off or self._closed:
                raise
            self._tell_failure(number, function, error)  # something that the function waited for was cancelled
        except (Exception, SystemExit, KeyboardInterrupt) as error:  # noqa: BLE001 - the latter would end the loop
            self._tell_failure(number, function, error)

    def _tell_failure(self, number: int, function: Function | None, error: BaseException) -> None:
        described = "The function" if function is None else name_of(function)
        _logger.error("%s failed", described, exc_info=error)
        try:
            reason = str(error)
        except Exception:  # noqa: BLE001 - it is the user's class; the service must not wait for ever
            reason = ""
        words = f"{described} failed: {type(error).__name__}" + (f": {reason}" if reason else "")
        self._tell({"type": "error", "call": number, "message": words[:2_000]})

    async def _pieces(self, function: Function, arguments: Iterable[Any]) -> AsyncGenerator[Any, None]:
        """What a function gives: the pieces of a generator, or the one value that it returns."""
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            value = function(*arguments)
        else:
            value = _value(await asyncio.wrap_future(self._start(lambda: function(*arguments))))
        if isinstance(value, Awaitable):
            value = await value
        if isinstance(value, AsyncIterable):
            pieces = _with_end(value)
        elif _is_stream(value):
            pieces = self._stepped(iter(value))
        else:
            yield value
            return
        async with aclosing(pieces):
            async for piece in pieces:
                yield piece

    async def _stepped(self, iterator: Iterator[Any]) -> AsyncGenerator[Any, None]:
        step: Future[Outcome[Any]] | None = None
        over = False
        try:
            while not over:
                step = self._start(lambda: next(iterator, _END))
                piece = _value(await asyncio.wrap_future(step))
                over = piece is _END
                if not over:
                    yield piece
        finally:
            close = getattr(iterator, "close", None)
            if close is not None and step is not None and not over:
                # In a thread, for it runs the user's code; after the step, for no running generator can be closed.
                step.add_done_callback(lambda _: run_in_daemon_thread(close, "navtalk-function"))

    def _start(self, function: Callable[[], T]) -> Future[Outcome[T]]:
        if self._threads >= MAX_CALLS:
            raise RuntimeError(f"{MAX_CALLS} calls of functions are under way already")
        self._threads += 1
        future = run_in_daemon_thread(function, "navtalk-function")
        future.add_done_callback(functools.partial(self._note_end, asyncio.get_running_loop()))
        return future

    def _note_end(self, loop: asyncio.AbstractEventLoop, _: Future[Outcome[T]]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._free_thread)

    def _free_thread(self) -> None:
        self._threads -= 1


async def _with_end(pieces: AsyncIterable[Any]) -> AsyncGenerator[Any, None]:
    """The same pieces; whoever gives them is told when they are wanted no more."""
    iterator = aiter(pieces)
    try:
        async for piece in iterator:
            yield piece
    finally:
        close = getattr(iterator, "aclose", None)
        if close is not None:
            await close()


def _is_stream(value: object) -> bool:
    """Whether a value is to be gone through; texts, lists and arrays travel whole."""
    whole = isinstance(value, str | bytes | list | tuple | Mapping) or hasattr(value, "__array__")
    return isinstance(value, Iterable) and not whole


def _value(outcome: Outcome[T]) -> T:
    if outcome.error is None:
        return outcome.value  # type: ignore[return-value]  # a function that returns None has returned a T
    if isinstance(outcome.error, Exception):
        raise outcome.error
    raise RuntimeError(type(outcome.error).__name__) from outcome.error  # sys.exit() must not end the loop

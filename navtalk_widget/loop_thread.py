"""One daemon thread with one asyncio loop, for what must go on while a cell computes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

T = TypeVar("T")

STOP_LIMIT_S = 0.2
"""How soon a cell that awaits something can be stopped."""


class Pending(Generic[T]):
    """The result of work under way on a `LoopThread`.

    Await it in a cell, call `result` to block for it, or drop it: the work goes on either way.
    """

    def __init__(self, future: Future[T], thread: threading.Thread) -> None:
        self._future = future
        self._thread = thread

    def __await__(self) -> Generator[Any, None, T]:
        return self._waited().__await__()

    async def _waited(self) -> T:
        waiting = asyncio.wrap_future(self._future)
        # Who gives up waiting asks no more what went wrong, and is not to be told that nobody did.
        waiting.add_done_callback(lambda done: done.cancelled() or done.exception())
        while not waiting.done():  # ipykernel cancels a cell that is stopped, which its loop sees when it wakes
            await asyncio.wait({waiting}, timeout=STOP_LIMIT_S)
        return waiting.result()

    def result(self, timeout: float | None = None) -> T:
        """Block until the work is done.

        Args:
            timeout: seconds to wait at most.

        Raises:
            NavTalkError: what the work itself raised, if anything; `await` raises the same.
            TimeoutError: the work is not done yet; it goes on.
            RuntimeError: called by the very thread that does the work, as an async tool is.
        """
        if threading.current_thread() is self._thread and not self._future.done():
            raise RuntimeError("waiting here would wait for ever: await it instead of calling result()")
        try:
            return self._future.result(timeout)
        except FutureTimeout as error:  # not the built-in TimeoutError before Python 3.11
            raise TimeoutError(str(error) or "the work is not done yet") from error

    def done(self) -> bool:
        """Whether the work has ended, well or not."""
        return self._future.done()

    def _ipython_display_(self) -> None:
        """Show nothing: a verb at the end of a cell is not there for what it returns."""

    def __repr__(self) -> str:
        return f"<Pending {'done' if self.done() else 'under way'}: await it, or call its result()>"

    if not TYPE_CHECKING:  # which tells by itself

        def __getattr__(self, name: str) -> NoReturn:
            raise AttributeError(
                f"A Pending has no {name!r}: it is the result to be. `await` it, or call its result(), and ask that."
            )


class LoopThread:
    """Runs an asyncio loop in a daemon thread until `stop`.

    Args:
        name: the thread's name, for those who list threads.
    """

    def __init__(self, name: str = "navtalk-loop") -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop, for `call_soon_threadsafe` and the like."""
        return self._loop

    @property
    def running(self) -> bool:
        """Whether it still takes work."""
        return self._thread.is_alive() and not self._loop.is_closed()

    def submit(self, work: Coroutine[Any, Any, T]) -> Pending[T]:
        """Run a coroutine on the loop, from any thread.

        Raises:
            RuntimeError: the thread has been stopped.
        """
        if not self.running:
            work.close()
            raise RuntimeError("the loop thread has been stopped")
        return Pending(asyncio.run_coroutine_threadsafe(work, self._loop), self._thread)

    def call(self, function: Callable[..., object], *args: object) -> None:
        """Call a function on the loop soon, from any thread; a call after `stop` is dropped."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *args)

    def stop(self, timeout: float = 5.0) -> None:
        """Cancel what still runs, end the loop and wait for its thread."""
        if self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            tasks = asyncio.all_tasks(self._loop)
            for task in tasks:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

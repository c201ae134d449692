"""Running a function in a thread that nobody has to wait for."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """How a function ended: with a value, or with an error."""

    value: T | None
    error: BaseException | None


def run_in_daemon_thread(function: Callable[[], T], name: str) -> Future[Outcome[T]]:
    """Run a function in a thread of its own, with the caller's context variables.

    `ThreadPoolExecutor` and `asyncio.to_thread` wait for their threads when the interpreter exits, so a function that
    never returns would keep the kernel from shutting down. Daemon threads are left behind.

    Returns:
        A future of the outcome. The error is data in it because `asyncio` futures refuse `StopIteration`, and because
        `SystemExit` raised by a task would end the loop.
    """
    future: Future[Outcome[T]] = Future()
    future.set_running_or_notify_cancel()  # from here on nobody can cancel it: the thread always may set the result
    context = contextvars.copy_context()

    def run() -> None:
        try:
            outcome: Outcome[T] = Outcome(context.run(function), None)
        except BaseException as error:  # noqa: BLE001 - whatever ends the function is its outcome
            outcome = Outcome(None, error)
        future.set_result(outcome)

    threading.Thread(target=run, name=name, daemon=True).start()
    return future

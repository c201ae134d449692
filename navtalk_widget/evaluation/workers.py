"""Holds the conversations of a batch: in a thread here, or wherever an executor runs them."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from typing import Any

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.evaluation.conversation import Outcome, Unit, hold, unheld
from navtalk_widget.loop_thread import LoopThread

POLL = 0.5
"""Seconds after which waiting is taken up again, so that Ctrl-C is heard on every system."""


def held_here(units: Sequence[Unit], *, concurrency: int, timeout: float) -> Iterator[tuple[int, Outcome]]:
    """Hold conversations in one thread of this process.

    Args:
        units: which.
        concurrency: how many at the same time.
        timeout: seconds to wait for each answer.

    Yields:
        The place of a unit and what came of it, as soon as it is known.
    """
    thread = LoopThread("navtalk-evaluate")
    try:
        room = asyncio.Semaphore(concurrency)
        places = {
            asyncio.run_coroutine_threadsafe(_in_turn(unit, room, timeout), thread.loop): place
            for place, unit in enumerate(units)
        }
        for future in _as_they_end(places):
            error = future.exception()
            place = places[future]
            yield place, future.result() if error is None else _failed(units[place], error)
    finally:
        thread.stop()


def held_by(
    executor: Executor, units: Sequence[Unit], *, concurrency: int, timeout: float
) -> Iterator[tuple[int, Outcome]]:
    """Hold conversations in the workers of an executor, which stays as it is; see `held_here`.

    Args:
        executor: where the work is done.
        units: which.
        concurrency: how many at the same time in each worker.
        timeout: seconds to wait for each answer.

    Raises:
        ConfigurationError: something cannot be sent to other processes, or must not be.
    """
    _check_sendable(executor, units)
    batches = [range(first, min(first + concurrency, len(units))) for first in range(0, len(units), concurrency)]
    sent = {executor.submit(hold_all, [units[place] for place in batch], timeout): batch for batch in batches}
    try:
        for future in _as_they_end(sent):
            error = future.exception()
            if error is None:
                yield from zip(sent[future], future.result(), strict=True)
            else:  # the worker is gone, or could not be sent anything; others may do their work
                why = f"The worker failed: {type(error).__name__}: {error}"
                yield from ((place, unheld(units[place], why)) for place in sent[future])
    finally:
        for future in sent:
            future.cancel()


def hold_all(units: Sequence[Unit], timeout: float) -> list[Outcome]:
    """Hold conversations at the same time, in the calling thread; what an executor's worker does."""

    async def held() -> list[Outcome | BaseException]:
        return await asyncio.gather(*(hold(unit, timeout) for unit in units), return_exceptions=True)

    outcomes = zip(units, asyncio.run(held()), strict=True)
    return [_failed(unit, outcome) if isinstance(outcome, BaseException) else outcome for unit, outcome in outcomes]


def _failed(unit: Unit, error: BaseException) -> Outcome:
    """The outcome of a fault of ours, or of the user's own code: the other conversations go on."""
    return unheld(unit, f"The conversation failed: {type(error).__name__}: {error}")


async def _in_turn(unit: Unit, room: asyncio.Semaphore, timeout: float) -> Outcome:
    async with room:
        return await hold(unit, timeout)


def _as_they_end(futures: Iterable[Future[Any]]) -> Iterator[Future[Any]]:
    pending = set(futures)
    while pending:
        done, pending = wait(pending, timeout=POLL, return_when=FIRST_COMPLETED)
        yield from done


def _check_sendable(executor: Executor, units: Sequence[Unit]) -> None:
    if isinstance(executor, ThreadPoolExecutor):
        return
    if any(unit.config.settings.get("license") is not None for unit in units):
        raise ConfigurationError(
            "A licence is not sent to other processes.", hint="Set NAVTALK_LICENSE where they run, and leave it out."
        )
    if isinstance(executor, ProcessPoolExecutor):  # Dask and others have more ways than pickle
        try:
            pickle.dumps(units)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise ConfigurationError(
                f"The conversations cannot be sent to other processes: {error}.",
                hint="Put the functions into a module that can be imported, or use threads or Dask.",
            ) from error

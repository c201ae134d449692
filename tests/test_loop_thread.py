import asyncio
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from navtalk_widget.loop_thread import LoopThread


@pytest.fixture
def loop_thread() -> Iterator[LoopThread]:
    thread = LoopThread("test-loop")
    yield thread
    thread.stop()


async def _name() -> str:
    return threading.current_thread().name


def test_work_runs_in_the_thread_and_can_be_waited_for(loop_thread: LoopThread) -> None:
    assert loop_thread.submit(_name()).result(5) == "test-loop"


async def test_work_can_be_awaited(loop_thread: LoopThread) -> None:
    assert await loop_thread.submit(_name()) == "test-loop"


def test_waiting_has_a_limit(loop_thread: LoopThread) -> None:
    pending = loop_thread.submit(asyncio.sleep(60))
    with pytest.raises(TimeoutError, match="not done yet"):
        pending.result(0.01)
    assert repr(pending) == "<Pending under way: await it, or call its result()>"


def test_who_takes_it_for_the_result_is_told_how_to_get_that(loop_thread: LoopThread) -> None:
    pending: Any = loop_thread.submit(_name())
    with pytest.raises(AttributeError, match=r"no 'text'.*await.*result\(\)"):
        _ = pending.text
    assert not hasattr(pending, "_repr_html_"), "notebooks ask for such"


def test_an_error_reaches_who_waits(loop_thread: LoopThread) -> None:
    async def fail() -> None:
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        loop_thread.submit(fail()).result(5)


async def test_giving_up_waiting_does_not_end_the_work(loop_thread: LoopThread) -> None:
    go_on = asyncio.Event()

    async def work() -> str:
        await go_on.wait()
        return "done"

    pending = loop_thread.submit(work())
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(pending, 0.05)
    loop_thread.call(go_on.set)
    assert await pending == "done"


async def test_who_waits_can_be_stopped_as_a_notebook_stops_a_cell(loop_thread: LoopThread) -> None:
    pending = loop_thread.submit(asyncio.sleep(10))

    async def cell() -> None:
        await pending

    running = asyncio.ensure_future(cell())
    # A signal's handler runs between two steps of the loop, and does not wake it.
    before = signal.signal(signal.SIGALRM, lambda *_: running.cancel())
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(asyncio.CancelledError):
            await running
        assert not pending.done(), "it was the end of the work that woke it"
    finally:
        signal.signal(signal.SIGALRM, before)


def test_waiting_in_the_thread_itself_is_refused(loop_thread: LoopThread) -> None:
    async def wait_for_oneself() -> None:
        loop_thread.submit(asyncio.sleep(0)).result()

    with pytest.raises(RuntimeError, match="await it"):
        loop_thread.submit(wait_for_oneself()).result(5)


def test_stopping_cancels_what_runs_and_ends_the_thread() -> None:
    thread = LoopThread("test-loop")
    cancelled = threading.Event()

    async def wait() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    thread.submit(asyncio.sleep(0)).result(5)
    thread.submit(wait())
    thread.submit(asyncio.sleep(0)).result(5)
    thread.stop()
    assert cancelled.is_set()
    assert not [each for each in threading.enumerate() if each.name == "test-loop"]
    with pytest.raises(RuntimeError, match="stopped"):
        thread.submit(asyncio.sleep(0))
    thread.call(print)  # dropped
    thread.stop()  # a second time is nothing

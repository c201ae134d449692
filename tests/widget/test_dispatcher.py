import sys
import threading
from functools import partial

import pytest

from navtalk_widget.widget.dispatcher import Dispatcher


def test_functions_are_called_in_order_in_one_thread() -> None:
    dispatcher = Dispatcher("test-calls")
    seen: list[tuple[int, str]] = []
    done = threading.Event()

    def note(number: int) -> None:
        seen.append((number, threading.current_thread().name))

    for number in range(100):
        dispatcher.post(partial(note, number))
    dispatcher.post(done.set)
    assert done.wait(5)
    assert seen == [(number, "test-calls") for number in range(100)]


@pytest.mark.parametrize("fault", [lambda: 1 / 0, sys.exit])
def test_a_function_that_fails_does_not_stop_the_next(fault: object, caplog: pytest.LogCaptureFixture) -> None:
    dispatcher = Dispatcher("test-calls")
    done = threading.Event()
    dispatcher.post(fault)  # type: ignore[arg-type]
    dispatcher.post(done.set)
    assert done.wait(5)
    assert "A callback failed" in caplog.text


def test_the_thread_ends_when_there_is_nothing_to_call() -> None:
    dispatcher = Dispatcher("test-idle")
    done = threading.Event()
    dispatcher.post(done.set)
    assert done.wait(5)
    for thread in threading.enumerate():
        if thread.name == "test-idle":
            thread.join(5)
    assert "test-idle" not in [thread.name for thread in threading.enumerate()]

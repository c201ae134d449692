import asyncio
import socket
import sys
import threading
from collections.abc import Iterator

import pytest

from navtalk_widget.testing import leftovers
from navtalk_widget.testing.leftovers import inventory


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "SETTLING", 0.1)


@pytest.fixture
def ended() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


async def test_nothing_is_left_where_nothing_was_done() -> None:
    assert await leftovers.leftovers(inventory()) == []


async def test_a_task_is_found() -> None:
    before = inventory()
    task = asyncio.create_task(asyncio.Event().wait(), name="forgotten")
    assert ["task forgotten" in each for each in await leftovers.leftovers(before)] == [True]
    task.cancel()
    assert await leftovers.leftovers(before) == []


@pytest.mark.parametrize(
    ("name", "daemon", "found"), [("x", False, True), ("x", True, False), ("navtalk-x", True, True)]
)
async def test_a_thread_is_found_if_it_is_ours_or_holds_up_the_end(
    ended: threading.Event, name: str, daemon: bool, found: bool
) -> None:
    before = inventory()
    thread = threading.Thread(target=ended.wait, name=name, daemon=daemon)
    thread.start()
    assert await leftovers.leftovers(before) == ([f"thread {name}"] if found else [])
    ended.set()
    thread.join()


async def test_the_loops_own_threads_do_not_count() -> None:
    before = inventory()
    await asyncio.to_thread(lambda: None)
    assert await leftovers.leftovers(before) == []


async def test_a_socket_is_found() -> None:
    before = inventory()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        assert [port in each for each in await leftovers.leftovers(before)] == [True]
    assert await leftovers.leftovers(before) == []


async def test_a_process_is_found() -> None:
    before = inventory()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=asyncio.subprocess.PIPE)
    left = await leftovers.leftovers(before)
    assert any(f"process {process.pid}" in each for each in left)
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()
    assert await leftovers.leftovers(before) == []


async def test_what_is_still_ending_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "SETTLING", 60)
    before = inventory()
    ending = asyncio.create_task(asyncio.sleep(0.05))
    assert await leftovers.leftovers(before) == []
    assert ending.done()

import asyncio
import socket
import threading
import time

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from navtalk_widget.testing import VirtualClock


async def test_sleeping_passes_at_once(virtual_clock: VirtualClock) -> None:
    real, began = time.monotonic(), asyncio.get_running_loop().time()
    await asyncio.sleep(3_600)
    assert asyncio.get_running_loop().time() - began == pytest.approx(3_600)
    assert virtual_clock.time() == asyncio.get_running_loop().time()
    assert time.monotonic() - real < 3_600


async def test_timers_go_off_in_order(virtual_clock: VirtualClock) -> None:
    order: list[float] = []

    async def after(seconds: float) -> None:
        await asyncio.sleep(seconds)
        order.append(seconds)

    loop = asyncio.get_running_loop()
    loop.call_later(20, order.append, 20)
    await asyncio.gather(after(30), after(10), after(0.5))
    assert order == [0.5, 10, 20, 30]


async def test_a_time_limit_strikes(virtual_clock: VirtualClock) -> None:
    with pytest.raises((asyncio.TimeoutError, TimeoutError)):
        await asyncio.wait_for(asyncio.Event().wait(), 30)


async def test_work_that_is_ready_is_done_before_time_passes(virtual_clock: VirtualClock) -> None:
    began = virtual_clock.time()
    for _ in range(1_000):
        await asyncio.sleep(0)
    assert virtual_clock.time() == began


async def test_a_socket_is_heard_before_the_time_limit_for_it(virtual_clock: VirtualClock) -> None:
    async def echo(connection: ServerConnection) -> None:
        async for message in connection:
            await connection.send(message)

    async with serve(echo, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}", proxy=None) as connection:
            for number in range(100):
                await connection.send(str(number))
                assert await asyncio.wait_for(connection.recv(), 0.1) == str(number)


async def test_a_thread_is_waited_for_in_real_time(virtual_clock: VirtualClock) -> None:
    with virtual_clock.in_real_time():
        await asyncio.wait_for(asyncio.to_thread(time.sleep, 0.1), 60)
    began = virtual_clock.time()
    with virtual_clock.in_real_time():
        await asyncio.sleep(0.05)
    assert virtual_clock.time() - began == pytest.approx(0.05, abs=0.01)


async def test_a_thread_wakes_a_loop_that_has_no_timer(virtual_clock: VirtualClock) -> None:
    began = virtual_clock.time()
    assert await asyncio.to_thread(lambda: 42) == 42
    assert virtual_clock.time() == began


async def test_what_comes_from_outside_within_the_grace_comes_in_time() -> None:
    here, there = socket.socketpair()
    with here, there, VirtualClock(grace=5).running():
        here.setblocking(False)
        thread = threading.Timer(0.05, there.send, [b"hello"])
        thread.start()
        assert await asyncio.wait_for(asyncio.get_running_loop().sock_recv(here, 5), 1) == b"hello"
    thread.join()


async def test_afterwards_the_clock_is_real_again() -> None:
    loop = asyncio.get_running_loop()
    with VirtualClock().running():
        await asyncio.sleep(3_600)
    assert abs(loop.time() - time.monotonic()) < 60
    await asyncio.sleep(0.01)


async def test_a_loop_without_a_selector_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(asyncio.get_running_loop(), "_selector")
    with pytest.raises(TypeError, match="no clock that could be replaced"), VirtualClock().running():
        pass
    monkeypatch.undo()

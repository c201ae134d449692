from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidMessage

from navtalk_widget.local.door import websocket as websocket_module
from navtalk_widget.local.door.websocket import SocketClosed, WebSocket
from tests.local.socket_server import MAX_MESSAGE_BYTES, client_of


async def echo(socket: WebSocket) -> None:
    async for message in socket:
        await socket.send(repr(message))


async def test_text_and_binary_messages_come_as_they_are() -> None:
    async with client_of(echo) as client:
        for message in ("höre", b"\x00\xff"):
            await client.send(message)
            assert await client.recv() == repr(message)


async def test_a_message_may_come_in_pieces() -> None:
    async with client_of(echo) as client:
        await client.send(["a", "b", "c"])
        assert await client.recv() == "'abc'"


async def test_a_message_that_is_too_long_is_not_taken_and_the_client_is_told() -> None:
    received = []

    async def work(socket: WebSocket) -> None:
        received.extend([message async for message in socket])

    async with client_of(work) as client:
        await client.send("x" * (MAX_MESSAGE_BYTES - 1))
        with suppress(ConnectionClosed):
            await client.send("x" * (MAX_MESSAGE_BYTES + 1))
            await client.wait_closed()
        assert client.close_code == 1009
    assert [len(message) for message in received] == [MAX_MESSAGE_BYTES - 1]


async def test_pieces_that_add_up_to_too_much_are_not_taken_either() -> None:
    async with client_of(echo) as client:
        with suppress(ConnectionClosed):
            await client.send(["x" * (MAX_MESSAGE_BYTES // 2)] * 3)
            await client.wait_closed()
        assert client.close_code == 1009


async def test_code_and_reason_reach_the_client() -> None:
    async def work(socket: WebSocket) -> None:
        await socket.close(1008, "Insufficient points")

    async with client_of(work) as client:
        await client.wait_closed()
        assert (client.close_code, client.close_reason) == (1008, "Insufficient points")


async def test_closing_ends_the_iteration_of_another_task_and_is_the_same_the_second_time() -> None:
    iterated = asyncio.Event()

    async def work(socket: WebSocket) -> None:
        async def read() -> None:
            async for _ in socket:
                pass
            iterated.set()

        reading = asyncio.create_task(read())
        await asyncio.sleep(0)
        await asyncio.gather(socket.close(1001, "first"), socket.close(1002, "second"))
        await reading

    async with client_of(work) as client:
        await client.wait_closed()
        assert (client.close_code, client.close_reason) == (1001, "first")
    assert iterated.is_set()


async def test_a_client_that_does_not_take_part_in_closing_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket_module, "CLOSE_TIMEOUT_S", 0.05)
    closed = asyncio.Event()

    async def work(socket: WebSocket) -> None:
        sending = asyncio.create_task(socket.send("x" * 10_000_000))  # more than the system's buffers hold
        await asyncio.sleep(0)
        await socket.close()
        closed.set()
        await asyncio.gather(sending, return_exceptions=True)

    async with client_of(work) as client:
        client.transport.pause_reading()
        await asyncio.wait_for(closed.wait(), 10)
        client.transport.abort()


async def test_a_client_that_answers_no_ping_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket_module, "PING_S", 0.1)
    given_up = asyncio.Event()

    async def work(socket: WebSocket) -> None:
        async for _ in socket:
            pass
        given_up.set()

    async with client_of(work) as client:
        client.transport.pause_reading()
        await asyncio.wait_for(given_up.wait(), 10)
        client.transport.abort()


async def test_sending_to_a_client_that_is_gone_says_so() -> None:
    failed = asyncio.Event()

    async def work(socket: WebSocket) -> None:
        async for _ in socket:
            pass
        with pytest.raises(SocketClosed):
            await socket.send("into the void")
        failed.set()

    async with client_of(work) as client:
        client.transport.abort()
        await asyncio.wait_for(failed.wait(), 10)


async def test_a_client_that_is_gone_before_it_is_accepted_is_no_fault() -> None:
    refused = asyncio.get_running_loop().create_future()

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()  # as when its machine goes down, and this one learns it just now
        try:
            await WebSocket.accept(request, max_message_bytes=MAX_MESSAGE_BYTES)
        except (SocketClosed, ConnectionError) as error:
            refused.set_result(error)
        return web.Response()

    app = web.Application()
    app.router.add_get("/", answer)
    async with TestServer(app) as server:
        with suppress(InvalidMessage, ConnectionClosed):
            await connect(f"ws://{server.host}:{server.port}/")
        assert isinstance(await asyncio.wait_for(refused, 10), SocketClosed)

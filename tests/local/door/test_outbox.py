from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from navtalk_widget.local.door.outbox import Outbox
from navtalk_widget.local.door.websocket import WebSocket
from tests.local.socket_server import client_of


async def all_of(client: ClientConnection) -> list[str]:
    return [str(message) async for message in client]


async def test_messages_arrive_in_order_before_the_socket_is_closed() -> None:
    async def work(socket: WebSocket) -> None:
        outbox = Outbox(socket)
        for number in range(1_000):
            outbox.put(str(number))
        await outbox.close(1000, "done")
        outbox.put("too late")

    async with client_of(work) as client:
        assert await all_of(client) == [str(number) for number in range(1_000)]
        assert (client.close_code, client.close_reason) == (1000, "done")


@pytest.mark.parametrize(
    ("message", "bytes_allowed", "messages_allowed"), [("x" * 100_000, 2**20, 10**6), ("x" * 10_000, 2**40, 100)]
)
async def test_a_client_that_does_not_read_is_shown_out(
    message: str, bytes_allowed: int, messages_allowed: int
) -> None:
    ended = asyncio.Event()

    async def work(socket: WebSocket) -> None:
        outbox = Outbox(socket, max_waiting_bytes=bytes_allowed, max_waiting_messages=messages_allowed)
        while not socket.closed:
            outbox.put(message)
            await asyncio.sleep(0)
        await outbox.close()
        ended.set()

    async with client_of(work) as client:
        await asyncio.wait_for(ended.wait(), 15)
        with suppress(ConnectionClosed):
            await all_of(client)
        # The close frame waits behind what the client did not take, unless the connection had to be cut.
        assert client.close_code in (1013, 1006)


async def test_one_large_message_is_not_refused() -> None:
    async def work(socket: WebSocket) -> None:
        outbox = Outbox(socket, max_waiting_bytes=10)
        outbox.put("x" * 1_000)
        await outbox.close()

    async with client_of(work) as client:
        assert await all_of(client) == ["x" * 1_000]


async def test_it_ends_with_a_client_that_leaves() -> None:
    ended = asyncio.Event()

    async def work(socket: WebSocket) -> None:
        outbox = Outbox(socket)
        async for _ in socket:
            pass
        for _ in range(10):
            outbox.put("into the void")
        await outbox.close()
        ended.set()

    async with client_of(work) as client:
        await client.close()
        await asyncio.wait_for(ended.wait(), 10)

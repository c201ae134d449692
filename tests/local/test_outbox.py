from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from navtalk_widget.local.outbox import Outbox


@asynccontextmanager
async def client_of(work: Callable[[ServerConnection], Awaitable[None]]) -> AsyncIterator[ClientConnection]:
    """A client of a server that does this work for it."""
    async with serve(work, "127.0.0.1", 0, compression=None) as server:
        port = server.sockets[0].getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}", compression=None, max_queue=1, close_timeout=1) as client:
            yield client


async def all_of(client: ClientConnection) -> list[str]:
    return [str(message) async for message in client]


async def test_messages_arrive_in_order_before_the_socket_is_closed() -> None:
    async def work(socket: ServerConnection) -> None:
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

    async def work(socket: ServerConnection) -> None:
        outbox = Outbox(socket, max_waiting_bytes=bytes_allowed, max_waiting_messages=messages_allowed)
        while socket.close_code is None and socket.state.name == "OPEN":
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
    async def work(socket: ServerConnection) -> None:
        outbox = Outbox(socket, max_waiting_bytes=10)
        outbox.put("x" * 1_000)
        await outbox.close()

    async with client_of(work) as client:
        assert await all_of(client) == ["x" * 1_000]


async def test_it_ends_with_a_client_that_leaves() -> None:
    ended = asyncio.Event()

    async def work(socket: ServerConnection) -> None:
        outbox = Outbox(socket)
        await socket.wait_closed()
        for _ in range(10):
            outbox.put("into the void")
        await outbox.close()
        ended.set()

    async with client_of(work) as client:
        await client.close()
        await asyncio.wait_for(ended.wait(), 10)

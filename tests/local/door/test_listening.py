from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiohttp import web

from navtalk_widget.local.door import listening as listening_module
from navtalk_widget.local.door.listening import Listening
from tests.local.certificate import certified
from tests.local.wire_client import PATIENCE_S

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def listening(max_connections: int = 100, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A port behind which every request is answered with "here"."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="here")

    app = web.Application()
    app.add_routes([web.get("/", answer)])
    server = await Listening.begin(app, "127.0.0.1", 0, max_connections=max_connections, tls=tls)
    try:
        yield server.port
    finally:
        await server.close()


async def said(streams: Streams, request: bytes) -> bytes:
    """What the other side says to this until it closes the connection."""
    reader, writer = streams
    try:
        writer.write(request)
        await writer.drain()
        return await asyncio.wait_for(reader.read(), PATIENCE_S)
    except ConnectionError:
        return b""


async def test_above_the_bound_the_newest_are_refused_and_there_is_room_again_later() -> None:
    async with listening(max_connections=3) as port:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        for _, writer in held:
            writer.write(REQUEST[:-2])
        refused = await asyncio.open_connection("127.0.0.1", port)
        assert await said(refused, REQUEST) == b""
        held[0][1].write(REQUEST[-2:])
        assert b"here" in await asyncio.wait_for(held[0][0].readuntil(b"here"), PATIENCE_S)
        for _, writer in held:
            writer.close()
        for _ in range(100):
            again = await asyncio.open_connection("127.0.0.1", port)
            again[1].write(REQUEST)
            if await asyncio.wait_for(again[0].read(8), PATIENCE_S):
                break
            await asyncio.sleep(0.05)
        else:
            pytest.fail("the port stayed closed")
        again[1].close()


@pytest.mark.parametrize("beginning", [b"", b"GET / HT", REQUEST[:-2]])
async def test_who_says_nothing_or_only_half_is_shown_out(monkeypatch: pytest.MonkeyPatch, beginning: bytes) -> None:
    monkeypatch.setattr(listening_module, "IDLE_S", 0.1)
    async with listening() as port:
        streams = await asyncio.open_connection("127.0.0.1", port)
        assert await said(streams, beginning) == b""
        streams[1].close()


async def test_unfinished_tls_handshakes_count_and_do_not_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening_module, "IDLE_S", 3.0)
    certificate, key = certified(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    trust = ssl.create_default_context(cafile=str(certificate))
    async with listening(max_connections=3, tls=tls) as port:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        with pytest.raises(OSError, match=r"."):
            await asyncio.open_connection("127.0.0.1", port, ssl=trust)
        for reader, writer in silent:
            with suppress(ConnectionError):
                await asyncio.wait_for(reader.read(), PATIENCE_S)
            writer.close()
        for _ in range(5):  # more than the bound: handshakes that are done do not count any more
            streams = await asyncio.open_connection("127.0.0.1", port, ssl=trust)
            streams[1].write(REQUEST)
            await asyncio.wait_for(streams[0].readuntil(b"here"), PATIENCE_S)
            streams[1].close()
            await streams[1].wait_closed()


async def test_a_port_that_is_taken_is_an_error_and_leaves_nothing() -> None:
    async with listening() as port:
        app = web.Application()
        before = len(asyncio.all_tasks())
        with pytest.raises(OSError, match=r"address|Address"):
            await Listening.begin(app, "127.0.0.1", port, max_connections=1)
        assert len(asyncio.all_tasks()) == before

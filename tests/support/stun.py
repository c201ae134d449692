"""A STUN server on loopback, for a service that is to tell its clients of one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from aioice import stun


class _Bindings(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        request = stun.parse_message(data)
        response = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, request.transaction_id)
        response.attributes["XOR-MAPPED-ADDRESS"] = addr
        self._transport.sendto(bytes(response), addr)


@asynccontextmanager
async def stun_server() -> AsyncIterator[str]:
    """A server that tells each client its own address; where it is, as a URL."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(_Bindings, local_addr=("127.0.0.1", 0))
    try:
        yield f"stun:127.0.0.1:{transport.get_extra_info('sockname')[1]}"
    finally:
        transport.close()

"""Services with which no conversation can be begun, and which repeat the licence where they can."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http import HTTPStatus
from urllib.parse import quote

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from navtalk_widget.testing import FaultProxy
from tests.integration.canary import LICENSE, UNHEARD

QUOTED = f"license={LICENSE} is not good, nor is {LICENSE}"
"""Some services repeat what they were sent."""


@asynccontextmanager
async def refusing(status: HTTPStatus) -> AsyncIterator[str]:
    def refuse(connection: ServerConnection, request: Request) -> Response:
        response = connection.respond(status, QUOTED)
        response.headers["Location"] = f"/elsewhere?license={quote(LICENSE)}"
        return response

    async with serve(_nothing, "127.0.0.1", 0, process_request=refuse, logger=UNHEARD) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def saying(*messages: str, code: int = 1000, reason: str = "") -> AsyncIterator[str]:
    async def say(connection: ServerConnection) -> None:
        for message in messages:
            await connection.send(message)
        if code != 1000:
            await connection.close(code, reason)
        else:
            await connection.wait_closed()

    async with serve(say, "127.0.0.1", 0, logger=UNHEARD) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def answering(data: bytes | None) -> AsyncIterator[str]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if data is None:
            await reader.read()
        else:
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def nobody() -> AsyncIterator[str]:
    async with FaultProxy("ws://127.0.0.1:9") as proxy:
        proxy.refuse()
        yield proxy.url


async def _nothing(connection: ServerConnection) -> None:
    """Serve nobody."""


def error_event(code: str) -> str:
    return json.dumps({"type": "error", "error": {"code": code, "message": QUOTED}})


FAILURES: dict[str, Callable[[], AbstractAsyncContextManager[str]]] = {
    "nobody listens": nobody,
    "the licence is refused": lambda: refusing(HTTPStatus.UNAUTHORIZED),
    "the server fails": lambda: refusing(HTTPStatus.INTERNAL_SERVER_ERROR),
    "the server sends elsewhere and on": lambda: refusing(HTTPStatus.FOUND),
    "it is no web server": lambda: answering(b"220 " + QUOTED.encode() + b"\r\n\r\n"),
    "it answers with another protocol": lambda: answering(
        f"HTTP/1.1 200 license={LICENSE}\r\nX-Why: license={LICENSE}\r\n\r\n".encode()
    ),
    "it hangs up": lambda: answering(b""),
    "it does not answer": lambda: answering(None),
    "it takes no configuration": saying,
    "it closes for a reason": lambda: saying(code=1008, reason=QUOTED),
    "it closes as if busy": lambda: saying(code=1013, reason=QUOTED),
    "it closes without a name for it": lambda: saying(code=4000, reason=QUOTED),
    "it says no": lambda: saying(error_event("invalid_license")),
    "it says no in the newer way": lambda: saying(
        json.dumps({"type": "conversation.connected.fail", "message": QUOTED})
    ),
}

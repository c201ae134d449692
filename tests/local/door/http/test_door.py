from __future__ import annotations

import asyncio

import pytest

from navtalk_widget.local.server import LocalService
from tests.local.door.http.asking import ask
from tests.local.wire_client import PATIENCE_S

pytestmark = pytest.mark.asyncio(loop_scope="module")

JSON_PATHS = ["/health", "/api/open/v1/avatar/getByName?name=navtalk.Leo", "/api/chat/sessions", "/nowhere"]


@pytest.mark.parametrize("path", JSON_PATHS)
async def test_pages_of_any_origin_may_read_every_answer(service: LocalService, path: str) -> None:
    reply = await ask(service, "GET", path, headers={"Origin": "https://example.org"})
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.json is not None


@pytest.mark.parametrize("path", ["/api/open/v1/avatar/update", "/api/realtime_function_call", "/api/webrtc"])
async def test_a_preflight_is_answered(service: LocalService, path: str) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    reply = await ask(
        service, "OPTIONS", path, headers={**asked, "Access-Control-Request-Headers": "content-type,license"}
    )
    assert reply.status == 204
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in reply.headers["Access-Control-Allow-Methods"]
    assert reply.headers["Access-Control-Allow-Headers"] == "content-type,license"


async def test_the_wrong_method_is_refused_with_the_right_one(service: LocalService) -> None:
    reply = await ask(service, "GET", "/api/realtime_function_call")
    assert (reply.status, reply.json["code"]) == (405, 405)
    assert "POST" in reply.json["message"]


async def test_the_address_of_a_socket_says_so_to_plain_http(service: LocalService) -> None:
    reply = await ask(service, "GET", "/wss/v2/realtime-chat?license=x")
    assert (reply.status, reply.json["code"]) == (400, 400)
    assert "WebSocket" in reply.json["message"]


@pytest.mark.parametrize(
    "request_head",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 10_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 10_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"".join(b"X-%d: x\r\n" % number for number in range(500)) + b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"nonsense\r\n\r\n",
        b"POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100,
    ],
)
async def test_every_http_connection_ends_with_its_answer(service: LocalService, request_head: bytes) -> None:
    reader, writer = await asyncio.open_connection(service.host, service.port)
    writer.write(request_head)
    answer = await asyncio.wait_for(reader.read(), PATIENCE_S)
    assert answer.startswith(b"HTTP/1."), answer[:100]
    assert answer.count(b"HTTP/1.") == 1
    writer.close()
    assert (await ask(service, "GET", "/health")).status == 200

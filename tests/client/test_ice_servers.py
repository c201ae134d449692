import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from navtalk_widget.client.endpoint import Endpoint, endpoint_at
from navtalk_widget.client.ice_servers import generated_ice_servers

STUN = {"urls": ["stun:stun.example.com:3478"]}
TURN = {"urls": ["turn:turn.example.com"], "username": "u", "credential": "c"}


async def asked(answer: Callable[[web.Request], web.Response]) -> tuple[dict[str, Any], ...]:
    async def handle(request: web.Request) -> web.Response:
        return answer(request)

    application = web.Application()
    application.router.add_post("/api/webrtc/generate-ice-servers", handle)
    async with TestServer(application) as server:
        return await asyncio.to_thread(generated_ice_servers, endpoint_of(server.port))


def endpoint_of(port: int | None) -> Endpoint:
    return endpoint_at(f"ws://127.0.0.1:{port}", SecretStr("sk_navtalk_canary"), "v1")


@pytest.mark.parametrize(
    "body", [{"code": 200, "data": {"iceServers": [STUN, TURN]}}, {"iceServers": [STUN, TURN]}], ids=["data", "top"]
)
async def test_servers_are_found_in_both_places(body: dict[str, Any]) -> None:
    assert await asked(lambda request: web.json_response(body)) == (STUN, TURN)


async def test_the_request_carries_no_licence() -> None:
    seen: list[str] = []

    def answer(request: web.Request) -> web.Response:
        seen.append(str(request.url) + str(request.headers))
        return web.json_response({})

    assert await asked(answer) == ()
    assert seen
    assert "canary" not in seen[0]


@pytest.mark.parametrize("body", ["", "no json", "[]", json.dumps({"data": {"iceServers": "x"}}), '{"data": 3}'])
async def test_an_answer_that_tells_none_is_none(body: str) -> None:
    assert await asked(lambda request: web.Response(text=body)) == ()


async def test_a_service_that_refuses_or_is_not_there_tells_none() -> None:
    assert await asked(lambda request: web.Response(status=404)) == ()
    assert generated_ice_servers(endpoint_of(9)) == ()

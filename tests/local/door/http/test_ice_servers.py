from __future__ import annotations

import pytest

from navtalk_widget.local.server import LocalService
from tests.local.door.http.asking import ask

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATH = "/api/webrtc/generate-ice-servers"


async def test_the_configured_servers_are_given(service: LocalService) -> None:
    reply = await ask(service, "POST", PATH)
    assert reply.json == {
        "code": 200,
        "message": "SUCCESS",
        "data": {"iceServers": [{"urls": ["stun:192.0.2.1:3478"]}]},
    }


async def test_no_licence_is_asked_for(guarded: LocalService) -> None:
    reply = await ask(guarded, "POST", PATH)
    assert (reply.json["code"], reply.json["data"]) == (200, {"iceServers": []})

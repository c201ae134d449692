from __future__ import annotations

import socket

import pytest

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.server import LocalService
from navtalk_widget.local.talk.upstream.backend import Backend, BackendError
from navtalk_widget.testing.scripted_upstream import ScriptedUpstream
from tests.local.wire_client import talking_to

pytestmark = pytest.mark.usefixtures("no_leftovers")


@pytest.mark.parametrize("url", ["https://api.openai.com/v1/realtime", "api.openai.com", ""])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="no address of a realtime backend"):
        Backend(url)


def test_the_model_goes_into_the_address_unless_it_is_there() -> None:
    assert Backend("wss://a.b/v1/realtime", "gpt-realtime").address == "wss://a.b/v1/realtime?model=gpt-realtime"
    assert Backend("wss://a.b/x?model=y", "z").address == "wss://a.b/x?model=y"
    assert Backend("wss://a.b/x?v=1", "z").address == "wss://a.b/x?v=1&model=z"


async def test_a_link_carries_messages_and_tells_how_it_ended() -> None:
    async with ScriptedUpstream() as upstream:
        link = await Backend(upstream.url).connect()
        assert (await link.receive())["type"] == "session.created"
        await link.send({"type": "response.create"})
        await upstream.expect("response.create")
        await upstream.close(1001, "session expired")
        with pytest.raises(BackendError, match="1001: session expired"):
            await link.receive()
        with pytest.raises(BackendError, match="1001: session expired"):
            await link.send({"type": "response.create"})
        await link.close()


async def test_a_backend_that_takes_connections_and_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("navtalk_widget.local.talk.upstream.backend.OPEN_TIMEOUT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the system takes the connection, and nobody says a word
        backend = Backend(f"ws://127.0.0.1:{silent.getsockname()[1]}/")
        with pytest.raises(BackendError, match=r"does not answer within 0\.1 s"):
            await backend.connect()


async def test_a_conversation_leaves_nothing_behind() -> None:
    async with (
        ScriptedUpstream() as upstream,
        LocalService(port=0, backend=Backend(upstream.url)) as service,
        talking_to(service) as client,
    ):
        await client.start()
        await upstream.answer("Hello.", bytes(4_800))
        await client.until("response.done")

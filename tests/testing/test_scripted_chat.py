from __future__ import annotations

from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientPayloadError, ClientSession

from navtalk_widget.testing.scripted_chat import BreakOff, Call, Refusal, ScriptedChatEndpoint
from tests.support.failing import failing

pytestmark = pytest.mark.usefixtures("no_leftovers")

BODY: dict[str, Any] = {"model": "scripted-1", "messages": [{"role": "user", "content": "Hi"}], "stream": True}


async def asked(endpoint: ScriptedChatEndpoint, **changes: Any) -> tuple[int, str]:
    async with (
        ClientSession() as session,
        session.post(f"{endpoint.url}/chat/completions", json={**BODY, **changes}) as response,
    ):
        return response.status, await response.text()


async def test_an_answer_is_streamed_as_events() -> None:
    async with ScriptedChatEndpoint() as endpoint:
        endpoint.will_answer(["Grüß Gott", Call("add", {"a": 1})])
        status, text = await asked(endpoint)
        assert status == 200
        assert '"content": "Grüß "' in text
        assert '"name": "add"' in text
        assert text.endswith("data: [DONE]\n\n")
        assert endpoint.requests == [BODY]


async def test_without_streaming_the_answer_is_whole() -> None:
    async with ScriptedChatEndpoint() as endpoint:
        endpoint.will_answer("Hello there")
        assert '"content": "Hello there"' in (await asked(endpoint, stream=False))[1]


async def test_errors_have_their_status() -> None:
    async with ScriptedChatEndpoint() as endpoint:
        endpoint.will_answer(Refusal(429, "Slow down"))
        status, text = await asked(endpoint)
        assert (status, "Slow down" in text) == (429, True)
        assert (await asked(endpoint, model="other"))[0] == 404


async def test_a_connection_breaks_off_when_it_should() -> None:
    async with ScriptedChatEndpoint() as endpoint:
        endpoint.will_answer(["Well, ", BreakOff()])
        with pytest.raises((ClientPayloadError, ClientConnectionError)):
            await asked(endpoint)


async def test_a_request_that_nobody_left_an_answer_for_is_a_surprise() -> None:
    with failing(r"nobody said what to answer to .*Hi"):
        async with ScriptedChatEndpoint() as endpoint:
            assert (await asked(endpoint))[0] == 500

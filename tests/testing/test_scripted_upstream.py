from __future__ import annotations

import asyncio
import json
from typing import Any, Literal

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from navtalk_widget.testing import ScriptedUpstream
from tests.support.failing import failing
from tests.support.waiting import eventually

pytestmark = pytest.mark.usefixtures("no_leftovers")


async def next_from(connection: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await asyncio.wait_for(connection.recv(), 5))
    return message


@pytest.mark.parametrize(("speaks", "shape"), [("today", "audio"), ("beta", "modalities")])
async def test_it_greets_with_a_session_of_its_own_shape(speaks: Literal["today", "beta"], shape: str) -> None:
    async with ScriptedUpstream(speaks) as upstream, connect(upstream.url, proxy=None) as connection:
        created = await next_from(connection)
        assert created["type"] == "session.created"
        assert shape in created["session"]


async def test_it_confirms_settings_and_keeps_the_others() -> None:
    async with ScriptedUpstream() as upstream, connect(upstream.url, proxy=None) as connection:
        await next_from(connection)
        change = {"type": "realtime", "audio": {"output": {"voice": "ash"}}}
        await connection.send(json.dumps({"type": "session.update", "session": change}))
        session = (await next_from(connection))["session"]
        assert session["audio"]["output"]["voice"] == "ash"
        assert session["audio"]["input"]["turn_detection"] == {"type": "server_vad"}
        await upstream.expect("session.update")


async def test_an_answer_is_given_in_the_words_of_the_time() -> None:
    for speaks, delta in (("today", "response.output_audio.delta"), ("beta", "response.audio.delta")):
        async with ScriptedUpstream(speaks) as upstream, connect(upstream.url, proxy=None) as connection:  # type: ignore[arg-type]
            await upstream.answer("Hello.", bytes(100))
            types = [(await next_from(connection))["type"]]
            while types[-1] != "response.done":
                types.append((await next_from(connection))["type"])
            assert delta in types


async def test_settings_of_another_time_are_a_surprise() -> None:
    with failing(r"settings that today does not have"):
        async with ScriptedUpstream() as upstream, connect(upstream.url, proxy=None) as connection:
            await connection.send(json.dumps({"type": "session.update", "session": {"voice": "ash"}}))
            await upstream.expect("session.update")


@pytest.mark.parametrize("frame", ["{", "[]", '{"type": 3}', b"\x00"])
async def test_what_is_no_message_is_a_surprise(frame: str | bytes) -> None:
    with failing(r"surprised"):
        async with ScriptedUpstream() as upstream, connect(upstream.url, proxy=None) as connection:
            await connection.send(frame)
            await connection.send(json.dumps({"type": "response.create"}))
            await upstream.expect("response.create")


async def test_a_key_that_is_not_the_one_is_refused() -> None:
    async with ScriptedUpstream(api_key="sk-1") as upstream:
        with pytest.raises(InvalidStatus, match="401"):
            await connect(upstream.url, proxy=None, additional_headers={"Authorization": "Bearer sk-2"})


async def test_waiting_for_what_does_not_come_fails_with_what_came() -> None:
    async with ScriptedUpstream(limit=0.2) as upstream, connect(upstream.url, proxy=None) as connection:
        await connection.send(json.dumps({"type": "response.create"}))
        await eventually(lambda: upstream.received)
        with pytest.raises(AssertionError, match=r"what came: response\.create"):
            await upstream.expect("response.cancel")

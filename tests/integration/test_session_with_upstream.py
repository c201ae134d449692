"""Our session, the embedded service and a backend elsewhere that is the mind, all over real sockets."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest

from navtalk_widget.local.server import LocalService
from navtalk_widget.local.talk.upstream.backend import Backend
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedUpstream


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@pytest.mark.usefixtures("no_leftovers")
@pytest.mark.parametrize(("protocol", "speaks"), [("v1", "beta"), ("v2", "today")])
async def test_a_question_and_a_tool_go_through_to_the_backend(
    protocol: Literal["v1", "v2"], speaks: Literal["today", "beta"]
) -> None:
    async with (
        ScriptedUpstream(speaks) as upstream,
        LocalService(port=0, backend=Backend(upstream.url)) as service,
        Session(service=service.url, protocol=protocol, instructions="Be brief.", tools=[add]) as session,
    ):
        asking = asyncio.create_task(session.ask("What is one and two?"))
        asked = await upstream.expect("conversation.item.create")
        assert asked["item"]["content"][0]["text"] == "What is one and two?"
        await upstream.expect("response.create")
        call_id = await upstream.call("add", {"a": 1, "b": 2})
        result = await upstream.expect("conversation.item.create")
        assert (result["item"]["call_id"], result["item"]["output"]) == (call_id, "3")
        await upstream.expect("response.create")
        await upstream.answer("It is three.", bytes(9_600), "resp_2")
        assert (await asking).text == "It is three."
        assert upstream.session["instructions"] == "Be brief."

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from navtalk_widget.local.server import LocalService
from tests.local.door.http.asking import Reply, ask
from tests.local.scripted import ScriptedResponder
from tests.local.second_generation import chatting_with
from tests.local.wire_client import PATIENCE_S, talking_to

pytestmark = pytest.mark.asyncio(loop_scope="module")

BASE = "/api/chat"


async def got(service: LocalService, path: str, **query: str) -> Reply:
    return await ask(service, "GET", f"{BASE}/{path}", query=query)


async def ended(service: LocalService, session_id: str) -> dict[str, Any]:
    """The record, when its conversation has ended."""
    for _ in range(round(PATIENCE_S / 0.05)):
        session: dict[str, Any] = (await got(service, f"sessions/{session_id}")).json["data"]
        if session["status"]:
            return session
        await asyncio.sleep(0.05)
    pytest.fail("the conversation did not end")


async def talk(service: LocalService, script: ScriptedResponder, words: str) -> str:
    """Have a conversation; return its identifier."""
    script.will_answer(f"You said {words}.")
    async with chatting_with(service) as client:
        session_id: str = (await client.greet())["data"]["sessionId"]
        await client.ask(words)
        await client.until("realtime.response.audio_transcript.done")
    return session_id


async def test_what_was_said_can_be_looked_up_afterwards(service: LocalService, script: ScriptedResponder) -> None:
    session_id = await talk(service, script, "good morning")
    session = await ended(service, session_id)
    assert session["id"] == session_id
    assert session["status"] == 1
    assert session["videoUrl"] is None
    began = datetime.strptime(session["startTime"], "%Y-%m-%d %H:%M:%S")
    assert began <= datetime.strptime(session["endTime"], "%Y-%m-%d %H:%M:%S")
    messages = (await got(service, "messages", sessionId=session_id)).json["data"]["data"]
    assert messages == session["messages"]
    assert [(message["role"], message["content"]) for message in messages] == [
        ("user", "good morning"),
        ("assistant", "You said good morning."),
    ]


async def test_a_conversation_of_the_first_generation_is_kept_too(
    service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer("Hello.")
    async with talking_to(service) as client:
        await client.start()
        session_id = client.log[0]["sessionId"]
        assert (await got(service, f"sessions/{session_id}")).json["data"]["status"] == 0
        await client.ask("hi there")
        await client.until("response.done")
    session = await ended(service, session_id)
    assert [message["content"] for message in session["messages"]] == ["hi there", "Hello."]


async def test_pages_follow_one_another_newest_first(service: LocalService, script: ScriptedResponder) -> None:
    talks = [await talk(service, script, f"number {number}") for number in range(3)]
    first = (await got(service, "sessions", limit="2")).json["data"]
    second = (await got(service, "sessions", limit="2", cursor=first["nextCursor"])).json["data"]
    listed = [session["id"] for session in first["data"] + second["data"]]
    assert listed[:3] == talks[::-1]
    for session_id in talks:
        await ended(service, session_id)


async def test_times_and_status_narrow_the_list(service: LocalService, script: ScriptedResponder) -> None:
    session = await ended(service, await talk(service, script, "hello"))
    now = datetime.strptime(session["startTime"], "%Y-%m-%d %H:%M:%S")
    past, future = str(now - timedelta(days=1)), str(now + timedelta(days=1))
    for query, found in (
        ({"startTime": past, "endTime": future}, True),
        ({"startTime": session["startTime"]}, True),
        ({"startTime": future}, False),
        ({"endTime": past}, False),
        ({"status": "1"}, True),
        ({"status": "0"}, False),
    ):
        listed = (await got(service, "sessions", **query)).json["data"]["data"]
        assert (session["id"] in [each["id"] for each in listed]) is found, query


@pytest.mark.parametrize("query", [{"startTime": "yesterday"}, {"limit": "x"}, {"cursor": "-1"}, {"status": "²"}])
async def test_a_wrong_question_is_refused(service: LocalService, query: dict[str, str]) -> None:
    assert (await got(service, "sessions", **query)).json["code"] == 400


async def test_an_unknown_session_is_not_found(service: LocalService) -> None:
    assert (await got(service, "sessions/nothing")).status == 404
    assert (await got(service, "messages", sessionId="nothing")).status == 404


async def test_a_licence_sees_its_own_conversations_only(guarded: LocalService) -> None:
    async with chatting_with(guarded, "license=sk_one&name=navtalk.Leo") as client:
        session_id = (await client.greet())["data"]["sessionId"]
    assert (await got(guarded, f"sessions/{session_id}")).status == 401
    assert (await got(guarded, f"sessions/{session_id}", apikey="sk_one")).status == 200
    assert (await got(guarded, f"sessions/{session_id}", apikey="sk_two")).status == 404
    assert (await got(guarded, "sessions", apikey="sk_two")).json["data"]["data"] == []

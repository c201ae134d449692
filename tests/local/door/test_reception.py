from __future__ import annotations

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from navtalk_widget.local.door.endings import INSUFFICIENT_POINTS
from navtalk_widget.local.door.simulation import Simulation
from navtalk_widget.local.server import LocalService
from navtalk_widget.local.talk.conversation import Conversation
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from tests.local.scripted import ScriptedResponder
from tests.local.second_generation import chatting_with
from tests.local.wire_client import WireClient, talking_to

pytestmark = pytest.mark.asyncio(loop_scope="module")

GENERATIONS = ("v1", "v2")

NAMES = {
    "gpu_full": ("session.gpu_full", "conversation.connected.gpu_full"),
    "insufficient_balance": ("session.insufficient_balance", "conversation.connected.insufficient_balance"),
    "connection_limit_exceeded": (
        "session.connection_limit_exceeded",
        "conversation.connected.connection_limit_exceeded",
    ),
    "backend_error": ("session.backend.error", "conversation.connected.backend_error"),
    "fail": ("error", "conversation.connected.fail"),
}


def connecting(
    service: LocalService, generation: str, license: str = "sk_1"
) -> AbstractAsyncContextManager[WireClient]:
    query = f"license={license}"
    return talking_to(service, query) if generation == "v1" else chatting_with(service, query)


async def created(client: WireClient) -> dict[str, Any]:
    """Wait until the session is there; return its object."""
    message = await client.until("session.created", "realtime.session.created")
    session: dict[str, Any] = message.get("raw_data", message)["session"]
    return session


# ── how many ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("generation", GENERATIONS)
async def test_a_licence_has_so_many_conversations_and_others_have_theirs(generation: str) -> None:
    async with (
        LocalService(port=0, max_sessions_per_license=2) as service,
        connecting(service, "v1") as one,
        connecting(service, "v2") as two,
    ):
        await created(one)
        await created(two)
        async with connecting(service, generation) as third:
            assert (await third.closing())[0] == 1013
        assert [message["type"] for message in third.log] == [
            NAMES["connection_limit_exceeded"][GENERATIONS.index(generation)]
        ]
        assert third.log[0]["message"] == (
            "Maximum concurrent connections (2) exceeded. Please close other connections and try again."
        )
        async with connecting(service, generation, "sk_2") as other:
            await created(other)


async def test_a_full_service_says_so_in_the_second_generation_too() -> None:
    async with LocalService(port=0, max_sessions=1) as service, connecting(service, "v1") as one:
        await created(one)
        async with connecting(service, "v2") as two:
            assert (await two.closing())[0] == 1013
        assert two.log[0]["type"] == "conversation.connected.gpu_full"
        assert two.log[0]["message"] == two.log[0]["data"]["message"] != ""


# ── how long ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_conversation_that_has_lasted_long_enough_is_ended() -> None:
    before = time.time()
    async with (
        LocalService(port=0, session_seconds=1.0) as service,
        connecting(service, "v1") as first,
        connecting(service, "v2") as second,
    ):
        for client in (first, second):
            assert before <= (await created(client))["expires_at"] <= time.time() + 2
            assert await client.closing() == (1000, "Session timeout")
    assert first.log[-1]["type"] == "error"
    assert first.log[-1]["error"]["code"] == "session_expired"
    assert second.log[-1]["type"] == "conversation.connected.close"
    assert second.log[-1]["message"] == second.log[-1]["data"]["message"] == "Session timeout"


# ── troubles on demand ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("kind", NAMES)
async def test_a_connection_fails_as_it_was_told_to(generation: str, kind: str) -> None:
    name = NAMES[kind][GENERATIONS.index(generation)]
    async with (
        LocalService(port=0, simulate=[Simulation(kind)]) as service,
        connecting(service, generation) as client,
    ):
        code, reason = await client.closing()
    assert [message["type"] for message in client.log] == [name]
    assert code in (1008, 1011, 1013)
    assert (reason == INSUFFICIENT_POINTS) == (kind == "insufficient_balance")


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("kind", NAMES)
async def test_a_conversation_fails_in_its_midst_as_it_was_told_to(generation: str, kind: str) -> None:
    async with (
        LocalService(port=0, simulate=[Simulation(kind, 0.2)]) as service,
        connecting(service, generation) as client,
    ):
        await created(client)
        await client.closing()
    assert client.log[-1]["type"] == NAMES[kind][GENERATIONS.index(generation)]


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("after_s", [None, 0.1])
async def test_points_that_are_used_up_are_told_by_the_reason_alone(generation: str, after_s: float | None) -> None:
    async with (
        LocalService(port=0, simulate=[Simulation("insufficient_points", after_s)]) as service,
        connecting(service, generation) as client,
    ):
        assert (await client.closing())[1] == "Insufficient points"
    assert not [message for message in client.log if "insufficient" in message["type"]]


@pytest.mark.parametrize("after_s", [None, 0.1])
async def test_a_warning_warns_the_second_generation_and_nothing_ends(
    script: ScriptedResponder, after_s: float | None
) -> None:
    script.will_answer("Here I am.")
    async with (
        LocalService(port=0, responder=script, simulate=[Simulation("warning", after_s)]) as service,
        connecting(service, "v2") as second,
        connecting(service, "v1") as first,
    ):
        await second.until("conversation.connected.warning")
        if after_s is None:
            assert len(second.log) == 2, "directly after success"
        await first.start()
        await first.ask("hello")
        await first.until("response.done")
        assert not first.of("conversation.connected.warning")


async def test_several_troubles_come_in_the_order_of_their_times() -> None:
    simulate = [Simulation("backend_error", 0.3), Simulation("warning", 0.1)]
    async with LocalService(port=0, simulate=simulate) as service, connecting(service, "v2") as client:
        await client.closing()
    types = [message["type"] for message in client.log if message["type"].startswith("conversation.connected.")]
    assert types == [f"conversation.connected.{kind}" for kind in ("success", "warning", "backend_error")]


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("generation", GENERATIONS)
async def test_a_fault_of_ours_ends_its_own_conversation_only(
    service: LocalService, script: ScriptedResponder, monkeypatch: pytest.MonkeyPatch, generation: str
) -> None:
    script.will_answer("Still here.")
    handle = Conversation.handle

    async def fail_when_asked(self: Conversation, event: Event) -> None:
        if isinstance(event, events.ConversationItemCreate) and "fail now" in event.item.text:
            raise RuntimeError("a fault for the test")
        await handle(self, event)

    monkeypatch.setattr(Conversation, "handle", fail_when_asked)
    async with connecting(service, generation) as client, talking_to(service) as other:
        await created(client)
        await other.start()
        await client.ask("fail now")
        assert (await client.closing())[0] == 1011
        assert client.log[-1]["type"] == NAMES["backend_error"][GENERATIONS.index(generation)]
        await other.ask("hello")
        await other.until("response.done")


async def test_a_client_that_comes_and_goes_leaves_no_task(service: LocalService) -> None:
    async with connecting(service, "v2") as client:
        await created(client)
    await asyncio.sleep(0.2)
    before = len(asyncio.all_tasks())
    for _ in range(20):
        async with connecting(service, "v2") as client:
            await client.next()
    for _ in range(200):
        if len(asyncio.all_tasks()) <= before:
            break
        await asyncio.sleep(0.05)
    assert len(asyncio.all_tasks()) <= before

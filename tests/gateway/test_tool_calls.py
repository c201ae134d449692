"""Calls of tools as pages see them, and what pages decide about them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from navtalk_widget.gateway.gateway import Gateway
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from navtalk_widget.tools import tool
from tests.support.page import ORIGIN, TestPage, page_at
from tests.support.waiting import eventually

CALL = {"type": "response.function_call_arguments.done", "response_id": "r", "item_id": "i", "name": "delete"}


@pytest.fixture
def deleted() -> list[str]:
    return []


@pytest.fixture
async def session(service: ScriptedService, deleted: list[str]) -> AsyncIterator[Session]:
    async def delete(path: str) -> str:
        "Delete a file."
        deleted.append(path)
        return f"{path} is gone"

    careful = tool(needs_approval=True)(delete)
    async with Session(service=service.url, license="sk_navtalk_canary", tools=[careful]) as session:
        yield session


async def asked(service: ScriptedService, page: TestPage, call_id: str = "c") -> dict[str, Any]:
    """Let the service call the tool; what the page is told of it."""
    await service.send({**CALL, "call_id": call_id, "arguments": '{"path": "a"}'})
    return await page.expect("tool_call", call_id=call_id, state="awaiting_approval")


async def test_a_page_sees_the_question_and_allows(
    gateway: Gateway, service: ScriptedService, deleted: list[str]
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        question = await asked(service, page)
        assert (question["name"], question["arguments"], question["result"]) == ("delete", {"path": "a"}, None)
        await page.send({"type": "approve", "call_id": "c", "decision": "allow"})
        await page.expect("tool_call", state="running")
        await page.expect("tool_call", state="done", result="a is gone")
    assert deleted == ["a"]


async def test_a_page_denies(gateway: Gateway, service: ScriptedService, deleted: list[str]) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await asked(service, page)
        await page.send({"type": "approve", "call_id": "c", "decision": "deny"})
        told = await page.expect("tool_call", state="denied")
        assert told["result"] == "delete was not called: the person did not allow it."
    assert deleted == []


async def test_always_needs_no_further_word(gateway: Gateway, service: ScriptedService, deleted: list[str]) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await asked(service, page)
        await page.send({"type": "approve", "call_id": "c", "decision": "always"})
        await service.send({**CALL, "call_id": "c2", "arguments": '{"path": "b"}'})
        await page.expect("tool_call", call_id="c2", state="done")
    assert deleted == ["a", "b"]


async def test_a_page_that_joins_is_asked_what_is_still_open(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as first:
        await asked(service, first)
        await first.send({"type": "approve", "call_id": "c", "decision": "allow"})
        await first.expect("tool_call", state="done")
        await asked(service, first, "c2")
    async with page_at(gateway.invite(ORIGIN)) as second:
        await second.expect("tool_call", call_id="c", state="done")
        await second.expect("tool_call", call_id="c2", state="awaiting_approval")
        await second.send({"type": "approve", "call_id": "c2", "decision": "deny"})
        await second.expect("tool_call", call_id="c2", state="denied")


async def test_who_decides_second_is_told_how_it_was_decided_and_of_no_error(
    gateway: Gateway, session: Session, service: ScriptedService
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await asked(service, page)
        session.reject("c")
        await page.send({"type": "approve", "call_id": "c", "decision": "allow"})
        await page.send({"type": "send_text", "text": "hello"})
        await page.expect("turns", reset=False)
        assert [message["state"] for message in page.seen if message["type"] == "tool_call"][-1] == "denied"
        assert not [message for message in page.seen if message["type"] == "error"]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "approve", "call_id": "c", "decision": "perhaps"},
        {"type": "approve", "call_id": "c"},
        {"type": "approve", "decision": "allow"},
        {"type": "approve", "call_id": "c" * 10_000, "decision": "allow"},
        {"type": "approve", "call_id": "c", "decision": True},
    ],
)
async def test_what_is_no_decision_allows_nothing(
    gateway: Gateway, session: Session, service: ScriptedService, message: dict[str, Any], deleted: list[str]
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await asked(service, page)
        await page.send(message)
        assert (await page.expect("error"))["error"]["code"] == "bad_message"
        session.reject("c")
        await eventually(lambda: session.tool_calls[-1].state == "denied")
    assert deleted == []

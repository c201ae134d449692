"""A page whose connection died without anybody telling the gateway: it comes back, and is not in its own way."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from navtalk_widget.gateway import ownership
from navtalk_widget.gateway.comm import CommDoor
from navtalk_widget.gateway.gateway import MAX_PAGES, Gateway
from navtalk_widget.session.session import Session
from navtalk_widget.testing import FaultProxy, ScriptedService
from tests.support.comm_page import CommPage
from tests.support.page import ORIGIN, TestPage, page_at
from tests.support.waiting import eventually

NAME = "1a2b3c-4d5e6f"

Visit = Callable[[str, int], Awaitable[TestPage]]


@pytest.fixture
async def line(gateway: Gateway) -> AsyncIterator[FaultProxy]:
    """What lies between the pages and the gateway."""
    async with FaultProxy(gateway.invite(ORIGIN)["url"]) as proxy:
        yield proxy


@pytest.fixture
async def visit(gateway: Gateway, line: FaultProxy) -> AsyncIterator[Visit]:
    """Pages that come over that line."""
    async with AsyncExitStack() as visits:

        def visit(name: str, connection: int) -> Awaitable[TestPage]:
            invitation = {**gateway.invite(ORIGIN), "url": line.url}
            return visits.enter_async_context(page_at(invitation, name=name, connection=connection))

        yield visit
        line.reset()  # the dead would not answer a farewell


def welcome(page: TestPage) -> dict[str, Any]:
    return next(message for message in page.seen if message["type"] == "welcome")


async def talking(page: TestPage) -> None:
    await page.send({"type": "start"})
    await page.expect("owner", owner=True)


def deaden(line: FaultProxy) -> None:
    """Let those who are connected speak into the void; who comes anew gets through."""
    for connection in line.connections:
        connection.swallow()


async def test_it_finds_its_conversation_free(visit: Visit, line: FaultProxy, service: ScriptedService) -> None:
    await talking(await visit(NAME, 1))
    deaden(line)
    page = await visit(NAME, 2)
    assert (welcome(page)["owner"], welcome(page)["owned"]) == (False, False)
    await page.expect("state", status="listening")
    await page.send({"type": "take_over"})
    await page.expect("owner", owner=True)
    await page.send({"type": "send_text", "text": "Are you there?"})
    await service.expect("response.create")
    assert service.connections == 1, "it is the same conversation"


async def test_by_another_way_too(gateway: Gateway, visit: Visit, line: FaultProxy, service: ScriptedService) -> None:
    pages: list[CommPage] = []

    def post(content: dict[str, Any], buffers: list[bytes]) -> None:
        for page in pages:
            page.posted(content, buffers)

    door = CommDoor(gateway.serve, post)
    pages.append(CommPage(door, "channel-1"))
    await talking(await visit(NAME, 1))
    deaden(line)
    pages[0].open(NAME, 2)
    await pages[0].expect("welcome", owned=False)
    pages[0].send({"type": "take_over"})
    await pages[0].expect("owner", owner=True)
    assert welcome(await visit(NAME, 3))["owned"] is False
    await pages[0].closed.wait()
    await door.close()


@pytest.mark.parametrize(
    ("name", "connection"), [("another", 2), ("", 2), (NAME, 1)], ids=["another page", "no name", "a second way"]
)
async def test_who_is_not_the_page_come_back_takes_nothing_from_it(
    visit: Visit, service: ScriptedService, name: str, connection: int
) -> None:
    """A better way that answers late is of the same try, and must not end the one that stands."""
    page = await visit(NAME, 1)
    await talking(page)
    assert welcome(await visit(name, connection))["owned"] is True
    await page.send({"type": "send_text", "text": "Are you there?"})
    await service.expect("response.create")


async def test_its_dead_connections_do_not_fill_the_house(gateway: Gateway, visit: Visit, line: FaultProxy) -> None:
    for number in range(MAX_PAGES + 2):
        await visit(NAME, number)
        deaden(line)
    await eventually(lambda: len(gateway._pages) == 1)


async def test_the_conversation_ends_if_it_is_not_taken_up_again(
    visit: Visit, line: FaultProxy, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ownership, "ORPHAN_TIMEOUT", 0.05)
    await talking(await visit(NAME, 1))
    deaden(line)
    await visit(NAME, 2)
    await eventually(lambda: session.status == "closed")

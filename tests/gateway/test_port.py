from collections.abc import AsyncIterator

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve

from navtalk_widget.errors import NotConnectedError
from navtalk_widget.gateway import port as port_module
from navtalk_widget.gateway.port import Port
from tests.support.waiting import eventually


class Somebody:
    there = False
    asked_for = 0

    def expected(self) -> bool:
        self.asked_for += 1
        return self.there


@pytest.fixture
async def somebody() -> Somebody:
    return Somebody()


@pytest.fixture
async def port(somebody: Somebody, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Port]:
    monkeypatch.setattr(port_module, "REST_AFTER", 0.05)
    port = Port(listen, somebody.expected)
    yield port
    await port.close()


async def listen() -> Server:
    async def greet(connection: ServerConnection) -> None:
        await connection.send("hello")

    return await serve(greet, "127.0.0.1", 0)


async def test_a_port_that_nobody_needs_is_closed_and_another_opened_when_asked_for(port: Port) -> None:
    await port.open()
    assert port.number > 0
    await eventually(lambda: port._server is None)
    await port.open()
    assert port.number > 0


async def test_a_port_stays_open_while_somebody_is_there(port: Port, somebody: Somebody) -> None:
    somebody.there = True
    await port.open()
    number = port.number
    await eventually(lambda: somebody.asked_for > 2)
    assert port.number == number


async def test_a_port_kept_open_for_somebody_who_never_came_is_closed(port: Port, somebody: Somebody) -> None:
    somebody.there = True
    await port.open()
    await eventually(lambda: somebody.asked_for > 0)
    somebody.there = False
    await eventually(lambda: port._server is None)


async def test_a_closed_port_opens_no_more(port: Port) -> None:
    await port.close()
    with pytest.raises(NotConnectedError, match="closed"):
        await port.open()
    assert port._server is None


async def test_a_closed_port_leaves_nothing_that_would_close_it_later(port: Port) -> None:
    await port.open()
    await port.close()
    port.rest_later()
    assert port._resting is None or port._resting.done()

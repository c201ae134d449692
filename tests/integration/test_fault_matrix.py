"""Whatever happens to the line, at whatever moment: the conversation goes on, or says what is wrong.

Each fault strikes at each moment in one of the generations; with ``NAVTALK_ALL_FAULTS=1`` in both.
"""

import asyncio
import os
from collections.abc import Iterator

import pytest

from navtalk_widget.client import sockets
from navtalk_widget.client.sockets import KEEP_ALIVE
from navtalk_widget.protocol.signalling import Offer
from navtalk_widget.session.connection import reconnection
from tests.integration.fault_stage import FIRST_WORDS, ProtocolName, Stage
from tests.integration.faults import FAULTS, Fault
from tests.integration.moments import MOMENTS, Moment
from tests.support.local_service import local_service
from tests.support.waiting import eventually

LICENSE = "sk_navtalk_faults"

pytestmark = pytest.mark.usefixtures("no_leftovers")


def cases() -> Iterator[object]:
    for row, fault in enumerate(FAULTS):
        for column, moment in enumerate(MOMENTS):
            generations: tuple[ProtocolName, ...] = ("v1", "v2")
            if not os.environ.get("NAVTALK_ALL_FAULTS"):
                generations = (generations[(row + column) % 2],)
            for protocol in generations:
                yield pytest.param(protocol, fault, moment, id=f"{protocol}: {fault.name} while {moment.name}")


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with local_service(LICENSE) as url:
        yield url


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnection, "DELAYS", (0.01, 0.02, 0.05, 0.1, 0.5, 1.0))


@pytest.fixture
def _impatient(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    if fault.silent:
        monkeypatch.setattr(sockets, "KEEP_ALIVE", 0.5)
        monkeypatch.setattr(sockets, "OPEN_TIMEOUT", 0.6)


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(("protocol", "fault", "moment"), list(cases()))
async def test_a_conversation_survives(protocol: ProtocolName, fault: Fault, moment: Moment, service: str) -> None:
    async with Stage(protocol) if fault.own_service else Stage(protocol, service, LICENSE) as stage:
        await moment.reach(stage)
        sockets.KEEP_ALIVE = KEEP_ALIVE  # what comes after may take its time on a busy machine
        await fault.strike(stage)
        lost = fault.breaks_handshake if moment.handshake else fault.breaks
        if lost:
            await eventually(lambda: stage.lost)
        await moment.finish(stage, lost)
        await eventually(lambda: stage.session.connected)
        assert stage.words[:2] == FIRST_WORDS, "what was said before is kept"
        if not lost:
            assert not stage.lost
            await eventually(lambda: stage.complaints >= fault.complaints)
        reply = await asyncio.wait_for(stage.session.ask("What is four plus four?"), 60)
        assert reply.text == "That makes 8."
        assert stage.words[-2:] == ["What is four plus four?", "That makes 8."]


async def test_media_that_are_held_up_do_not_hold_up_the_words(service: str) -> None:
    async with Stage("v1", service, LICENSE) as stage:
        signalling = await stage.session.open_signalling()
        try:
            await eventually(lambda: len(stage.proxy.connections) == 2)
            stage.proxy.connections[1].hold()
            reply = await stage.session.ask("What is four plus four?")
            assert reply.text == "That makes 8."
            stage.proxy.connections[1].release()
            offer = await asyncio.wait_for(anext(signalling.signals()), 60)
            assert isinstance(offer, Offer)
        finally:
            await signalling.close()


async def test_words_that_are_held_up_do_not_hold_up_the_media(service: str) -> None:
    async with Stage("v1", service, LICENSE) as stage:
        stage.proxy.connections[0].hold()
        asked = asyncio.create_task(stage.session.ask("What is four plus four?"))
        signalling = await stage.session.open_signalling()
        try:
            offer = await asyncio.wait_for(anext(signalling.signals()), 60)
            assert isinstance(offer, Offer)
            assert not asked.done()
            stage.proxy.connections[0].release()
            assert (await asked).text == "That makes 8."
        finally:
            asked.cancel()
            await signalling.close()

"""What a page sees and gets when the connection to the service breaks, or the media do."""

import base64
import time
from collections.abc import AsyncIterator
from typing import Any, Literal

import pytest

from navtalk_widget.gateway import ownership
from navtalk_widget.gateway.gateway import Gateway
from navtalk_widget.protocol import events
from navtalk_widget.protocol.signalling import Offer, SessionDescription
from navtalk_widget.session.connection import reconnection
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from tests.support.page import ORIGIN, TestPage, page_at
from tests.support.waiting import eventually

VOICE = base64.b64encode(bytes(range(0, 200, 2)) * 24).decode()
OFFER = Offer(target="t", sdp=SessionDescription(type="offer", sdp="v=0\r\n"))


@pytest.fixture(params=["v1", "v2"])
def protocol(request: pytest.FixtureRequest) -> Literal["v1", "v2"]:
    generation: Literal["v1", "v2"] = request.param
    return generation


@pytest.fixture
async def service(no_leftovers: None, protocol: Literal["v1", "v2"]) -> AsyncIterator[ScriptedService]:
    async with ScriptedService(protocol, ignore=["*"]) as service:
        yield service


@pytest.fixture
async def session(service: ScriptedService) -> AsyncIterator[Session]:
    session = Session(service=service.url, protocol=service.protocol, license="sk_navtalk_canary")
    yield session
    await session.close()


async def shown(page: TestPage, service: ScriptedService) -> int:
    """Start the conversation, and bring the page the media; the number of the negotiation."""
    await page.send({"type": "start"})
    await page.expect("owner", owner=True)
    return await offered(page, service)


async def offered(page: TestPage, service: ScriptedService, connection: int = 1) -> int:
    await service.until(lambda: service.connections == connection)
    if service.protocol == "v1":
        await service.expect("create")
    await service.signal(OFFER)
    peer: int = (await page.expect("offer"))["peer"]
    await page.send(media("connected", peer))
    return peer


def media(state: str, peer: int) -> dict[str, Any]:
    return {"type": "media_state", "peer": peer, "state": state, "audio_track": True, "video_track": True}


async def test_a_lost_connection_is_told_with_the_next_try_and_brings_new_media(
    gateway: Gateway, service: ScriptedService
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        first = await shown(page, service)
        service.cut()
        lost = await page.expect("state", status="reconnecting")
        while lost["retry"] is None:
            lost = await page.expect("state")
        assert lost["error"]["code"] == "service_unreachable"
        assert lost["retry"]["attempt"] == 1
        assert abs(lost["retry"]["at"] - time.time()) < 60
        state = await page.expect("state", status="listening")
        assert (state["error"], state["retry"]) == (None, None)
        assert await offered(page, service, connection=2) > first
        told = [message["type"] for message in page.seen]
        assert told.count("owner") == 1  # it stays the owner
        assert "close_peer" not in told  # the last picture stays until the new one comes


async def test_try_now_does_not_wait(
    gateway: Gateway, service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconnection, "DELAYS", (600.0,))
    async with page_at(gateway.invite(ORIGIN)) as page:
        await shown(page, service)
        service.cut()
        await page.expect("state", status="reconnecting")
        await page.send({"type": "reconnect_now"})
        await page.expect("state", status="listening")


async def test_stop_ends_the_tries(gateway: Gateway, service: ScriptedService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnection, "DELAYS", (600.0,))
    async with page_at(gateway.invite(ORIGIN)) as page:
        await shown(page, service)
        service.cut()
        await page.expect("state", status="reconnecting")
        await page.send({"type": "stop"})
        await page.expect("state", status="closed")
        assert service.connections == 1


@pytest.mark.parametrize("then", ["still tries", "stands again"])
async def test_a_conversation_whose_page_goes_while_the_connection_is_lost_ends(
    gateway: Gateway, service: ScriptedService, session: Session, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconnection, "DELAYS", (600.0,))
    monkeypatch.setattr(ownership, "ORPHAN_TIMEOUT", 0.05 if then == "still tries" else 1.0)  # it ends either way
    async with page_at(gateway.invite(ORIGIN)) as page:
        await shown(page, service)
        service.cut()
        await page.expect("state", status="reconnecting")
    if then == "stands again":
        async with page_at(gateway.invite(ORIGIN)) as other:
            await other.send({"type": "reconnect_now"})
    await eventually(lambda: session.status == "closed")


async def test_start_while_the_connection_is_lost_keeps_a_conversation_whose_page_is_gone(
    gateway: Gateway, service: ScriptedService, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconnection, "DELAYS", (600.0,))
    async with page_at(gateway.invite(ORIGIN)) as other:
        async with page_at(gateway.invite(ORIGIN)) as page:
            await shown(page, service)
            service.cut()
            await other.expect("state", status="reconnecting")
        await other.expect("owner", owned=False)
        await eventually(lambda: gateway._ownership._orphan is not None)
        service.greets = False  # so that connecting takes its time
        await other.send({"type": "start"})
        await service.until(lambda: service.connections == 2)
        assert gateway._ownership._orphan is None
    await service.send({"type": "session.created"}, {"type": "session.updated"})
    await eventually(lambda: session.status == "closed")


async def test_start_while_the_connection_is_lost_connects_once(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        first = await shown(page, service)
        service.cut()
        await page.expect("state", status="reconnecting")
        await page.send({"type": "start"})
        await page.expect("state", status="listening")
        assert await offered(page, service, connection=2) > first
        assert gateway._requests._starting is not None
        await eventually(gateway._requests._starting.done)
        await page.send({"type": "send_text", "text": "Are you there?"})
        await service.expect("response.create")
        assert service.connections == 2


async def test_start_leaves_a_connection_whose_media_stand(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        await shown(page, service)
        await page.send({"type": "start"}, {"type": "send_text", "text": "Are you there?"})
        await page.expect("turns", reset=False)  # so Start has been looked at
        assert gateway._requests._starting is not None
        await eventually(gateway._requests._starting.done)
        await page.send({"type": "send_text", "text": "Are you still there?"})
        await page.expect("turns", reset=False)
        assert "reconnecting" not in [message.get("status") for message in page.seen]
        assert service.connections == 1


async def test_start_brings_media_anew_where_they_failed(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        first = await shown(page, service)
        await page.send(media("closed", first), {"type": "start"})
        again = await offered(page, service, connection=1 if service.protocol == "v1" else 2)
        assert again > first


async def test_start_by_a_page_that_was_reloaded_brings_it_media(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        first = await shown(page, service)
    async with page_at(gateway.invite(ORIGIN)) as page:
        await page.send({"type": "start"})
        await page.expect("owner", owner=True)
        assert await offered(page, service, connection=1 if service.protocol == "v1" else 2) > first


@pytest.mark.parametrize("state", ["frozen", "failed"])
async def test_media_that_stood_and_broke_are_negotiated_anew(
    gateway: Gateway, service: ScriptedService, state: str
) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        first = await shown(page, service)
        await page.send(media(state, first))
        # The second generation offers once in a connection: it takes a new one.
        again = await offered(page, service, connection=1 if service.protocol == "v1" else 2)
        assert again > first


async def test_media_that_keep_breaking_are_given_up_in_words(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as page:
        peer = await shown(page, service)
        for number in range(1, ownership.BREAKS):
            await page.send(media("frozen", peer))
            peer = await offered(page, service, connection=1 if service.protocol == "v1" else number + 1)
        await page.send(media("frozen", peer))
        error = (await page.expect("state", status="listening", retry=None))["error"]
        while error is None:
            error = (await page.expect("state"))["error"]
        assert error["code"] == "webrtc_failed"
        assert "by sound" in error["hint"]
        assert {"type": "close_peer", "peer": peer} in page.seen  # what may recover is not heard beside
        if service.protocol == "v1":
            await service.answer("I am still here.", pcm=VOICE)
        else:
            await service.send(events.AudioDelta(delta=base64.b64decode(VOICE)))
        assert await page.expect_voice() == base64.b64decode(VOICE)


async def test_another_page_that_takes_over_gets_media_of_its_own(gateway: Gateway, service: ScriptedService) -> None:
    async with page_at(gateway.invite(ORIGIN)) as first:
        peer = await shown(first, service)
        async with page_at(gateway.invite(ORIGIN)) as second:
            await second.send({"type": "take_over"})
            await second.expect("owner", owner=True)
            await first.expect("close_peer", peer=peer)
            assert await offered(second, service, connection=1 if service.protocol == "v1" else 2) > peer


async def test_how_the_page_hears_the_voice_reaches_the_conversation(
    gateway: Gateway, service: ScriptedService, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[float | None] = []
    monkeypatch.setattr(session, "note_playback", noted.append)
    async with page_at(gateway.invite(ORIGIN)) as page:
        await shown(page, service)
        await page.send({"type": "playback", "delay_ms": 85.0}, {"type": "playback", "delay_ms": None})
        await eventually(lambda: noted == [85.0, None])
        await page.send({"type": "playback", "delay_ms": -1})
        assert (await page.expect("error"))["error"]["code"] == "bad_message"

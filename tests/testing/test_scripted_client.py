import asyncio
from typing import Any

import pytest

from navtalk_widget.protocol.signalling import IceCandidate, Offer, SessionDescription
from navtalk_widget.testing import Generation, ScriptedClient, ScriptedService
from tests.support.failing import failing

pytestmark = pytest.mark.usefixtures("no_leftovers")

OFFER = Offer(target="t", sdp=SessionDescription(type="offer", sdp="v=0\r\n"))


async def answer(offer: str) -> str:
    return f"answer to {offer}"


async def test_a_v1_client_opens_both_sockets_and_configures_when_asked() -> None:
    async with ScriptedService() as service, ScriptedClient(service.url) as client:
        updated = await client.begin({"voice": "ash"}, license="sk_2", characterName="navtalk.Emma")
        assert updated["session"] == {"voice": "ash"}
        assert service.queries == [{"license": ["sk_2"], "characterName": ["navtalk.Emma"]}]
        assert (await service.expect("create"))["targetSessionId"] == "123"


async def test_a_late_v1_client_waits_for_the_sessions_id() -> None:
    async with ScriptedService(greets=False) as service, ScriptedClient(service.url, "v1-late") as client:
        beginning = asyncio.create_task(client.begin({"voice": "ash"}))
        await service.until(lambda: service.main)
        assert service.signalling is None
        await service.send({"type": "session.session_id", "sessionId": "0f1c"})
        assert (await service.expect("create"))["targetSessionId"] == "target-0f1c"
        await service.send({"type": "session.created"})
        await service.expect("session.update")
        await service.send({"type": "session.updated"})
        await beginning


async def test_a_v2_client_configures_before_anything_has_come() -> None:
    async with ScriptedService("v2", greets=False) as service, ScriptedClient(service.url, "v2") as client:
        beginning = asyncio.create_task(client.begin({"voice": "ash", "prompt": "Be brief."}, avatarId="a1"))
        config = await service.expect("realtime.input_config")
        assert config["data"]["content"] == '{"voice": "ash", "prompt": "Be brief."}'
        assert service.queries == [{"license": ["sk_navtalk_test"], "avatarId": ["a1"]}]
        await service.send({"type": "conversation.connected.success", "data": {"sessionId": "s", "iceServers": []}})
        await service.send({"type": "realtime.session.created", "data": {}})
        await service.send({"type": "realtime.session.updated", "data": {}})
        await beginning


async def test_a_transitional_client_configures_as_in_v1_when_asked() -> None:
    async with ScriptedService("v2", greets=False) as service, ScriptedClient(service.url, "v2-transitional") as client:
        beginning = asyncio.create_task(client.begin({"voice": "ash"}, model="gpt-realtime"))
        await service.until(lambda: service.main)
        await service.send({"type": "conversation.connected.success", "data": {"sessionId": "s", "iceServers": []}})
        assert not service.received
        await service.send({"type": "realtime.session.created", "data": {}})
        assert (await service.expect("session.update"))["session"] == {"voice": "ash"}
        await service.send({"type": "realtime.session.updated", "data": {}})
        await beginning


@pytest.mark.parametrize("generation", ["v1", "v2"])
async def test_an_offer_is_answered_by_what_the_test_brings(generation: Generation) -> None:
    protocol: Any = generation
    async with ScriptedService(protocol) as service, ScriptedClient(service.url, generation) as client:
        await client.begin()
        if generation == "v1":
            await service.expect("create")
        await service.signal(OFFER)
        await client.negotiate(answer)
        answered = await service.expect("answer")
        description = {"type": "answer", "sdp": "answer to v=0\r\n"}
        if generation == "v1":
            assert answered == {"type": "answer", "targetSessionId": "t", "sdp": description}
        else:
            assert answered == {"type": "webrtc.signaling.answer", "data": {"sdp": description}}
        await client.signal(IceCandidate(candidate={"candidate": "", "sdpMid": "0", "sdpMLineIndex": 0}))
        await service.expect("iceCandidate")


class TestSurprises:
    async def test_a_message_that_nobody_expected(self) -> None:
        with failing(r"surprised the client:\n.*speech_started.* was not expected"):
            async with ScriptedService() as service, ScriptedClient(service.url) as client:
                await client.begin()
                await service.expect("create")
                await service.send({"type": "input_audio_buffer.speech_started"})
                await client.until(lambda: client.of("input_audio_buffer.speech_started"))

    @pytest.mark.parametrize("frame", [b"sound", "{", '{"type": "response.output_audio.delta", "delta": ""}'])
    async def test_what_is_no_message_of_a_service_cannot_be_ignored(self, frame: str | bytes) -> None:
        with failing("on the main socket"):
            async with (
                ScriptedService(ignore=["*"]) as service,
                ScriptedClient(service.url, ignore=["*"]) as client,
            ):
                await client.begin()
                await service.send(frame)
                await client.expect("something.else")

    async def test_an_end_that_nobody_waited_for(self) -> None:
        with failing(r"the service ended the connection \(1013 full\)"):
            async with ScriptedService(ignore=["*"]) as service, ScriptedClient(service.url) as client:
                await client.begin()
                await service.close(1013, "full")
                await client.until(lambda: client.main is not None and client.main.close_code)

    async def test_waiting_ends_with_the_connection(self) -> None:
        async with ScriptedService(ignore=["*"]) as service, ScriptedClient(service.url, limit=60) as client:
            await client.begin()
            waiting = asyncio.create_task(client.expect("response.done"))
            await service.close(1013, "full")
            with failing(r"ended the connection \(1013 full\) while waiting for response"):
                await waiting
            assert await client.closed() == (1013, "full")


async def test_a_connection_that_is_lost_has_no_reason() -> None:
    async with ScriptedService(ignore=["*"]) as service, ScriptedClient(service.url) as client:
        await client.begin()
        service.cut()
        assert await client.closed() == (1006, "")


async def test_sockets_can_be_opened_in_any_order() -> None:
    async with ScriptedService(greets=False) as service, ScriptedClient(service.url) as client:
        await client.open_signalling("123", "/iwebrtc")
        await client.open_main("/realtime-api")
        await client.signal({"type": "create", "targetSessionId": "123"})
        await service.expect("create")
        assert service.connections == 1

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from navtalk_widget.protocol import events
from navtalk_widget.protocol.items import user_text
from navtalk_widget.testing import ScriptedClient, ScriptedService
from tests.support.failing import failing

pytestmark = pytest.mark.usefixtures("no_leftovers")

V1 = "/api/realtime-api?license=sk_1&characterName=navtalk.Leo"
V2 = "/wss/v2/realtime-chat?license=sk_1&name=navtalk.Leo"

MakeService = Callable[..., Awaitable[ScriptedService]]


@asynccontextmanager
async def raw(service: ScriptedService, path: str) -> AsyncIterator[ClientConnection]:
    """A client's socket without any manners."""
    async with connect(f"{service.url}{path}", proxy=None) as connection:
        yield connection


async def next_type(connection: ClientConnection) -> str:
    return str(json.loads(await asyncio.wait_for(connection.recv(), 5))["type"])


async def test_v1_greets_and_confirms_the_configuration() -> None:
    async with ScriptedService() as service, raw(service, V1) as client:
        assert await next_type(client) == "session.created"
        await client.send(json.dumps({"type": "session.update", "session": {"voice": "ash"}}))
        confirmed = json.loads(await asyncio.wait_for(client.recv(), 5))
        assert (confirmed["type"], confirmed["session"]) == ("session.updated", {"voice": "ash"})
        assert service.queries == [{"license": ["sk_1"], "characterName": ["navtalk.Leo"]}]
        assert service.connections == 1


async def test_v2_greets_in_the_documented_order() -> None:
    async with ScriptedService("v2") as service, raw(service, V2) as client:
        greeting = [await next_type(client) for _ in range(3)]
        assert greeting == ["conversation.connected.success", "realtime.session.created", "realtime.session.updated"]


async def test_it_says_nothing_when_it_is_not_to_greet() -> None:
    async with ScriptedService(greets=False) as service, raw(service, V1) as client:
        await service.send({"type": "session.session_id", "sessionId": "0f1c"})
        assert await next_type(client) == "session.session_id"


@pytest.mark.parametrize("generation", ["v1", "v2"])
async def test_an_answer_is_given_in_the_words_of_the_generation(generation: Any) -> None:
    service = ScriptedService(generation, ignore=["create"])
    async with service, ScriptedClient(service.url, generation, ignore=["response.*"]) as client:
        await client.begin()
        await service.answer("Hello!", pcm=bytes(480), response_id="r")
        said = await client.expect("response.audio_transcript.done")
        assert said.get("transcript", said.get("data", {}).get("content")) == "Hello!"
        sound = await client.expect("response.audio.delta")
        assert sound.get("response_id", sound.get("data", {}).get("id")) == "r"


async def test_events_are_sent_in_the_words_of_the_generation() -> None:
    async with ScriptedService("v2", greets=False) as service, raw(service, V2) as client:
        await service.send(events.SpeechStarted(), {"type": "x"}, "plain", b"\x00")
        assert await next_type(client) == "realtime.input_audio_buffer.speech_started"
        assert await next_type(client) == "x"
        assert await client.recv() == "plain"
        assert await client.recv() == b"\x00"


async def test_a_message_is_expected_by_either_of_its_names_and_by_its_fields() -> None:
    async with ScriptedService("v2") as service, ScriptedClient(service.url, "v2") as client:
        await client.begin()
        await client.append_audio(b"\x01\x00")
        await client.append_audio(b"\x02\x00")
        await client.say("one")
        second = await service.expect("input_audio_buffer.append", audio="AgA=")
        first = await service.expect("realtime.input_audio_buffer.append")
        assert (first["data"]["audio"], second["data"]["audio"]) == ("AQA=", "AgA=")
        await service.expect("conversation.item.create")


async def test_the_nth_message_is_counted_from_the_first_that_ever_came() -> None:
    async with ScriptedService(ignore=["response.create"]) as service, raw(service, V1) as client:
        for event_id in "abc":
            await client.send(json.dumps({"type": "response.create", "event_id": event_id}))
        assert (await service.expect("response.create", 3))["event_id"] == "c"
        assert (await service.expect("response.create", 1))["event_id"] == "a"
        assert (await service.expect("response.create"))["event_id"] == "b"


class TestSurprises:
    async def test_a_message_that_nobody_expected(self) -> None:
        with failing(r"surprised the service:\n.*response\.create.* was not expected"):
            async with ScriptedService() as service, raw(service, V1) as client:
                await client.send(json.dumps({"type": "response.create"}))
                await service.until(lambda: service.received)

    async def test_a_later_change_of_the_configuration(self) -> None:
        with failing(r"later.* was not expected"):
            async with ScriptedService() as service, raw(service, V1) as client:
                for session in ({"instructions": "first"}, {"instructions": "later"}):
                    await client.send(json.dumps({"type": "session.update", "session": session}))
                await service.until(lambda: len(service.received) == 2)

    async def test_what_is_ignored_is_none(self) -> None:
        async with ScriptedService(ignore=["response.*"]) as service, raw(service, V1) as client:
            await client.send(json.dumps({"type": "response.create"}))
            await service.until(lambda: service.of("response.create"))

    @pytest.mark.parametrize(
        "frame",
        [
            b"binary",
            "{",
            "[]",
            '{"type": "realtime.input_config", "data": {"content": "{}"}}',
            '{"type": "input_audio_buffer.append", "audio": "A*"}',
            '{"type": "create", "targetSessionId": "123"}',
        ],
    )
    async def test_what_is_no_message_of_this_generation_cannot_be_ignored(self, frame: str | bytes) -> None:
        with failing("on the main socket"):
            async with ScriptedService(ignore=["*"]) as service, raw(service, V1) as client:
                await client.send(frame)
                await client.send(json.dumps({"type": "response.create"}))
                with failing("on the main socket"):
                    await service.expect("something.else")

    async def test_waiting_ends_with_a_fault_that_comes_meanwhile(self) -> None:
        with failing("a binary frame of 6 bytes"):
            async with ScriptedService(limit=60) as service, raw(service, V1) as client:
                waiting = asyncio.create_task(service.expect("response.create"))
                await client.send(b"binary")
                await waiting

    async def test_a_message_for_a_closed_conversation(self) -> None:
        with failing("signalling socket of a closed conversation"):
            async with (
                ScriptedService(ignore=["*"]) as service,
                raw(service, V1),
                raw(service, "/api/webrtc?userId=sk_1") as signalling,
            ):
                await service.until(lambda: service.signalling)
                await service.close()
                await signalling.send(json.dumps({"type": "create"}))
                await service.until(lambda: service.signals)

    async def test_a_path_that_the_generation_does_not_have(self) -> None:
        with failing("a connection to /api/webrtc, where v2 has nothing"):
            async with ScriptedService("v2") as service:
                with pytest.raises(InvalidStatus):
                    async with raw(service, "/api/webrtc?userId=1"):
                        pass

    async def test_an_error_of_the_test_itself_is_not_hidden(self) -> None:
        async def surprised_and_broken() -> None:
            async with ScriptedService() as service, raw(service, V1) as client:
                await client.send(b"binary")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await surprised_and_broken()


async def test_what_does_not_come_is_told_with_what_came() -> None:
    async with ScriptedService(limit=0.05, ignore=["response.create"]) as service, raw(service, V1) as client:
        await client.send(json.dumps({"type": "response.create"}))
        await service.until(lambda: service.received)
        with failing(r"response\.cancel response_id='r'; what came: response\.create"):
            await service.expect("response.cancel", response_id="r")


async def test_closing_gives_the_reason() -> None:
    async with ScriptedService() as service, raw(service, V1) as client:
        assert await next_type(client) == "session.created"
        closing = asyncio.create_task(service.close(1000, "Insufficient points"))
        with pytest.raises(ConnectionClosed):
            await client.recv()
        await closing
        assert client.close_reason == "Insufficient points"


async def test_cutting_gives_no_farewell() -> None:
    async with ScriptedService() as service, raw(service, V1) as client:
        assert await next_type(client) == "session.created"
        service.cut()
        with pytest.raises(ConnectionClosed):
            await client.recv()
        assert client.close_code == 1006


async def test_both_ends_hold_a_whole_conversation() -> None:
    async with ScriptedService() as service, ScriptedClient(service.url) as client:
        await client.begin({"voice": "ash"}, history=["I was here before."])
        assert (await service.expect("session.update"))["session"] == {"voice": "ash"}
        await service.expect("create", targetSessionId="123")
        await service.expect("conversation.item.create")
        await client.send(events.ConversationItemCreate(item=user_text("Who are you?")), events.ResponseCreate())
        asked = await service.expect("conversation.item.create")
        assert asked["item"]["content"][0]["text"] == "Who are you?"
        await service.expect("response.create")
        await service.answer("I am Leo.")
        for name in ("created", "audio_transcript.delta", "audio_transcript.done", "done"):
            await client.expect(f"response.{name}")

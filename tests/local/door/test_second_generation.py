from __future__ import annotations

import base64
import json
from typing import Any
from uuid import UUID

import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from websockets.asyncio.client import connect

from navtalk_widget.engines.responder import Message, ToolCall
from navtalk_widget.local.server import LocalService
from navtalk_widget.protocol import v2
from tests.local.avatar_viewer import viewing
from tests.local.scripted import ScriptedResponder
from tests.local.second_generation import SIGNALS, SecondGenerationClient, chatting_with
from tests.local.wire_client import PATIENCE_S, signalling_to, speech, talking_to
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

LICENSE = "sk_navtalk_secret"

ICE_SERVERS: list[dict[str, Any]] = [
    {"urls": ["stun:127.0.0.1:9"]},
    {"urls": ["turn:127.0.0.1:9"], "username": "user", "credential": "pass"},
]

ATTESTED = {
    "conversation.connected.success",
    "conversation.connected.warning",
    "realtime.session.created",
    "realtime.session.updated",
    "realtime.input_audio_buffer.speech_started",
    "realtime.input_audio_buffer.speech_stopped",
    "realtime.conversation.item.input_audio_transcription.completed",
    "realtime.response.audio_transcript.delta",
    "realtime.response.audio_transcript.done",
    "realtime.response.audio.delta",
    "realtime.response.audio.done",
    "realtime.response.function_call_arguments.delta",
    "realtime.response.function_call_arguments.done",
    "webrtc.signaling.offer",
    "webrtc.signaling.answer",
}

WRAPPED_SIGNALS = tuple(f"webrtc.signaling.{each}" for each in SIGNALS)

TOOL = {
    "type": "function",
    "name": "function_call_close_talk",
    "description": "Hang up.",
    "parameters": {"type": "object", "properties": {"userInput": {"type": "string"}}, "required": ["userInput"]},
}


# ── how a connection begins ──────────────────────────────────────────────────────────────────────────────


async def test_success_comes_first_then_created_and_updated_once_each(service: LocalService) -> None:
    async with chatting_with(service) as client:
        success = await client.greet()
        assert success["type"] == "conversation.connected.success"
        UUID(success["data"]["sessionId"])
        assert success["data"]["iceServers"] == []
        if not client.of("webrtc.signaling.offer"):
            await client.until("offer")
    types = [message["type"] for message in client.log if not message["type"].startswith("webrtc.")]
    assert types == ["conversation.connected.success", "realtime.session.created", "realtime.session.updated"]


async def test_the_ice_servers_are_told_with_arrays_of_addresses() -> None:
    async with LocalService(port=0, ice_servers=ICE_SERVERS) as service, chatting_with(service) as client:
        assert (await client.next())["data"]["iceServers"] == ICE_SERVERS


@pytest.mark.parametrize(
    "query",
    [
        "license=x&name=navtalk.Leo",
        "license=x&name=navtalk.Sophia&model=gpt-realtime-mini",
        "license=x&name=my+own+avatar",
        "license=x&avatarId=fbc269dcd0a738cf8e5e0f465671303c",
        "license=x&characterName=girl2",
        "",
    ],
)
async def test_any_avatar_can_be_asked_for(service: LocalService, query: str) -> None:
    async with chatting_with(service, query) as client:
        await client.greet()


async def test_a_wrong_licence_fails_after_the_upgrade() -> None:
    async with (
        LocalService(port=0, license=[LICENSE, "sk_other"]) as service,
        chatting_with(service, "license=wrong") as client,
    ):
        assert await client.closing() == (1008, "Invalid license key")
        assert client.log == [
            {
                "type": "conversation.connected.fail",
                "message": "Invalid license key",
                "data": {"message": "Invalid license key"},
            }
        ]
        for license in (LICENSE, "sk_other"):
            async with chatting_with(service, f"license={license}") as friend:
                await friend.greet()


async def test_configuration_sent_before_anything_is_received_counts(
    service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer("Aye.")
    async with chatting_with(service) as client:
        await client.say("realtime.input_config", content='{"voice":"cedar","prompt":"You are a pirate.","tools":[]}')
        await client.greet()
        await client.ask("hello")
        await client.until("realtime.response.audio.done")
    assert script.requests[0].instructions == "You are a pirate."


async def test_a_transitional_client_gets_one_confirmation_of_its_own_configuration(service: LocalService) -> None:
    async with chatting_with(service) as client:
        await client.until("realtime.session.created")
        await client.send("session.update", session={"instructions": "Be brief.", "voice": "sage"})
        updated = await client.until("realtime.session.updated")
        assert updated["raw_data"]["session"]["voice"] == "sage"
        await client.ask("hello")
        await client.until("realtime.response.audio.done")
        assert len(client.of("realtime.session.updated")) == 1


# ── seeing the avatar ────────────────────────────────────────────────────────────────────────────────────


async def test_the_avatar_is_offered_unprompted_once_and_is_seen_and_heard(
    service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer("Good morning to you, my friend, and welcome to this place.")
    async with chatting_with(service) as client, viewing(client) as viewer:
        offer = await viewer.accept()
        assert offer["sdp"]["sdp"].index("m=video") < offer["sdp"]["sdp"].index("m=audio")
        assert "a=candidate:" in offer["sdp"]["sdp"]
        await viewer.sees(5)
        await client.ask("hello")
        await viewer.hears_voice()
        await client.until("realtime.response.audio.done")
        assert len(client.of("webrtc.signaling.offer")) == 1
        assert {message["type"] for message in client.log} <= ATTESTED


async def test_candidates_are_taken_before_and_after_the_answer(service: LocalService) -> None:
    candidate = {
        "candidate": "candidate:1 1 udp 2122129151 192.0.2.7 64301 typ host",
        "sdpMid": "0",
        "sdpMLineIndex": 0,
    }
    async with chatting_with(service) as client, viewing(client) as viewer:
        offer = await client.until("offer")
        for each in (candidate, {"candidate": "", "sdpMid": "0", "sdpMLineIndex": 0}):
            await client.send("iceCandidate", candidate=each)
        await viewer.answer(offer)
        await client.send("iceCandidate", candidate=candidate)
        await viewer.sees(1)
        assert not client.of("error")


async def accepted(client: SecondGenerationClient, connection: RTCPeerConnection) -> None:
    """Take the service's offer."""
    offer = await client.until("offer")
    await connection.setRemoteDescription(RTCSessionDescription(**offer["sdp"]))
    await connection.setLocalDescription(await connection.createAnswer())
    await client.send("answer", sdp=described(connection))
    await eventually(lambda: connection.connectionState == "connected", PATIENCE_S)


def described(connection: RTCPeerConnection) -> dict[str, Any]:
    description = connection.localDescription
    return {"type": description.type, "sdp": description.sdp}


async def test_a_client_may_offer_its_camera_on_the_connection_that_is_there(service: LocalService) -> None:
    connection = RTCPeerConnection()
    try:
        async with chatting_with(service) as client:
            await accepted(client, connection)
            connection.addTrack(VideoStreamTrack())
            await connection.setLocalDescription(await connection.createOffer())
            await client.send("offer", sdp=described(connection))
            answer = await client.until("answer", "error")
            await connection.setRemoteDescription(RTCSessionDescription(**answer["sdp"]))
            assert connection.signalingState == "stable"
            assert connection.connectionState == "connected"
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"sdp": "v=0"},
        {"sdp": {"type": "answer", "sdp": "v=0"}},
        {"sdp": {"type": "offer", "sdp": "v=0"}},
    ],
)
@pytest.mark.parametrize("kind", ["answer", "offer"])
async def test_a_wrong_signal_is_refused_and_the_offer_can_still_be_answered(
    service: LocalService, kind: str, data: dict[str, Any]
) -> None:
    async with chatting_with(service) as client, viewing(client) as viewer:
        offer = await client.until("offer")
        await client.say(f"webrtc.signaling.{kind}", **data)
        assert (await client.until("error"))["data"]["message"]
        await viewer.answer(offer)
        await viewer.sees(1)


async def test_the_viewer_loses_the_avatar_with_the_socket(service: LocalService) -> None:
    async with chatting_with(service) as client, viewing(client) as viewer:
        await viewer.accept()
        await viewer.sees(1)
        client.socket.transport.abort()
        await viewer.loses_the_avatar()


# ── talking ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_said_aloud_is_understood_and_answered(service: LocalService, script: ScriptedResponder) -> None:
    script.will_answer("It is sunny.")
    async with chatting_with(service) as client:
        await client.greet()
        sound = speech("what is the weather in paris")
        for start in range(0, sound.size, 1536):
            block = base64.b64encode(sound[start : start + 1536].tobytes()).decode()
            if start % 3072:
                await client.say("realtime.input_audio_buffer.append", audio=block, sequenceNumber=start)
            else:
                await client.send("input_audio_buffer.append", audio=block)
        heard = await client.until("realtime.conversation.item.input_audio_transcription.completed")
        said = await client.until("realtime.response.audio_transcript.done")
    assert "weather" in heard["data"]["content"]
    assert heard["raw_data"]["transcript"] == heard["data"]["content"]
    assert said["data"]["content"] == "It is sunny."
    assert said["data"]["id"] == said["data"]["response_id"]
    assert {message["type"] for message in client.log} <= ATTESTED


async def test_a_function_is_called_with_all_the_keys_that_clients_read(
    service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer(ToolCall("function_call_close_talk", {"userInput": "bye"}), "Farewell.")
    async with chatting_with(service) as client:
        await client.say("realtime.input_function_call", content=f"[{TOOL}]".replace("'", '"'))
        await client.greet()
        await client.ask("goodbye")
        call = await client.until("realtime.response.function_call_arguments.done")
        assert call["data"]["name"] == call["data"]["function_name"] == call["raw_data"]["name"] == TOOL["name"]
        assert call["data"]["arguments"] == {"userInput": "bye"}
        assert call["raw_data"]["arguments"] == '{"userInput": "bye"}'
        await client.say("realtime.function_call_output", call_id=call["data"]["call_id"], content="done", reply=1)
        await client.until("realtime.response.audio_transcript.done")
    assert script.requests[-1].messages[-1] == Message(
        "tool", "done", name="function_call_close_talk", call_id=call["data"]["call_id"]
    )


async def test_a_transitional_client_gets_arguments_as_text(service: LocalService, script: ScriptedResponder) -> None:
    script.will_answer(ToolCall("function_call_close_talk", {"userInput": "bye"}))
    async with chatting_with(service) as client:
        await client.until("realtime.session.created")
        await client.send("session.update", session={"tools": [TOOL]})
        await client.until("realtime.session.updated")
        await client.ask("goodbye")
        call = await client.until("realtime.response.function_call_arguments.done")
    assert call["data"]["arguments"] == '{"userInput": "bye"}'


@pytest.mark.parametrize(
    ("configured", "declared", "arguments"),
    [
        ([TOOL], None, '{"userInput": "bye"}'),
        ([TOOL], [TOOL], {"userInput": "bye"}),
        ([], [TOOL], {"userInput": "bye"}),
    ],
    ids=["in the configuration", "in both", "by themselves"],
)
async def test_who_has_the_functions_in_the_configuration_only_gets_arguments_as_text(
    service: LocalService,
    script: ScriptedResponder,
    configured: list[dict[str, Any]],
    declared: list[dict[str, Any]] | None,
    arguments: Any,
) -> None:
    script.will_answer(ToolCall("function_call_close_talk", {"userInput": "bye"}))
    async with chatting_with(service) as client:
        config = {"voice": "sage", "prompt": "You interview people.", "tools": configured}
        await client.say("realtime.input_config", content=json.dumps(config))
        if declared is not None:
            await client.say("realtime.input_function_call", content=json.dumps(declared))
        await client.greet()
        await client.ask("goodbye")
        call = await client.until("realtime.response.function_call_arguments.done")
    assert call["data"]["arguments"] == arguments
    assert call["raw_data"]["arguments"] == '{"userInput": "bye"}'


async def test_typed_text_in_the_second_generations_own_words_is_answered(
    service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer("Indeed.")
    async with chatting_with(service) as client:
        await client.greet()
        await client.say("realtime.input_text", content="good morning")
        await client.until("realtime.response.audio_transcript.done")
    assert script.requests[0].messages == (Message("user", "good morning"),)


@pytest.mark.parametrize(
    "text", ["hello", "[]", '{"type":7}', '{"type":"realtime.input_config","data":{"content":"["}}']
)
async def test_a_message_that_cannot_be_read_is_refused_and_the_conversation_goes_on(
    service: LocalService, script: ScriptedResponder, text: str
) -> None:
    script.will_answer("Still here.")
    async with chatting_with(service) as client:
        await client.greet()
        await client.socket.send(text)
        assert (await client.until("error"))["data"]["message"]
        await client.socket.send(b"binary")
        await client.until("error")
        await client.ask("hello")
        await client.until("realtime.response.audio_transcript.done")


@pytest.mark.parametrize("name", [*v2.CLIENT_EVENTS, *WRAPPED_SIGNALS, "realtime.nothing"])
async def test_no_message_of_any_shape_ends_a_conversation(
    service: LocalService, script: ScriptedResponder, name: str
) -> None:
    script.will_answer("Still here.")
    parts: list[Any] = [None, 7, "x", [], {}, [[]], {"type": name}, "x" * 1000, -1e308, "\ud800", {"sdp": {"sdp": 1}}]
    keys = ("data", "session", "item", "audio", "item_id", "response", "event_id", "candidate", "sdp", "content")
    async with chatting_with(service) as client:
        await client.greet()
        for part in parts:
            await client.socket.send(json.dumps({"type": name, **dict.fromkeys(keys, part)}))
            await client.socket.send(json.dumps({"type": f"realtime.{name}", "data": dict.fromkeys(keys, part)}))
        await client.send("session.update", session={"tools": [], "modalities": ["text", "audio"]})
        await client.until("realtime.session.updated", "error")
        await client.ask("hello")
        await client.until("realtime.response.audio_transcript.done")


# ── modes ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mode", ["model=transparency", "audioBack=true"])
async def test_the_avatar_says_what_it_is_sent(service: LocalService, mode: str) -> None:
    async with chatting_with(service, f"license=x&name=navtalk.Leo&{mode}") as client, viewing(client) as viewer:
        await viewer.accept()
        await viewer.sees(1)
        sound = speech("what is the weather in paris")
        for start in range(0, sound.size, 4800):
            block = base64.b64encode(sound[start : start + 4800].tobytes()).decode()
            await client.send("input_audio_buffer.append", audio=block)
        await viewer.hears_voice()
        await client.say("realtime.input_audio_buffer.clear")
        await viewer.hears_silence()
    assert not [message for message in client.log if message["type"].startswith("realtime.")]


# ── both generations together ────────────────────────────────────────────────────────────────────────────


async def test_both_generations_talk_side_by_side(service: LocalService, script: ScriptedResponder) -> None:
    script.will_answer("Hello to both.")
    async with talking_to(service) as first, chatting_with(service) as second, viewing(second) as sees_second:
        await first.start()
        async with signalling_to(service, "sk_1") as signalling, viewing(signalling) as sees_first:
            await signalling.send("create")
            await sees_first.accept()
            await sees_second.accept()
            await sees_first.sees(3)
            await sees_second.sees(3)
            await first.ask("hello")
            await second.ask("hello")
            assert (await first.until("response.audio_transcript.done"))["transcript"] == "Hello to both."
            done = await second.until("realtime.response.audio_transcript.done")
            assert done["data"]["transcript"] == "Hello to both."


async def test_a_first_generation_viewer_never_gets_a_second_generation_conversation(service: LocalService) -> None:
    async with chatting_with(service, "license=sk_9&name=navtalk.Leo") as second:
        await second.greet()
        async with signalling_to(service, "sk_9") as signalling, talking_to(service, "license=sk_9") as first:
            await first.until("session.created")
            await signalling.send("create")
            offer = await signalling.until("offer")
            assert offer["targetSessionId"] == first.log[0]["sessionId"]


async def test_when_the_service_ends_it_says_so() -> None:
    async with LocalService(port=0) as service:
        url = f"{service.url}/wss/v2/realtime-chat?license=x&name=navtalk.Leo"
        client = SecondGenerationClient(await connect(url))
        await client.greet()
    assert await client.closing() == (1001, "the service ends")
    assert client.log[-1]["type"] == "conversation.connected.close"
    assert client.log[-1]["message"] == client.log[-1]["data"]["message"] == "Connection closed by server"

"""Each known first-generation client, played against the service: what it sends, in its order, and what it must get."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import aiohttp
import numpy as np
import pytest
import pytest_asyncio

from navtalk_widget.engines.responder import ToolCall
from navtalk_widget.local.server import LocalService
from navtalk_widget.testing import ScriptedClient
from tests.integration.microphones import sliced
from tests.integration.viewer import Viewer, has_all_candidates, is_one_stream
from tests.local.scripted import ScriptedResponder
from tests.support.flite import flite, silence

pytestmark = pytest.mark.asyncio(loop_scope="module")

LICENSE = "sk_navtalk_test"
VAD = {"type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300, "silence_duration_ms": 500}
CANDIDATE = {"candidate": "candidate:1 1 udp 2122129151 192.0.2.7 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}
UNEXPECTED = ["*"]
"""Clients of this generation skip what they do not know; what is no service's message still fails the test."""


def function(name: str, argument: str = "userInput") -> dict[str, Any]:
    properties = {argument: {"type": "string", "description": "the user input"}}
    parameters = {"type": "object", "properties": properties, "required": [argument]}
    return {"type": "function", "name": name, "description": "What to do.", "parameters": parameters}


def settings(**different: Any) -> dict[str, Any]:
    """What nearly all clients configure."""
    return {
        "instructions": "You are a guide.",
        "turn_detection": VAD,
        "voice": "cedar",
        "temperature": 1,
        "max_response_output_tokens": 4096,
        "modalities": ["text", "audio"],
        "input_audio_format": "pcm16",
        "output_audio_format": "pcm16",
        "input_audio_transcription": {"model": "whisper-1"},
        "tools": [function("function_call_judge")],
        **different,
    }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def script() -> ScriptedResponder:
    return ScriptedResponder()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(script: ScriptedResponder) -> AsyncIterator[LocalService]:
    async with LocalService(port=0, responder=script) as service:
        yield service


def a_client(service: LocalService, generation: Any = "v1") -> ScriptedClient:
    return ScriptedClient(service.url, generation, ignore=UNEXPECTED)


async def post(service: LocalService, path: str, body: Any = None) -> tuple[int, str]:
    address = service.url.replace("ws", "http", 1) + path
    async with aiohttp.ClientSession() as session, session.post(address, json=body) as answer:
        return answer.status, await answer.text()


def begun_once(client: ScriptedClient) -> bool:
    """Whether the service has begun and confirmed once, so that nothing is started twice."""
    return [len(client.of(f"session.{name}")) for name in ("created", "updated")] == [1, 1]


async def test_the_seed_speaks_is_heard_and_plays_the_voice_that_comes_as_data(
    service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer("The museum is open.")
    async with a_client(service) as client, Viewer(candidates=False) as viewer:
        await client.open_main(license=LICENSE)
        await client.expect("session.created")
        plain = {"turn_detection", "tools", "input_audio_transcription"}
        changed = settings(voice="alloy", temperature=0.7, max_response_output_tokens=1024)
        session = {name: value for name, value in changed.items() if name not in plain}
        await client.send({"type": "session.update", "session": session})
        await client.expect("session.updated")
        await client.open_signalling(LICENSE, "/iwebrtc")  # and neither `create` nor a candidate is ever sent
        offer = (await client.expect("offer"))["sdp"]["sdp"]
        assert has_all_candidates(offer)
        assert isinstance(client.of("offer")[0]["targetSessionId"], str)
        answer = {"type": "answer", "sdp": await viewer.answer(offer)}
        await client.signal({"type": "answer", "targetSessionId": client.signals[0]["targetSessionId"], "sdp": answer})
        await viewer.sees()
        for audio in sliced(np.concatenate([silence(0.3), flite("is the museum open today"), silence(1)])):
            await client.send({"type": "input_audio_buffer.append", "audio": audio})
        await client.expect("input_audio_buffer.speech_started")
        await client.expect("input_audio_buffer.speech_stopped")
        await client.expect("response.audio.done")
        words = "".join(each["delta"] for each in client.of("response.audio_transcript.delta"))
        assert words == "The museum is open."
        assert sum(len(each["delta"]) for each in client.of("response.audio.delta")) > 64_000 * 0.5


async def test_the_web_samples_tell_history_at_once_and_have_their_function_called(
    service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer(ToolCall("function_call_judge", {"userInput": "Is it open?"}), "It is.")
    async with a_client(service) as client, Viewer() as viewer:
        await client.begin(settings(), history=["Good morning.", "Is it open?"], license=LICENSE)
        await client.negotiate(viewer.answer)
        for candidate in (CANDIDATE, {**CANDIDATE, "candidate": "", "usernameFragment": "lwyK"}):
            await client.signal({"type": "iceCandidate", "targetSessionId": LICENSE, "candidate": candidate})
        await viewer.sees()
        await client.send({"type": "response.create"})
        call = await client.expect("response.function_call_arguments.done")
        user_input = json.loads(call["arguments"])["userInput"]
        body = {"userInput": user_input, "license": LICENSE, "chatId": None}
        status, text = await post(service, "/api/realtime_function_call", body)
        assert (call["name"], status) == ("function_call_judge", 200)
        output = {"type": "function_call_output", "output": text, "call_id": call["call_id"]}
        await client.send({"type": "conversation.item.create", "item": output}, {"type": "response.create"})
        said = await client.expect("response.audio_transcript.done")
        assert (said["transcript"], bool(said["response_id"])) == ("It is.", True)
        assert begun_once(client)
        assert client.signals[0]["type"] == "offer"  # they would fail on a candidate before it
        told = [message.text for message in script.requests[0].messages]
        assert told == ["Good morning.", "Is it open?"]
        await client.hang_up()  # and they leave the signalling socket open
        await viewer.loses_it()


async def test_the_ios_sample_asks_for_the_picture_last_and_reads_the_answer_from_its_end(
    service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer("Welcome.", ToolCall("function_call_close_talk", {"userInput": "bye"}))
    async with a_client(service) as client, Viewer() as viewer:
        await client.open_signalling(LICENSE)
        await client.open_main(license=LICENSE)
        await client.expect("session.created")
        session = settings(voice="verse", tools=[function("function_call_close_talk")])
        del session["turn_detection"], session["max_response_output_tokens"]
        await client.send({"type": "session.update", "session": session})
        await client.expect("session.updated")
        await client.say("hello")
        await client.signal({"type": "create", "targetSessionId": "123"})
        await client.negotiate(viewer.answer)
        await client.signal(
            {"type": "iceCandidate", "targetSessionId": "123", "candidate": {**CANDIDATE, "sdpMid": ""}}
        )
        await viewer.sees()
        offer = client.of("offer")[0]
        assert isinstance(offer["targetSessionId"], str)
        assert is_one_stream(offer["sdp"]["sdp"])
        for candidate in client.of("iceCandidate"):
            assert isinstance(candidate["candidate"]["sdpMLineIndex"], int)
            assert isinstance(candidate["candidate"]["sdpMid"], str)
        await client.send({"type": "response.create"})
        done = await client.expect("response.done")
        assert done["response"]["output"][0]["content"][0]["transcript"] == "Welcome."
        await client.ask("bye")
        call = await client.expect("response.function_call_arguments.done")
        assert call["name"] == "function_call_close_talk"
        assert begun_once(client)


@pytest.mark.parametrize("target", ["123", str(uuid4())], ids=["Android", "Flutter"])
async def test_the_mobile_samples_are_shown_whatever_they_call_themselves(
    service: LocalService, script: ScriptedResponder, target: str
) -> None:
    script.will_answer("Welcome.")
    async with a_client(service) as client, Viewer() as viewer:
        await client.open_main(license=LICENSE)
        await client.open_signalling(LICENSE)
        await client.signal({"type": "create", "targetSessionId": target})
        await client.expect("session.created")
        await client.send({"type": "session.update", "session": settings(voice="ash")})
        await client.say("hello")
        await client.expect("session.updated")
        await client.negotiate(viewer.answer)
        candidate = {key: CANDIDATE[key] for key in ("candidate", "sdpMid", "sdpMLineIndex")}
        await client.signal({"type": "iceCandidate", "targetSessionId": target, "candidate": candidate})
        await viewer.sees()
        assert client.main is not None
        await (await client.main.ping())  # Flutter does every 20 s
        await client.send({"type": "response.create"})
        said = await client.expect("response.audio_transcript.done")
        assert said["transcript"] == "Welcome."
        assert all(isinstance(each["delta"], str) for each in client.of("response.audio_transcript.delta"))
        await client.hang_up(1000, "bye")


async def test_the_late_applications_are_greeted_and_hang_up_by_a_function(
    service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer("Hello, I am Leo.", ToolCall("end_conversation", {"reason": "done"}), "Goodbye.")
    async with a_client(service, "v1-late") as client, Viewer() as viewer:
        status, text = await post(service, "/api/webrtc/generate-ice-servers")
        servers = json.loads(text)
        assert (status, servers["code"], type(servers["data"]["iceServers"])) == (200, 200, list)
        session = settings(turn_detection={**VAD, "silence_duration_ms": 600}, temperature=0.9)
        session["tools"] = [function("end_conversation", "reason")]
        await client.begin(session, license=LICENSE, model="gpt-realtime")
        assert len(client.of("session.session_id")) == 1
        await client.send({"type": "response.create"})
        await client.negotiate(viewer.answer)
        greeting = await client.expect("response.audio_transcript.done")
        assert greeting["transcript"] == "Hello, I am Leo."
        await client.expect("response.audio.done", response_id=greeting["response_id"])
        await client.send({"type": "session.update", "session": {**session, "instructions": "Be brief."}})
        await client.expect("session.updated")
        await client.ask("That is all.")
        call = await client.expect("response.function_call_arguments.done")
        deltas = [each["delta"] for each in client.of("response.function_call_arguments.delta")]
        assert json.loads("".join(deltas)) == json.loads(call["arguments"]) == {"reason": "done"}
        acknowledged = json.dumps({"action": "end_conversation", "status": "acknowledged", "reason": "done"})
        output = {"type": "function_call_output", "call_id": call["call_id"], "output": acknowledged}
        await client.send({"type": "conversation.item.create", "item": output}, {"type": "response.create"})
        assert (await client.expect("response.audio_transcript.done"))["transcript"] == "Goodbye."
        await client.expect("response.audio.done")
        await viewer.sees()
        assert script.requests[-1].instructions == "Be brief."


async def test_an_image_is_shown_in_a_message(service: LocalService, script: ScriptedResponder) -> None:
    script.will_answer("I see.")
    async with a_client(service, "v1-late") as client:
        await client.begin(settings(), license=LICENSE)
        image = "data:image/jpeg;base64,/9j/4AAQSkZJRg=="
        item = {"type": "message", "role": "user", "content": [{"type": "input_image", "image_url": image}]}
        await client.send({"type": "conversation.item.create", "item": item})
        await client.ask("What is this?")
        await client.expect("response.done")
        assert script.requests[0].messages[0].images == (image,)

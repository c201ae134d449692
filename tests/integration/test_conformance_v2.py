"""Each known second-generation client, played against the service: what it sends, in its order, and what it must get.

The clients of the transition speak the first generation's words on the second's socket.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

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
from tests.support.stun import stun_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

LICENSE = "sk_navtalk_test"
CANDIDATE = {"candidate": "candidate:1 1 udp 2122129151 192.0.2.7 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}
IMAGE = "data:image/jpeg;base64,/9j/4AAQSkZJRg=="
ATTESTED = [
    "conversation.connected.success",
    "realtime.session.created",
    "realtime.session.updated",
    "realtime.input_audio_buffer.speech_*",
    "realtime.conversation.item.input_audio_transcription.completed",
    "realtime.response.audio*",
    "realtime.response.function_call_arguments.*",
    "webrtc.signaling.*",
]
"""What some source shows the service sending; everything else is a surprise to these clients."""


def function(name: str, properties: Any = None) -> dict[str, Any]:
    given = {"userInput": {"type": "string", "description": "the user input"}} if properties is None else properties
    parameters = {"type": "object", "properties": given, "required": list(given)}
    return {"type": "function", "name": name, "description": "What to do.", "parameters": parameters}


def declared(*tools: dict[str, Any]) -> dict[str, Any]:
    return {"type": "realtime.input_function_call", "data": {"content": json.dumps(tools)}}


def configured(**content: Any) -> dict[str, Any]:
    return {"type": "realtime.input_config", "data": {"content": json.dumps(content)}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def script() -> ScriptedResponder:
    return ScriptedResponder()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(script: ScriptedResponder) -> AsyncIterator[LocalService]:
    async with LocalService(port=0, responder=script) as service:
        yield service


def a_client(service: LocalService, generation: Any = "v2") -> ScriptedClient:
    return ScriptedClient(service.url, generation, ignore=ATTESTED)


async def looked_up(service: LocalService, path: str, **header: str) -> tuple[dict[str, Any], Any]:
    """What the avatar look-up answers a page of another origin, and its headers."""
    address = f"{service.url.replace('ws', 'http', 1)}/api/open/v1/avatar/{path}"
    headers = {"Origin": "https://shop.example", **header}
    async with aiohttp.ClientSession() as session, session.get(address, headers=headers) as answer:
        assert answer.status == 200
        return (await answer.json())["data"], answer.headers


def begun_once(client: ScriptedClient) -> bool:
    """Whether the service has begun and confirmed once, so that nothing is started twice."""
    names = ("conversation.connected.success", "realtime.session.created", "realtime.session.updated")
    first = [each["type"] for each in client.received if not each["type"].startswith("webrtc.")][:3]
    return first == list(names) and all(len(client.of(name)) == 1 for name in names)


async def speak(client: ScriptedClient, text: str, *, numbered: bool = False) -> None:
    """Say something aloud, in the pieces that a browser sends."""
    for number, audio in enumerate(sliced(np.concatenate([silence(0.3), flite(text), silence(1)]))):
        data = {"audio": audio, **({"sequenceNumber": number} if numbered else {})}
        await client.send({"type": "realtime.input_audio_buffer.append", "data": data})


async def test_the_javascript_kit_looks_up_the_avatar_and_takes_no_trickled_candidates(
    service: LocalService, script: ScriptedResponder
) -> None:
    avatar, headers = await looked_up(service, f"getByName?name=navtalk.Leo&license={LICENSE}")
    assert headers["Access-Control-Allow-Origin"] in ("*", "https://shop.example")
    assert avatar["thumbnailUrl"]
    assert avatar["providerName"] == "openai"
    script.will_answer(ToolCall("function_call_close_talk", {"userInput": "bye"}), "Goodbye.")
    async with a_client(service) as client, Viewer() as viewer:
        await client.open_main(license=LICENSE, name="navtalk.Leo")
        await client.send(
            declared({**function("function_call_close_talk"), "parameters": {"type": "object", "properties": []}})
        )
        success = await client.expect("conversation.connected.success")
        assert isinstance(success["data"]["iceServers"], list)
        await client.expect("realtime.session.created")
        await client.say("I was here before.")
        await client.expect("realtime.session.updated")
        await client.negotiate(viewer.answer)
        offer = client.of("webrtc.signaling.offer")[0]["data"]["sdp"]["sdp"]
        assert has_all_candidates(offer)
        assert is_one_stream(offer)
        await client.signal({"type": "webrtc.signaling.iceCandidate", "data": {"candidate": CANDIDATE}})
        await viewer.sees()
        await speak(client, "goodbye my friend")
        heard = await client.expect("realtime.conversation.item.input_audio_transcription.completed")
        assert heard["data"]["content"]
        call = await client.expect("realtime.response.function_call_arguments.done")
        assert call["raw_data"]["name"] == "function_call_close_talk"
        assert begun_once(client)
    assert script.requests[0].messages[0].text == "I was here before."


@pytest_asyncio.fixture(loop_scope="module")
async def service_with_stun(script: ScriptedResponder) -> AsyncIterator[tuple[LocalService, str]]:
    async with (
        stun_server() as stun,
        LocalService(port=0, responder=script, ice_servers=[{"urls": [stun]}]) as service,
    ):
        yield service, stun


async def test_the_ios_kit_has_all_it_needs_before_the_offer(
    service_with_stun: tuple[LocalService, str], script: ScriptedResponder
) -> None:
    service, stun = service_with_stun
    avatar, _ = await looked_up(service, "getByName?name=navtalk.Leo", license=LICENSE)
    assert avatar["url"]
    assert avatar["providerName"]
    detail, _ = await looked_up(service, f"detail?avatarId={avatar['id']}", license=LICENSE)
    assert detail["name"] == avatar["name"]
    script.will_answer(ToolCall("function_call_close_talk", {"userInput": "bye"}))
    async with a_client(service) as client, Viewer() as viewer:
        await client.open_main(license=LICENSE, avatarId=avatar["id"])
        await client.send(declared(function("function_call_close_talk")))
        await client.expect("realtime.session.updated")
        await client.negotiate(viewer.answer)
        success = client.received[0]
        assert success["type"] == "conversation.connected.success"
        assert success["data"]["sessionId"]
        assert success["data"]["iceServers"] == [{"urls": [stun]}]  # the kit reads a list of addresses
        assert is_one_stream(client.of("webrtc.signaling.offer")[0]["data"]["sdp"]["sdp"])
        await viewer.sees()
        await client.send({"type": "realtime.input_image", "data": {"content": IMAGE, "reply": 0}})
        await client.send({"type": "input_audio_buffer.append", "audio": next(sliced(silence(0.1)))})
        await speak(client, "goodbye my friend")
        call = await client.expect("realtime.response.function_call_arguments.done")
        assert call["data"]["name"] == "function_call_close_talk"
        assert call["data"]["arguments"] == {"userInput": "bye"}
        assert len(client.of("realtime.response.function_call_arguments.done")) == 1
        assert begun_once(client)
    assert script.requests[0].messages[0].images == (IMAGE,)


async def test_the_android_kit_sends_odd_history_and_numbers_its_blocks(
    service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer("Welcome back.")
    async with a_client(service) as client, Viewer() as viewer:
        await client.open_main(license=LICENSE, name="navtalk.Leo")
        await client.send(declared(function("function_call_close_talk")))
        await client.expect("realtime.session.created")
        rendered = "[{type=input_text, text=I was here before.}]"
        item = {"type": "message", "role": "user", "content": rendered}
        await client.send({"type": "conversation.item.create", "item": item})
        await client.expect("realtime.session.updated")
        await client.negotiate(viewer.answer)
        assert has_all_candidates(client.of("webrtc.signaling.offer")[0]["data"]["sdp"]["sdp"])
        await viewer.sees()
        await speak(client, "good morning my friend", numbered=True)
        said = await client.expect("realtime.response.audio_transcript.done")
        assert said["data"]["content"] == "Welcome back."
        assert begun_once(client)
        await client.hang_up(1000, "Normal Closure")
    assert "I was here before." in script.requests[0].messages[0].text


async def test_the_clinic_is_greeted_shows_pictures_and_returns_results(
    service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer("Hello, I am your nurse.", ToolCall("end_conversation", {"reason": "done"}), "Get well soon.")
    async with a_client(service) as client, Viewer() as viewer:
        await client.open_main(license=LICENSE, name="navtalk.Leo")
        await client.send(configured(voice="cedar", prompt="You are a nurse."))
        await client.send(declared(function("end_conversation", {"reason": {"type": "string"}})))
        await client.expect("realtime.session.created")
        await client.say("I was here before.")
        await client.expect("realtime.session.updated")
        await client.send({"type": "response.create"})
        await client.negotiate(viewer.answer)
        await viewer.sees()
        greeting = await client.expect("realtime.response.audio_transcript.done")
        assert greeting["data"]["transcript"] == "Hello, I am your nurse."
        deltas = client.of("realtime.response.audio_transcript.delta")
        assert {each["data"]["id"] for each in deltas} == {greeting["data"]["id"]} != {""}
        assert "".join(each["data"]["delta"] for each in deltas) == "Hello, I am your nurse."
        await client.send({"type": "realtime.input_image", "data": {"content": IMAGE, "reply": 0}})
        await client.ask("That is all.")
        call = await client.expect("realtime.response.function_call_arguments.done")
        assert call["data"]["name"] == "end_conversation"
        output = {"type": "function_call_output", "call_id": call["data"]["call_id"], "output": '{"status": "ok"}'}
        await client.send({"type": "conversation.item.create", "item": output}, {"type": "response.create"})
        assert (await client.expect("realtime.response.audio_transcript.done"))["data"]["content"] == "Get well soon."
        assert begun_once(client)
    assert script.requests[0].instructions == "You are a nurse."
    assert script.requests[-1].messages[-1].text == '{"status": "ok"}'


async def test_recruitment_has_its_functions_in_the_configuration_and_waits_for_the_end_of_the_voice(
    service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer("Tell me about yourself.", ToolCall("end_conversation", {"reason": "done"}))
    async with a_client(service) as client, Viewer() as viewer:
        tools = [function("end_conversation", {"reason": {"type": "string"}})]
        await client.begin({"voice": "sage", "prompt": "You interview people.", "tools": tools}, license=LICENSE)
        await client.send({"type": "response.create"})
        await client.negotiate(viewer.answer)
        await viewer.sees()
        said = await client.expect("realtime.response.audio_transcript.done")
        assert said["data"]["content"] == "Tell me about yourself."
        deltas = client.of("realtime.response.audio_transcript.delta")
        assert "".join(each["data"]["content"] for each in deltas) == "Tell me about yourself."
        await client.expect("realtime.response.audio.done")
        await client.ask("I would rather not.")
        call = await client.expect("realtime.response.function_call_arguments.done")
        assert call["data"]["function_name"] == "end_conversation"
        assert json.loads(call["data"]["arguments"]) == {"reason": "done"}
        assert begun_once(client)


async def test_the_transitional_applications_configure_as_before_and_may_offer_a_camera(
    service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer("Good evening.", ToolCall("end_conversation", {"reason": "done"}), "Good night.")
    async with a_client(service, "v2-transitional") as client, Viewer() as viewer:
        session = {"instructions": "You work at a hotel.", "voice": "ash", "temperature": 0.9}
        tools = [function("end_conversation", {"reason": {"type": "string"}})]
        history = ["one", "two", "three"]
        await client.begin({**session, "tools": tools}, history, license=LICENSE, model="gpt-realtime")
        await client.negotiate(viewer.answer)
        await viewer.sees()
        await client.ask("hello")
        said = await client.expect("realtime.response.audio_transcript.done")
        assert said["data"]["content"] == "Good evening."
        assert begun_once(client)
        sdp = {"type": "offer", "sdp": await viewer.offer_camera()}
        await client.signal({"type": "webrtc.signaling.offer", "data": {"sdp": sdp}})
        await viewer.accept((await client.expect("webrtc.signaling.answer"))["data"]["sdp"]["sdp"])
        await client.send({"type": "session.update", "session": {"instructions": "Be brief."}})
        await client.expect("realtime.session.updated")
        await client.ask("That is all.")
        call = await client.expect("realtime.response.function_call_arguments.done")
        assert call["data"]["name"] == "end_conversation"
        assert json.loads(call["data"]["arguments"]) == {"reason": "done"}
        output = {"type": "function_call_output", "call_id": call["data"]["call_id"], "output": "{}"}
        await client.send({"type": "conversation.item.create", "item": output}, {"type": "response.create"})
        assert (await client.expect("realtime.response.audio_transcript.done"))["data"]["content"] == "Good night."
    assert [message.text for message in script.requests[0].messages] == [*history, "hello"]
    assert script.requests[-1].instructions == "Be brief."


async def test_the_wordpress_plugin_leaves_unset_what_it_does_not_set(
    service: LocalService, script: ScriptedResponder
) -> None:
    script.will_answer("Welcome to our shop.", ToolCall("open_cart", {}))
    async with a_client(service) as client, Viewer() as viewer:
        await client.begin({"voice": "", "prompt": "", "tools": []}, ["I was here before."], license=LICENSE)
        await client.negotiate(viewer.answer)
        await client.signal({"type": "webrtc.signaling.iceCandidate", "data": {"candidate": CANDIDATE}})
        await viewer.sees()
        await client.send(declared(function("open_cart", {})))
        await speak(client, "good morning my friend")
        heard = await client.expect("realtime.conversation.item.input_audio_transcription.completed")
        assert heard["data"]["content"]
        said = await client.expect("realtime.response.audio_transcript.done")
        assert (said["data"]["content"], bool(said["data"]["id"])) == ("Welcome to our shop.", True)
        await speak(client, "open the cart please")
        call = await client.expect("realtime.response.function_call_arguments.done")
        assert call["data"]["function_name"] == "open_cart"
        assert begun_once(client)

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from navtalk_widget.errors import AmbiguousAvatar, LicenseRefused, NavTalkError, ServiceLimit, SettingDeferred
from navtalk_widget.protocol import events
from navtalk_widget.protocol.signalling import Answer, Offer, SessionDescription
from navtalk_widget.session.connection import link
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from tests.support.waiting import eventually

ONE_SECOND = b"\0\0" * 24_000


@pytest.fixture
async def service(no_leftovers: None) -> AsyncIterator[ScriptedService]:
    async with ScriptedService("v2", ignore=["realtime.input_config"]) as service:
        yield service


@pytest.fixture
async def session(service: ScriptedService) -> AsyncIterator[Session]:
    async with Session(
        service=service.url, protocol="v2", license="sk_navtalk_canary", character="navtalk.Lily"
    ) as session:
        yield session


def content(message: dict[str, Any]) -> Any:
    return json.loads(message["data"]["content"])


async def test_it_is_configured_at_once_and_begins_when_the_service_says_so(service: ScriptedService) -> None:
    def hours(day: str) -> str:
        "Opening hours."
        return day

    async with Session(
        service=service.url, protocol="v2", instructions="Be brief.", voice="ash", tools=[hours]
    ) as session:
        config = content(await service.expect("realtime.input_config"))
        assert (config["prompt"], config["voice"]) == ("Be brief.", "ash")
        assert [tool["name"] for tool in config["tools"]] == ["hours"]
        assert session.status == "listening"
    assert service.queries == [{"license": [""], "name": ["navtalk.Leo"]}]


async def test_an_avatar_may_be_named_exactly(service: ScriptedService) -> None:
    async with Session(service=service.url, avatar_id="fbc269"):
        assert service.queries == [{"license": [""], "avatarId": ["fbc269"]}]


async def test_a_question_is_asked_and_answered(service: ScriptedService, session: Session) -> None:
    asked = asyncio.create_task(session.ask("Who are you?"))
    item = (await service.expect("conversation.item.create"))["item"]
    assert item["content"] == [{"type": "input_text", "text": "Who are you?"}]
    await service.expect("response.create")
    await service.answer("I am Lily.", ONE_SECOND[:960])
    reply = await asked
    assert str(reply) == "I am Lily."
    assert reply.audio.size == 480
    assert [(turn.role, turn.text, turn.final) for turn in session.transcript] == [
        ("user", "Who are you?", True),
        ("avatar", "I am Lily.", True),
    ]
    await eventually(lambda: session.status == "listening")


async def test_a_spoken_question_becomes_a_turn(service: ScriptedService, session: Session) -> None:
    said = events.InputTranscriptionCompleted(transcript="Good morning")
    await service.send(events.SpeechStarted(), events.SpeechStopped(), said)
    await service.answer("Good morning to you.")
    await eventually(lambda: [turn.text for turn in session.transcript] == ["Good morning", "Good morning to you."])


@pytest.mark.parametrize(
    "data",
    [
        {"function_name": "hours", "call_id": "c1", "arguments": {"day": "Sunday"}},
        {"name": "hours", "call_id": "c1", "arguments": '{"day": "Sunday"}'},
        {},
    ],
    ids=["object", "text", "raw data only"],
)
async def test_a_function_is_called_whichever_way_the_service_says_it(
    service: ScriptedService, data: dict[str, Any]
) -> None:
    def hours(day: str) -> str:
        "Opening hours."
        return f"closed on {day}"

    raw = {"type": "response.function_call_arguments.done", "call_id": "c1", "name": "hours"}
    async with Session(service=service.url, protocol="v2", tools=[hours]) as session:
        asked = asyncio.create_task(session.ask("When do you open?"))
        await service.expect("conversation.item.create")
        await service.expect("response.create")
        message: dict[str, Any] = {"type": "realtime.response.function_call_arguments.done", "data": data}
        if not data:
            message["raw_data"] = {**raw, "arguments": '{ "day": "Sunday"}\n'}
        await service.send(message)
        result = (await service.expect("conversation.item.create"))["item"]
        assert (result["type"], result["call_id"], result["output"]) == (
            "function_call_output",
            "c1",
            "closed on Sunday",
        )
        await service.expect("response.create")
        await service.answer("On Sundays we are closed.", response_id="r2")
        reply = await asked
        assert str(reply) == "On Sundays we are closed."
        assert [call.result for call in reply.tool_calls] == ["closed on Sunday"]


async def test_changes_are_told_in_the_words_of_the_generation(service: ScriptedService, session: Session) -> None:
    await service.expect("realtime.input_config")
    session.update(instructions="Answer in French.", voice="ash")
    assert content(await service.expect("realtime.input_config")) == {"voice": "ash", "prompt": "Answer in French."}

    @session.tool
    def now() -> str:
        "The time."
        return "noon"

    assert [tool["name"] for tool in content(await service.expect("realtime.input_function_call"))] == ["now"]
    assert session.error is None


async def test_what_the_generation_cannot_be_told_is_said(service: ScriptedService, session: Session) -> None:
    session.update(temperature=0.3)
    await eventually(lambda: isinstance(session.error, SettingDeferred))
    assert "temperature" in str(session.error)
    assert session.connected


async def test_settings_from_the_beginning_that_cannot_be_told_are_said_too(service: ScriptedService) -> None:
    async with Session(service=service.url, protocol="v2", temperature=0.3) as session:
        assert isinstance(session.error, SettingDeferred)


async def test_an_older_service_that_waits_for_session_update_gets_it(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "UPDATED_GRACE", 0.05)
    service.greets = False
    session = Session(service=service.url, protocol="v2", instructions="Be brief.", temperature=0.9)
    connecting = asyncio.create_task(session.connect())
    await service.until(lambda: service.main)
    await service.send(events.ConversationConnected(session_id="s"), events.SessionCreated())
    update = await service.expect("session.update")
    assert (update["session"]["instructions"], update["session"]["temperature"]) == ("Be brief.", 0.9)
    await service.send(events.SessionUpdated())
    await connecting
    session.update(instructions="Be long.")
    assert (await service.expect("session.update"))["session"] == {"instructions": "Be long."}
    await session.close()


async def test_history_is_told_after_the_session_was_created(service: ScriptedService, session: Session) -> None:
    asked = asyncio.create_task(session.ask("Who are you?"))
    await service.expect("conversation.item.create")
    await service.expect("response.create")
    await service.answer("I am Lily.")
    await asked
    service.cut()
    items = [(await service.expect("conversation.item.create"))["item"] for _ in range(2)]
    assert [item["role"] for item in items] == ["user", "assistant"]
    await eventually(lambda: session.status == "listening")


async def test_transparency_needs_no_session(service: ScriptedService) -> None:
    service.greets = False
    session = Session(service=service.url, model="transparency")
    connecting = asyncio.create_task(session.connect())
    await service.until(lambda: service.main)
    await service.send(events.ConversationConnected(session_id="s"))
    await connecting
    assert service.queries[0]["model"] == ["transparency"]
    session.append_audio(ONE_SECOND[:960])
    await service.expect("realtime.input_audio_buffer.append")
    await session.close()


@pytest.mark.parametrize(
    ("message", "kind", "code"),
    [
        (
            {"type": "conversation.connected.insufficient_balance", "data": {}, "message": "Insufficient balance"},
            ServiceLimit,
            "insufficient_balance",
        ),
        (
            {"type": "conversation.connected.connection_limit_exceeded", "data": {}, "message": "Maximum (5) exceeded"},
            ServiceLimit,
            "connection_limit_exceeded",
        ),
        ({"type": "conversation.connected.fail", "message": "Invalid license key"}, LicenseRefused, "license_refused"),
        ({"type": "conversation.connected.fail", "data": {"message": "No such avatar"}}, None, "connection_refused"),
        ({"type": "realtime.session.insufficient_balance"}, ServiceLimit, "insufficient_balance"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_a_refusal_has_a_code_a_sentence_and_an_action(
    service: ScriptedService, message: dict[str, Any], kind: type[NavTalkError] | None, code: str
) -> None:
    service.greets = False
    session = Session(service=service.url, protocol="v2")
    connecting = asyncio.create_task(session.connect())
    await service.until(lambda: service.main)
    await service.send(message)
    with pytest.raises(kind or NavTalkError) as refused:
        await connecting
    assert refused.value.code == code
    assert refused.value.message.endswith(".")
    assert refused.value.hint
    assert session.status == "failed"
    assert service.connections == 1


async def test_an_ambiguous_name_is_told_and_the_conversation_goes_on(
    service: ScriptedService, session: Session
) -> None:
    await service.send(events.ConnectionWarning(message="Two avatars are called Lily", avatar_id="fbc269"))
    await eventually(lambda: isinstance(session.error, AmbiguousAvatar))
    assert "fbc269" in str(session.error)
    assert "avatar_id" in str(session.error)
    assert session.connected


async def test_the_offer_comes_on_the_same_socket_and_is_made_once(service: ScriptedService, session: Session) -> None:
    offer = Offer(sdp=SessionDescription(type="offer", sdp="v=0"))
    stun = {"urls": ["stun:stun.example.com"]}
    await service.send(events.ConversationConnected(session_id="s", ice_servers=(stun,)))
    await service.signal(offer)
    signalling = await session.open_signalling()
    assert await anext(signalling.signals()) == offer
    assert await session.ice_servers() == (stun,)
    await signalling.send(Answer(sdp=SessionDescription(type="answer", sdp="v=1")))
    answer = await service.expect("webrtc.signaling.answer")
    assert answer["data"] == {"sdp": {"type": "answer", "sdp": "v=1"}}
    assert not session.offers_media
    await session.reconnect()
    assert session.offers_media


async def test_binary_messages_are_voice(service: ScriptedService, session: Session) -> None:
    heard: list[bytes] = []
    session.on("response.audio.delta", lambda event: heard.append(event.delta))
    await service.send(ONE_SECOND[:960])
    await eventually(lambda: heard == [ONE_SECOND[:960]])


async def test_a_binary_message_that_is_no_sound_begins_no_answer(service: ScriptedService, session: Session) -> None:
    begun: list[object] = []
    session.on("response.created", begun.append)
    await service.send(b"\x00\xff\x07")
    await eventually(lambda: session.error is not None and session.error.code == "bad_message")
    assert begun == []
    session.send_text("Who are you?")
    await service.expect("conversation.item.create")
    await service.expect("response.create")


async def test_a_voice_that_only_the_page_hears_is_taken_to_last_as_long_as_its_words(
    service: ScriptedService, session: Session
) -> None:
    await service.send(events.AudioTranscriptDelta(delta="One moment, please", response_id="r"))
    await service.send(events.AudioTranscriptDone(transcript="One moment, please", response_id="r"))
    await service.send(events.AudioDone(response_id="r"))
    await eventually(lambda: session.status == "speaking")
    await eventually(lambda: session.status == "listening")
    assert [(turn.text, turn.text_heard) for turn in session.transcript] == [("One moment, please", None)]

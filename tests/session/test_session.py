import asyncio
import base64
import json
import traceback
from typing import Any

import numpy as np
import pytest

from navtalk_widget.errors import (
    ConfigurationError,
    LicenseRefused,
    NavTalkError,
    NotConnectedError,
    ResponseTimeout,
    ServiceFault,
    ServiceLimit,
    ServiceUnreachable,
)
from navtalk_widget.session.news import StatusChanged
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from tests.session.sounds import LONG, SHORT
from tests.support.waiting import eventually


async def test_it_configures_the_service_before_it_listens(service: ScriptedService) -> None:
    def hours(museum: str) -> str:
        "Opening hours of a museum."
        return "nine to five"

    async with Session(service=service.url, instructions="You are a guide.", voice="ash", tools=[hours]) as session:
        update = await service.expect("session.update")
        statuses = [session.status]
    assert update["session"]["instructions"] == "You are a guide."
    assert update["session"]["voice"] == "ash"
    assert [tool["name"] for tool in update["session"]["tools"]] == ["hours"]
    assert [*statuses, session.status] == ["listening", "closed"]


async def test_the_licence_and_the_character_are_in_the_address(service: ScriptedService, session: Session) -> None:
    assert service.queries == [{"license": ["sk_navtalk_canary"], "characterName": ["navtalk.Leo"]}]


async def test_a_question_is_answered(service: ScriptedService, session: Session) -> None:
    asked = asyncio.create_task(session.ask("Who are you?"))
    item = await service.expect("conversation.item.create")
    assert item["item"]["content"] == [{"type": "input_text", "text": "Who are you?"}]
    await service.expect("response.create")
    await service.answer("I am Leo.", pcm=SHORT)
    reply = await asked
    assert str(reply) == "I am Leo."
    assert reply.audio.shape == (2_400,)
    assert [(turn.role, turn.text, turn.source) for turn in session.transcript] == [
        ("user", "Who are you?", "text"),
        ("avatar", "I am Leo.", "voice"),
    ]


async def test_an_answer_that_never_comes_is_a_timeout(service: ScriptedService, session: Session) -> None:
    with pytest.raises(ResponseTimeout, match="Who are you"):
        await session.ask("Who are you?", timeout=0.05)
    assert session.connected


async def test_an_answer_that_fails_says_so(service: ScriptedService, session: Session) -> None:
    asked = asyncio.create_task(session.ask("Who are you?"))
    await service.expect("response.create")
    await service.send({"type": "response.created", "response": {"id": "r"}})
    failed = {"id": "r", "status": "failed", "status_details": {"error": {"code": "server_error"}}}
    await service.send({"type": "response.done", "response": failed})
    with pytest.raises(ServiceFault, match="server_error"):
        await asked


async def test_the_states_of_a_spoken_turn(service: ScriptedService, session: Session) -> None:
    seen: list[str] = []
    session.on("status", lambda news: seen.append(news.status))
    await service.send({"type": "input_audio_buffer.speech_started", "item_id": "u"})
    await service.send({"type": "input_audio_buffer.speech_stopped", "item_id": "u"})
    await service.send(
        {
            "type": "conversation.item.input_audio_transcription.completed",
            "item_id": "u",
            "transcript": "hello there",
        }
    )
    await service.answer("Hello!", pcm=SHORT)
    await eventually(lambda: seen == ["thinking", "speaking", "listening"])
    assert [turn.text for turn in session.transcript] == ["hello there", "Hello!"]
    answer = session.transcript[-1]
    assert answer.final
    assert not answer.interrupted
    assert answer.ended_at is not None


async def test_a_cough_leaves_no_turn_and_no_thinking(service: ScriptedService, session: Session) -> None:
    await service.send({"type": "input_audio_buffer.speech_started", "item_id": "u"})
    await service.send({"type": "input_audio_buffer.speech_stopped", "item_id": "u"})
    await eventually(lambda: session.status == "thinking")
    completed = "conversation.item.input_audio_transcription.completed"
    await service.send({"type": completed, "item_id": "u", "transcript": " "})
    await eventually(lambda: session.status == "listening")
    assert len(session.transcript) == 0


async def test_words_that_arrive_after_the_answer_stand_before_it(service: ScriptedService, session: Session) -> None:
    await service.send({"type": "input_audio_buffer.speech_started", "item_id": "u"})
    await service.send({"type": "input_audio_buffer.speech_stopped", "item_id": "u"})
    await service.answer("Hello!")
    completed = "conversation.item.input_audio_transcription.completed"
    await service.send({"type": completed, "item_id": "u", "transcript": "hi"})
    await eventually(lambda: [turn.text for turn in session.transcript] == ["hi", "Hello!"])


async def test_speaking_over_the_avatar_flushes_its_voice(service: ScriptedService, session: Session) -> None:
    flushed: list[object] = []
    session.on("voice_flushed", flushed.append)
    await service.answer("A long story.", pcm=LONG)
    await eventually(lambda: session.status == "speaking")
    await service.send({"type": "input_audio_buffer.speech_started", "item_id": "u"})
    await eventually(lambda: session.status == "listening")
    assert len(flushed) == 1
    assert session.transcript[0].interrupted


async def test_interrupting_cancels_the_answer(service: ScriptedService, session: Session) -> None:
    await service.send({"type": "response.created", "response": {"id": "r"}})
    await service.send({"type": "response.audio_transcript.delta", "response_id": "r", "delta": "Once"})
    await service.send({"type": "response.audio.delta", "response_id": "r", "delta": LONG})
    await eventually(lambda: session.status == "speaking")
    session.interrupt()
    assert (await service.expect("response.cancel"))["response_id"] == "r"
    await service.send({"type": "response.done", "response": {"id": "r", "status": "cancelled"}})
    await eventually(lambda: session.status == "listening")
    assert session.transcript[0].interrupted


async def test_a_question_during_an_answer_waits_for_its_end(service: ScriptedService, session: Session) -> None:
    await service.send({"type": "response.created", "response": {"id": "old"}})
    await service.send({"type": "response.audio_transcript.delta", "response_id": "old", "delta": "Once"})
    await eventually(lambda: session.status == "thinking")
    asked = asyncio.create_task(session.ask("Stop, who are you?"))
    await service.expect("response.cancel")
    assert not [message for message in service.received if message["type"] == "response.create"]
    await service.send({"type": "response.done", "response": {"id": "old", "status": "cancelled"}})
    await service.expect("response.create")
    await service.answer("I am Leo.", response_id="new")
    assert (await asked).text == "I am Leo."


async def test_a_tool_is_called_and_its_result_spoken(service: ScriptedService) -> None:
    def weather(city: str) -> str:
        "Weather in a city."
        return f"sunny in {city}"

    async with Session(service=service.url, tools=[weather]) as session:
        asked = asyncio.create_task(session.ask("What is the weather in Paris?"))
        await service.expect("response.create")
        await service.send({"type": "response.created", "response": {"id": "r1"}})
        call = {"call_id": "c1", "name": "weather", "arguments": '{"city": "Paris"}', "response_id": "r1"}
        await service.send({"type": "response.function_call_arguments.done", **call})
        await service.send({"type": "response.function_call_arguments.done", **call})  # some services repeat it
        await service.send({"type": "response.done", "response": {"id": "r1", "status": "completed"}})
        await service.expect("response.create", 2)
        outputs = [m["item"] for m in service.received if m.get("item", {}).get("type") == "function_call_output"]
        assert [(item["call_id"], item["output"]) for item in outputs] == [("c1", "sunny in Paris")]
        await service.answer("It is sunny.", response_id="r2")
        reply = await asked
        assert reply.text == "It is sunny."
        assert [(call.name, call.state) for call in reply.tool_calls] == [("weather", "done")]
        assert session.transcript[-1].tool_calls[0].result == "sunny in Paris"


async def test_a_tool_that_raises_does_not_end_the_conversation(service: ScriptedService) -> None:
    def weather(city: str) -> str:
        "Weather in a city."
        raise ValueError("no such city")

    async with Session(service=service.url, tools=[weather]) as session:
        call = {"call_id": "c1", "name": "weather", "arguments": '{"city": "Atlantis"}'}
        await service.send({"type": "response.created", "response": {"id": "r1"}})
        await service.send({"type": "response.function_call_arguments.done", **call})
        await service.send({"type": "response.done", "response": {"id": "r1", "status": "completed"}})
        item = (await service.expect("conversation.item.create"))["item"]
        assert "no such city" in item["output"]
        await service.expect("response.create")
        assert session.connected
        assert session.error is not None
        assert "no such city" in str(session.error)
        assert isinstance(session.error.__cause__, ValueError)


async def test_changes_made_together_are_sent_together(service: ScriptedService, session: Session) -> None:
    session.update(instructions="Answer in French.")
    session.update(voice="sage", temperature=0.7)
    await service.expect("session.update", 2)
    changes = [message["session"] for message in service.received if message["type"] == "session.update"][1:]
    assert changes == [{"instructions": "Answer in French.", "voice": "sage", "temperature": 0.7}]


async def test_a_tool_added_while_talking_is_announced(service: ScriptedService, session: Session) -> None:
    @session.tool
    def now() -> str:
        "The time."
        return "noon"

    update = await service.expect("session.update", 2)
    assert [tool["name"] for tool in update["session"]["tools"]] == ["now"]
    assert set(update["session"]) == {"tools"}

    @session.tool(name="later", needs_approval=True)
    def soon() -> str:
        "The time in an hour."
        return "one"

    update = await service.expect("session.update", 3)
    assert [tool["name"] for tool in update["session"]["tools"]] == ["now", "later"]
    assert soon.needs_approval


@pytest.mark.parametrize("settings", [{"temperature": 9}, {"voice": 3}, {"vioce": "ash"}])
async def test_a_wrong_setting_changes_nothing(session: Session, settings: dict[str, Any]) -> None:
    before = session.config
    with pytest.raises(ConfigurationError):
        session.update(**settings)
    assert session.config == before


async def test_microphone_blocks_are_sent_as_they_come(service: ScriptedService, session: Session) -> None:
    session.append_audio(b"\x01\x00" * 480, captured_at=0.0)
    message = await service.expect("input_audio_buffer.append")
    assert base64.b64decode(message["audio"]) == b"\x01\x00" * 480
    await eventually(lambda: len(session.microphone_delays_ms) == 1)


async def test_a_recording_is_followed_by_the_pause_that_ends_a_turn(
    service: ScriptedService, session: Session
) -> None:
    session.update(turn_detection={"silence_duration_ms": 100})
    await session.send_audio(np.full(4_800, 0.5, dtype=np.float32), 48_000)
    blocks = [base64.b64decode(m["audio"]) for m in service.received if m["type"] == "input_audio_buffer.append"]
    sound = np.frombuffer(b"".join(blocks), dtype="<i2")
    assert sound.size == 2_400 + 24_000 * 400 // 1000
    assert abs(int(sound[1_200]) - 16_384) < 200
    assert not sound[2_500:].any()


async def test_push_to_talk_commits_and_asks(service: ScriptedService) -> None:
    async with Session(service=service.url, turn_detection=None) as session:
        await session.send_audio(np.zeros(2_400, dtype=np.int16), 24_000)
        await service.expect("input_audio_buffer.commit")
        await service.expect("response.create")


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros((2, 2, 2)), np.array(["a"]), np.zeros(4, dtype=np.int64)])
async def test_an_array_that_is_no_sound_is_refused(session: Session, samples: Any) -> None:
    with pytest.raises(ConfigurationError, match="not sound"):
        await session.send_audio(samples, 24_000)


@pytest.mark.parametrize(
    ("message", "kind", "code"),
    [
        ({"type": "session.insufficient_balance"}, ServiceLimit, "insufficient_balance"),
        ({"type": "session.connection_limit_exceeded"}, ServiceLimit, "connection_limit_exceeded"),
        ({"type": "error", "error": {"code": "invalid_license", "message": "no"}}, LicenseRefused, "license_refused"),
    ],
)
async def test_a_service_that_gives_up_says_why(
    service: ScriptedService, session: Session, message: dict[str, Any], kind: type[NavTalkError], code: str
) -> None:
    await service.answer("Hello!")
    await eventually(lambda: len(session.transcript) == 1)
    await service.send(message)
    await eventually(lambda: session.status == "failed")
    assert isinstance(session.error, kind)
    assert session.error.code == code
    assert session.error.hint
    assert len(session.transcript) == 1


async def test_the_reason_of_a_close_counts(service: ScriptedService, session: Session) -> None:
    assert service.main is not None
    await service.main.close(1000, "Insufficient points")
    await eventually(lambda: session.status == "failed")
    assert session.error is not None
    assert session.error.code == "insufficient_balance"


@pytest.mark.parametrize(
    "text",
    ["[]", "{", '{"type": 1}', '{"type": "response.audio.delta", "delta": "A*"}', '{"type": "response.done"}', "3"],
)
async def test_a_broken_message_of_the_service_is_told_and_survived(
    service: ScriptedService, session: Session, text: str
) -> None:
    await service.send(text)
    await eventually(lambda: session.error is not None)
    assert session.error is not None
    assert session.error.code == "bad_message"
    await service.send(b"binary", {"type": "something.new"})
    await service.answer("Still here.")
    await eventually(lambda: [turn.text for turn in session.transcript] == ["Still here."])
    assert session.connected


async def test_nobody_there_is_said_in_words() -> None:
    session = Session(service="ws://127.0.0.1:9", license="sk_navtalk_canary")
    with pytest.raises(ServiceUnreachable) as caught:
        await session.connect()
    assert "ws://127.0.0.1:9" in str(caught.value)
    assert "canary" not in str(caught.value)
    assert session.status == "failed"


async def test_a_service_that_says_nothing_is_given_up(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("navtalk_widget.session.connection.link.CONFIGURE_TIMEOUT", 0.05)
    service.greets = False
    session = Session(service=service.url)
    with pytest.raises(ServiceUnreachable, match="did not take the configuration"):
        await session.connect()
    assert session.status == "failed"


async def test_closing_while_connecting_ends_it(service: ScriptedService) -> None:
    service.greets = False
    session = Session(service=service.url)
    connecting = asyncio.create_task(session.connect())
    await service.until(lambda: service.main)
    await session.close()
    with pytest.raises(NotConnectedError, match="ended while it was beginning"):
        await connecting
    assert session.status == "closed"


async def test_closing_leaves_no_task_behind(service: ScriptedService) -> None:
    before = asyncio.all_tasks()
    async with Session(service=service.url) as session:
        await service.answer("Hello!", pcm=LONG)
        await eventually(lambda: session.status == "speaking")
    ours = {task for task in asyncio.all_tasks() - before if "navtalk" in task.get_name()}
    assert not ours


async def test_events_can_be_iterated(service: ScriptedService, session: Session) -> None:
    names: list[str] = []

    async def follow() -> None:
        async for event in session:
            names.append(type(event).__name__)
            if isinstance(event, StatusChanged) and event.status == "listening":
                return

    following = asyncio.create_task(follow())
    await asyncio.sleep(0)
    await service.answer("Hello!", pcm=SHORT)
    await asyncio.wait_for(following, 5)
    assert "AudioTranscriptDelta" in names
    assert "TurnChanged" in names


async def test_a_callback_that_raises_harms_nobody(service: ScriptedService, session: Session) -> None:
    def broken(event: object) -> None:
        raise RuntimeError("mine")

    session.on("turn", broken)
    await service.answer("Hello!")
    await eventually(lambda: len(session.transcript) == 1 and session.transcript[0].final)


async def test_the_signalling_socket_asks_for_an_offer(service: ScriptedService, session: Session) -> None:
    await service.send({"type": "session.session_id", "sessionId": "0f1c"})
    received: list[object] = []
    session.on("session.session_id", received.append)
    await service.send({"type": "session.session_id", "sessionId": "0f1c"})
    await eventually(lambda: received)
    socket = await session.open_signalling()
    assert (await service.expect("create"))["targetSessionId"] == "target-0f1c"
    await socket.close()


async def test_the_licence_is_in_no_repr_and_no_log(service: ScriptedService, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with Session(service=service.url, license="sk_navtalk_canary") as session:
        socket = await session.open_signalling()
        await service.expect("create")
        await socket.close()
        shown = [repr(session), repr(session.service), repr(session._endpoint), json.dumps(session.config.as_json())]
    assert "canary" not in " ".join(shown)
    ours = [record.getMessage() for record in caplog.records if record.name != "websockets.server"]
    assert any("GET /api/realtime-api?" in line for line in ours)  # the request line is logged …
    assert not any("canary" in line for line in ours)  # … without the key


async def test_push_to_talk_by_hand(service: ScriptedService) -> None:
    async with Session(service=service.url, turn_detection=None) as session:
        session.append_audio(bytes(960))
        session.commit_audio()
        await service.expect("input_audio_buffer.commit")
        await service.expect("response.create")
        assert session.status == "thinking"
        session.commit_audio(reply=False)
        await service.expect("input_audio_buffer.commit", 2)
        assert len(service.of("response.create")) == 1


async def test_a_closed_session_has_no_events_to_come(session: Session) -> None:
    await session.close()
    assert [event async for event in session] == []


@pytest.mark.parametrize("wrong", [{"voice": ""}, {"temperature": "hot"}, {"tools": [3]}, {"no_such": 1}, {"model": 3}])
def test_no_variable_in_a_constructors_traceback_holds_the_licence(wrong: dict[str, Any]) -> None:
    with pytest.raises((NavTalkError, TypeError)) as caught:
        Session(license="sk_navtalk_canary", **{"temperature": 99, **wrong})
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame for frame in frames.stack if "navtalk_widget" in frame.filename]
    assert ours
    assert "canary" not in "".join(str(frame.locals) for frame in ours)

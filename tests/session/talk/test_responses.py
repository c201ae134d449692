import asyncio
from typing import Any

import pytest

from navtalk_widget.errors import NavTalkError, ResponseTimeout, ServiceFault
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from tests.session.sounds import LONG, SHORT
from tests.support.waiting import eventually


def created(response_id: str) -> dict[str, Any]:
    return {"type": "response.created", "response": {"id": response_id}}


def done(response_id: str, status: str = "completed", **more: Any) -> dict[str, Any]:
    return {"type": "response.done", "response": {"id": response_id, "status": status, **more}}


def words(text: str, response_id: str) -> dict[str, Any]:
    where = {"response_id": response_id, "item_id": f"item_of_{response_id}"}
    return {"type": "response.audio_transcript.delta", "delta": text, **where}


def voice(pcm: str, response_id: str) -> dict[str, Any]:
    where = {"response_id": response_id, "item_id": f"item_of_{response_id}"}
    return {"type": "response.audio.delta", "delta": pcm, **where}


def error(code: str, event_id: str | None = None) -> dict[str, Any]:
    return {"type": "error", "error": {"code": code, "message": "no", "event_id": event_id}}


@pytest.mark.parametrize("begun", [False, True])
async def test_an_answer_that_does_not_come_or_end_is_given_up(
    service: ScriptedService, session: Session, monkeypatch: pytest.MonkeyPatch, begun: bool
) -> None:
    monkeypatch.setattr("navtalk_widget.session.talk.thinking_limit.THINKING_LIMIT", 0.1)
    session.send_text("hello")
    await service.expect("response.create")
    if begun:
        await service.send(created("r"))
    await eventually(lambda: isinstance(session.error, ResponseTimeout))
    assert session.status == "listening"
    session.send_text("again")
    await service.expect("response.create", 2)


async def test_an_answer_whose_voice_breaks_off_is_given_up(
    service: ScriptedService, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("navtalk_widget.session.talk.thinking_limit.THINKING_LIMIT", 0.2)
    await service.send(created("r"), words("Once", "r"), voice(SHORT, "r"))
    await eventually(lambda: isinstance(session.error, ResponseTimeout))
    assert session.status == "listening"


async def test_a_tool_may_take_longer_than_an_answer(
    service: ScriptedService, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("navtalk_widget.session.talk.thinking_limit.THINKING_LIMIT", 0.5)

    @session.tool
    async def slow() -> str:
        "Take time."
        await asyncio.sleep(1.0)
        return "ready"

    call = {"type": "response.function_call_arguments.done", "call_id": "c", "name": "slow", "arguments": "{}"}
    await service.send(created("r"), {**call, "response_id": "r"}, done("r"))
    await service.expect("conversation.item.create")
    assert session.error is None


async def test_a_cancel_that_is_not_answered_blocks_nothing(
    service: ScriptedService, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("navtalk_widget.session.talk.responses.CANCEL_LIMIT", 0.1)
    await service.send(created("r"), words("Once", "r"))
    await eventually(lambda: session.status == "thinking")
    session.send_text("Stop")
    await service.expect("response.cancel")
    await service.expect("response.create")


async def test_a_request_waits_for_a_cancelled_answer_that_ends_late(
    service: ScriptedService, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("navtalk_widget.session.talk.responses.CANCEL_LIMIT", 0.05)
    monkeypatch.setattr("navtalk_widget.session.talk.responses.RETRY_INTERVAL", 60.0)
    await service.send(created("r"), words("Once", "r"))
    await eventually(lambda: session.status == "thinking")
    session.send_text("Stop")
    request = await service.expect("response.create")
    await service.send(error("conversation_already_has_active_response", request["event_id"]), done("r", "cancelled"))
    await service.expect("response.create", 2)
    await service.answer("Yes?", response_id="r2")
    await eventually(lambda: session.status == "listening")
    assert session.error is None


async def test_a_request_refused_for_an_unknown_answer_is_repeated(
    service: ScriptedService, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("navtalk_widget.session.talk.responses.RETRY_INTERVAL", 0.01)
    monkeypatch.setattr("navtalk_widget.session.talk.responses.MAX_REFUSALS", 2)
    asked = asyncio.create_task(session.ask("Hello?"))
    for number in (1, 2, 3):
        request = await service.expect("response.create", number)
        assert not asked.done()
        await service.send(error("conversation_already_has_active_response", request["event_id"]))
    with pytest.raises(ServiceFault):
        await asyncio.wait_for(asked, 5)
    assert session.error is not None
    assert session.error.code == "conversation_already_has_active_response"
    assert session.status == "listening"


async def test_what_a_cancelled_answer_still_says_is_dropped(service: ScriptedService, session: Session) -> None:
    told: list[object] = []
    statuses: list[str] = []
    await service.send(created("r"), words("Once upon", "r"), voice(LONG, "r"))
    await eventually(lambda: session.status == "speaking")
    session.on("response.audio.delta", told.append)
    session.on("response.audio_transcript.delta", told.append)
    session.interrupt()
    assert session.status == "listening"
    session.on("status", lambda news: statuses.append(news.status))
    await service.send(voice(LONG, "r"), words(" a time", "r"), done("r", "cancelled"))
    ended: list[object] = []
    session.on("response.done", ended.append)
    await eventually(lambda: ended)
    assert told == []
    assert statuses == []
    assert [turn.text for turn in session.transcript] == ["Once upon"]
    assert session.transcript[0].interrupted


async def test_an_answer_is_cancelled_as_soon_as_it_begins_if_it_was_interrupted_before(
    service: ScriptedService, session: Session
) -> None:
    session.send_text("hello")
    session.interrupt()
    assert session.status == "listening"
    await service.expect("response.create")
    assert not service.of("response.cancel")
    await service.send(created("r"))
    assert (await service.expect("response.cancel"))["response_id"] == "r"


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("begun", [True, False])
async def test_an_answer_that_was_interrupted_before_its_first_word_leaves_no_turn(
    service: ScriptedService, session: Session, named: bool, begun: bool
) -> None:
    whole = {"type": "response.audio_transcript.done", "transcript": "Once upon"}
    output = [{"type": "message", "role": "assistant", "content": [{"type": "audio", "transcript": "Once upon"}]}]
    session.send_text("hello")
    await service.expect("response.create")
    seen: list[object] = []
    session.on("response.created", seen.append)
    session.on("response.done", seen.append)
    where = {"response_id": "r", "item_id": "item_of_r"} if named else {}
    answer = "r" if named else ""
    if begun:
        await service.send(created(answer))
        await eventually(lambda: len(seen) == 1)
    session.interrupt()
    if not begun:
        await service.send(created(answer))
    await service.send({**whole, **where}, done(answer, "cancelled", output=output))
    await eventually(lambda: len(seen) == 2)
    assert [turn.text for turn in session.transcript] == ["hello"]


async def test_a_refused_request_is_told_and_not_waited_for(service: ScriptedService, session: Session) -> None:
    asked = asyncio.create_task(session.ask("hello"))
    request = await service.expect("response.create")
    await service.send(error("rate_limit_exceeded", request["event_id"]))
    with pytest.raises(ServiceFault):
        await asked
    assert session.status == "listening"
    assert session.error is not None
    assert session.error.code == "rate_limit_exceeded"


@pytest.mark.parametrize("event_id", [None, "event_of_something_else"])
async def test_an_error_about_something_else_does_not_end_the_wait(
    service: ScriptedService, session: Session, event_id: str | None
) -> None:
    asked = asyncio.create_task(session.ask("hello"))
    await service.expect("response.create")
    await service.send(error("invalid_value", event_id))
    await eventually(lambda: session.error is not None)
    assert session.status == "thinking"
    await service.answer("Hello.")
    assert (await asked).text == "Hello."


async def test_a_cancel_that_came_too_late_is_no_error(service: ScriptedService, session: Session) -> None:
    await service.answer("A story.", pcm=LONG)
    await eventually(lambda: session.status == "speaking")
    session.send_text("hello")
    await service.expect("response.create")
    told: list[object] = []
    session.on("error", told.append)
    await service.send(error("response_cancel_not_active"))
    await eventually(lambda: told)
    assert session.status == "thinking"
    assert session.error is None


@pytest.mark.parametrize(
    ("status", "details", "told"),
    [
        ("failed", {"type": "failed", "error": {"code": "quota", "message": "rate limit"}}, "quota rate limit"),
        ("incomplete", {"type": "incomplete", "reason": "max_output_tokens"}, "max_output_tokens"),
        ("failed", None, "does not say why"),
    ],
)
async def test_why_an_answer_was_not_completed_is_told(
    service: ScriptedService, session: Session, status: str, details: Any, told: str
) -> None:
    await service.send(created("r"), done("r", status, status_details=details))
    await eventually(lambda: session.error is not None)
    assert isinstance(session.error, ServiceFault)
    assert told in session.error.message
    assert session.status == "listening"


async def test_a_voice_that_stutters_speaks_on(service: ScriptedService, session: Session) -> None:
    statuses: list[str] = []
    finals: list[bool] = []
    session.on("status", lambda news: statuses.append(news.status))
    session.on("turn", lambda news: finals.append(news.turn.final))
    await service.send(created("r"))
    for word in ("one", " two", " three"):
        await service.send(words(word, "r"), voice(SHORT, "r"))
        await asyncio.sleep(0.15)  # longer than the sound lasts
    await service.send(done("r"))
    await eventually(lambda: session.status == "listening")
    assert statuses == ["thinking", "speaking", "listening"]
    assert finals == [False, False, False, True]
    assert session.transcript[0].ended_at is not None


async def test_barging_in_marks_the_answer_that_was_heard(service: ScriptedService, session: Session) -> None:
    await service.answer("First.", response_id="r1")
    await service.send(created("r2"), voice(LONG, "r2"))
    await eventually(lambda: session.status == "speaking")
    await service.send({"type": "input_audio_buffer.speech_started", "item_id": "u"})
    await eventually(lambda: session.status != "speaking")
    assert not session.transcript[0].interrupted


async def test_speech_that_the_service_does_not_answer_is_not_waited_for(service: ScriptedService) -> None:
    stopped: list[object] = []
    async with Session(service=service.url, turn_detection={"create_response": False}) as session:
        session.on("input_audio_buffer.speech_stopped", stopped.append)
        await service.send({"type": "input_audio_buffer.speech_started", "item_id": "u"})
        await service.send({"type": "input_audio_buffer.speech_stopped", "item_id": "u"})
        await eventually(lambda: stopped)
        assert session.status == "listening"


class TestAsking:
    async def test_two_questions_at_once_get_two_answers(self, service: ScriptedService, session: Session) -> None:
        asked = [asyncio.create_task(session.ask(text)) for text in ("one", "two")]
        await service.expect("response.create")
        await service.answer("Answer one.", response_id="r1")
        await service.expect("response.create", 2)
        await service.answer("Answer two.", response_id="r2")
        assert [(await each).text for each in asked] == ["Answer one.", "Answer two."]

    async def test_a_greeting_under_way_is_not_the_answer(self, service: ScriptedService, session: Session) -> None:
        session.create_response()
        asked = asyncio.create_task(session.ask("one"))
        await service.expect("response.create")
        await service.answer("Welcome!", response_id="r1")
        await service.expect("response.create", 2)
        await service.answer("Answer one.", response_id="r2")
        assert (await asked).text == "Answer one."

    async def test_an_answer_of_the_services_own_is_not_the_answer(
        self, service: ScriptedService, session: Session
    ) -> None:
        asked = asyncio.create_task(session.ask("one"))
        await service.expect("response.create")
        await service.send(created("own"), words("To what you said.", "own"))
        await service.send(error("conversation_already_has_active_response"), done("own"))
        await service.expect("response.create", 2)
        assert session.error is None
        await service.answer("Answer one.", response_id="r2")
        assert (await asked).text == "Answer one."

    async def test_words_ahead_of_a_call_stay_when_the_request_after_it_is_refused(
        self, service: ScriptedService, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("navtalk_widget.session.talk.responses.RETRY_INTERVAL", 0.01)

        def look_up() -> str:
            "Look it up."
            return "found"

        call = {"type": "response.function_call_arguments.done", "call_id": "c", "name": "look_up", "arguments": "{}"}
        async with Session(service=service.url, tools=[look_up]) as session:
            asked = asyncio.create_task(session.ask("What is it?"))
            await service.expect("response.create")
            await service.send(created("r1"), words("Let me look.", "r1"), {**call, "response_id": "r1"}, done("r1"))
            await service.expect("response.create", 2)
            await service.send(error("conversation_already_has_active_response"))
            await service.expect("response.create", 3)
            await service.answer("It is found.", response_id="r2")
            assert (await asked).text == "Let me look. It is found."

    async def test_a_question_that_was_interrupted_is_not_asked_again_because_the_service_refused_it(
        self, service: ScriptedService, session: Session
    ) -> None:
        asked = asyncio.create_task(session.ask("one"))
        await service.expect("response.create")
        await service.send(created("own"), words("To what you said.", "own"))
        await eventually(lambda: len(session.transcript) == 2)
        session.interrupt()
        seen: list[object] = []
        session.on("response.done", seen.append)
        await service.send(error("conversation_already_has_active_response"), done("own", "cancelled"))
        assert (await asyncio.wait_for(asked, 5)).interrupted
        await eventually(lambda: seen)
        assert session.status == "listening"
        assert len(service.of("response.create")) == 1

    async def test_an_interrupted_answer_says_so(self, service: ScriptedService, session: Session) -> None:
        asked = asyncio.create_task(session.ask("one"))
        await service.expect("response.create")
        await service.send(created("r"), words("Once", "r"), done("r", "cancelled"))
        reply = await asked
        assert reply.interrupted
        assert reply.text == "Once"

    async def test_interrupting_before_the_answer_begins_ends_the_wait(
        self, service: ScriptedService, session: Session
    ) -> None:
        await service.send(created("old"))
        await eventually(lambda: session.status == "thinking")
        asked = asyncio.create_task(session.ask("one"))
        await service.expect("response.cancel")
        session.interrupt()
        assert (await asked).interrupted

    async def test_questions_one_after_another_interrupt_nothing(
        self, service: ScriptedService, session: Session
    ) -> None:
        for number in (1, 2):
            asked = asyncio.create_task(session.ask(f"question {number}"))
            await service.expect("response.create", number)
            await service.answer(f"Answer {number}.", pcm=LONG, response_id=f"r{number}")
            assert not (await asked).interrupted
        first = next(turn for turn in session.transcript if turn.text == "Answer 1.")
        assert first.final
        assert not first.interrupted
        assert first.duration_s is not None
        assert first.duration_s > 1  # as long as its voice lasts
        await session.close()
        last = session.transcript[-1]
        assert last.duration_s is not None
        assert last.duration_s > 1
        assert not last.interrupted

    async def test_a_typed_message_still_interrupts_the_voice(self, service: ScriptedService, session: Session) -> None:
        await service.answer("A story.", pcm=LONG)
        await eventually(lambda: session.status == "speaking")
        session.send_text("Stop")
        assert next(turn for turn in session.transcript if turn.role == "avatar").interrupted

    async def test_a_service_that_falls_silent_is_not_waited_for(
        self, service: ScriptedService, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("navtalk_widget.session.talk.thinking_limit.THINKING_LIMIT", 0.1)
        with pytest.raises(NavTalkError, match="has not answered"):
            await session.ask("one")

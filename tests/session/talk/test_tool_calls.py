import asyncio
from typing import Any

import numpy as np
import pytest

from navtalk_widget.errors import NotConnectedError
from navtalk_widget.protocol import events
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from tests.session.talking import Talk, call, created, done
from tests.support.waiting import eventually

CALL = {"type": "response.function_call_arguments.done", "response_id": "r", "item_id": "i", "call_id": "c"}
ITEM = {"id": "i", "type": "function_call", "name": "hours", "call_id": "c"}


def item_event(kind: str) -> dict[str, Any]:
    return {"type": f"response.output_item.{kind}", "response_id": "r", "output_index": 0, "item": ITEM}


ARGUMENTS = {**CALL, "arguments": '{"day": "Monday"}'}
DONE = {"type": "response.done", "response": {"id": "r", "status": "completed", "output": [ITEM]}}


class Tools:
    """A tool that returns at once, and one that a test lets return."""

    def __init__(self) -> None:
        self.slow_returns = asyncio.Event()

    async def fast(self) -> str:
        "Return at once."
        return "fast"

    async def slow(self) -> str:
        "Take time."
        await self.slow_returns.wait()
        return "slow"


@pytest.fixture
def tools() -> Tools:
    return Tools()


@pytest.mark.parametrize(
    "messages",
    [
        [item_event("added"), ARGUMENTS, item_event("done"), DONE],
        [ARGUMENTS, item_event("done"), DONE],
        [ARGUMENTS, DONE],
    ],
    ids=["added before", "done after", "in the response"],
)
async def test_a_call_whose_name_is_in_its_item_is_answered(
    service: ScriptedService, messages: list[dict[str, Any]]
) -> None:
    days: list[str] = []

    def hours(day: str) -> str:
        "Opening hours."
        days.append(day)
        return "nine to five"

    async with Session(service=service.url, tools=[hours]) as session:
        assert session.connected
        await service.send({"type": "response.created", "response": {"id": "r"}}, *messages)
        item = (await service.expect("conversation.item.create"))["item"]
        assert item["output"] == "nine to five"
        await service.expect("response.create")
    assert days == ["Monday"]


async def test_a_call_without_any_name_is_answered_too(service: ScriptedService, session: Session) -> None:
    nameless = {**DONE, "response": {"id": "r", "status": "completed"}}
    await service.send({"type": "response.created", "response": {"id": "r"}}, ARGUMENTS, nameless)
    assert (await service.expect("conversation.item.create"))["item"]["call_id"] == "c"


async def test_a_call_under_way_at_the_end_has_failed(service: ScriptedService) -> None:
    async def hours(day: str) -> str:
        "Opening hours."
        await asyncio.Event().wait()
        return ""

    states: list[str] = []
    async with Session(service=service.url, tools=[hours]) as session:
        session.on("tool_call", lambda news: states.append(news.state))
        await service.send({**ARGUMENTS, "name": "hours"})
        await eventually(lambda: states == ["running"])
    assert states == ["running", "failed"]


@pytest.mark.parametrize("service_answers", [True, False])
async def test_a_tool_that_ends_while_the_person_speaks_waits_with_its_answer(
    service: ScriptedService, service_answers: bool
) -> None:
    ready = asyncio.Event()

    async def hours(day: str) -> str:
        "Opening hours."
        await ready.wait()
        return "nine to five"

    detection = {"create_response": service_answers}
    async with Session(service=service.url, tools=[hours], turn_detection=detection) as session:
        heard: list[object] = []
        session.on("input_audio_buffer.speech_started", heard.append)
        await service.send({"type": "response.created", "response": {"id": "r"}}, {**ARGUMENTS, "name": "hours"}, DONE)
        await service.send({"type": "input_audio_buffer.speech_started", "item_id": "u"})
        await eventually(lambda: heard)
        ready.set()
        await service.expect("conversation.item.create")
        await eventually(lambda: session.status == "listening")
        assert not service.of("response.create")
        await service.send({"type": "input_audio_buffer.speech_stopped", "item_id": "u"})
        if service_answers:  # but not a cough
            await eventually(lambda: session.status == "thinking")
            assert not service.of("response.create")
            completed = "conversation.item.input_audio_transcription.completed"
            await service.send({"type": completed, "item_id": "u", "transcript": ""})
        await service.expect("response.create")


async def test_what_the_service_answers_itself_is_not_asked_for_again(service: ScriptedService) -> None:
    ready = asyncio.Event()

    async def hours(day: str) -> str:
        "Opening hours."
        await ready.wait()
        return "nine to five"

    async with Session(service=service.url, tools=[hours]) as session:
        asked = asyncio.create_task(session.ask("When?"))
        await service.expect("response.create")
        heard: list[object] = []
        session.on("input_audio_buffer.speech_started", heard.append)
        await service.send({"type": "response.created", "response": {"id": "r"}}, {**ARGUMENTS, "name": "hours"}, DONE)
        await service.send({"type": "input_audio_buffer.speech_started", "item_id": "u"})
        await eventually(lambda: heard)
        ready.set()
        await service.expect("conversation.item.create", 2)
        await service.send({"type": "input_audio_buffer.speech_stopped", "item_id": "u"})
        await service.answer("Nine to five.", response_id="own")
        assert (await asked).text == "Nine to five."
        assert len(service.of("response.create")) == 1


async def test_a_recording_cannot_be_said_to_its_end_when_the_connection_is_lost(
    service: ScriptedService, session: Session
) -> None:
    saying = asyncio.create_task(session.send_audio(np.zeros(24_000 * 30, dtype=np.int16), 24_000))
    await service.expect("input_audio_buffer.append")
    assert service.main is not None
    service.main.transport.abort()
    with pytest.raises(NotConnectedError, match="lost"):
        await asyncio.wait_for(saying, 5)


async def test_who_waits_for_tools_learns_that_something_else_was_typed(service: ScriptedService) -> None:
    async def hours(day: str) -> str:
        "Opening hours."
        await asyncio.Event().wait()
        return ""

    async with Session(service=service.url, tools=[hours]) as session:
        asked = asyncio.create_task(session.ask("When?"))
        await service.expect("response.create")
        ended: list[object] = []
        session.on("response.done", ended.append)
        await service.send({"type": "response.created", "response": {"id": "r"}}, {**ARGUMENTS, "name": "hours"}, DONE)
        await eventually(lambda: ended)
        session.send_text("Never mind.")
        assert (await asyncio.wait_for(asked, 5)).interrupted


async def test_the_next_answer_waits_for_calls_that_come_later_in_this_one(tools: Tools) -> None:
    talk = Talk(tools.fast, tools.slow)
    talk.hear(created(), call("c1", "fast"))
    await eventually(lambda: talk.items and not talk.conversation.facts.tools_running)
    assert talk.status == "thinking"
    talk.hear(call("c2", "slow"), done())
    assert not talk.of(events.ResponseCreate)
    tools.slow_returns.set()
    await eventually(lambda: talk.of(events.ResponseCreate))
    assert talk.items == [("function_call_output", "c1"), ("function_call_output", "c2")]
    await talk.conversation.end()


async def test_words_ahead_of_the_calls_of_a_service_without_beginnings_are_not_the_answer() -> None:
    def look_up(word: str) -> str:
        "Look a word up."
        return word

    async with (
        ScriptedService("v2", ignore=["*"]) as service,
        Session(service=service.url, protocol="v2", tools=[look_up]) as session,
    ):
        asked = asyncio.create_task(session.ask("What is it?"))
        await service.expect("response.create")
        where = {"response_id": "r1", "item_id": "i"}
        await service.send(
            events.AudioTranscriptDone(transcript="Let me look.", **where),
            events.AudioDone(**where),
            *(
                events.FunctionCallArgumentsDone(
                    call_id=call_id, name="look_up", arguments='{"word": "x"}', response_id="r1"
                )
                for call_id in ("c1", "c2")
            ),
        )
        await service.expect("response.create", 2)
        await service.answer("It is x.", response_id="r2")
        reply = await asked
        assert reply.text == "Let me look. It is x."
        assert [call.call_id for call in reply.tool_calls] == ["c1", "c2"]
        assert len(service.of("response.create")) == 2


async def test_results_are_in_the_answer_to_speech_that_cut_the_calling_one(tools: Tools) -> None:
    talk = Talk(tools.fast)
    talk.hear(created(), call("c1", "fast"))
    await eventually(lambda: talk.items and not talk.conversation.facts.tools_running)
    talk.hear(events.SpeechStarted(item_id="u"), events.SpeechStopped(item_id="u"), done(status="cancelled"))
    assert not talk.of(events.ResponseCreate)
    talk.hear(created("r2"), done("r2"))
    assert not talk.of(events.ResponseCreate)
    await talk.conversation.end()


async def test_no_answer_is_asked_for_at_the_end_of_one_that_has_called_another_tool(tools: Tools) -> None:
    talk = Talk(tools.fast, tools.slow)
    talk.hear(created(), call("c1", "fast"), done())
    talk.conversation.say("And something else.")
    await eventually(lambda: talk.items == [("function_call_output", "c1")])
    await eventually(lambda: not talk.conversation.facts.tools_running)
    talk.hear(created("r2"), call("c2", "slow", answer="r2"), done("r2"))
    assert len(talk.of(events.ResponseCreate)) == 1, "what was typed"
    tools.slow_returns.set()
    await eventually(lambda: len(talk.of(events.ResponseCreate)) == 2)
    await talk.conversation.end()

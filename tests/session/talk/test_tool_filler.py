"""What the avatar says while a tool takes its time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal

import pytest

from navtalk_widget.protocol import events
from navtalk_widget.session.session import Session
from navtalk_widget.session.talk import tool_filler
from navtalk_widget.testing import ScriptedService
from navtalk_widget.tools import tool
from tests.session.talking import Talk, answered, call, created, done, said, voice, words
from tests.support.waiting import eventually

SENTENCE = "One moment, I look that up."


@dataclass
class Slow:
    """A slow tool with a sentence, and the conversation in which it is called."""

    talk: Talk
    returns: dict[str, asyncio.Event] = field(default_factory=dict)

    async def look(self, which: str) -> str:
        "Look it up."
        await self.returns.setdefault(which, asyncio.Event()).wait()
        return f"found {which}"

    def call(self, which: str = "a", answer: str = "r") -> None:
        self.talk.hear(created(answer), call(f"c{which}", "look", f'{{"which": "{which}"}}', answer), done(answer))

    def return_(self, which: str = "a") -> None:
        self.returns.setdefault(which, asyncio.Event()).set()

    @property
    def asked(self) -> list[dict[str, str] | None]:
        """What was asked for: None for an answer."""
        return [event.response for event in self.talk.of(events.ResponseCreate)]


@pytest.fixture
async def slow(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Slow]:
    monkeypatch.setattr(tool_filler, "FILLER_AFTER", 0.02)
    slow = Slow(Talk())
    slow.talk = Talk(tool(name="look", filler=SENTENCE)(slow.look))
    yield slow
    await slow.talk.conversation.end()


FILLER = {"say": SENTENCE}


async def test_it_is_said_when_a_tool_runs_for_more_than_a_moment_and_the_answer_follows(slow: Slow) -> None:
    slow.call()
    await eventually(lambda: slow.asked == [FILLER])
    slow.talk.hear(created("f"), words(SENTENCE, "f"), voice(5.0, "f"))
    slow.return_()
    await eventually(lambda: not slow.talk.conversation.facts.tools_running)
    assert slow.asked == [FILLER], "the answer waits until the sentence is complete"
    slow.talk.hear(done("f"))
    assert slow.asked == [FILLER, None]
    slow.talk.hear(*answered("It is a.", answer="r2"))
    turns = [(turn.text, len(turn.tool_calls)) for turn in slow.talk.transcript]
    assert turns == [(SENTENCE, 0), ("It is a.", 1)], "the call belongs to the answer"


async def test_it_is_said_once(slow: Slow) -> None:
    slow.call()
    await eventually(lambda: slow.asked == [FILLER])
    slow.talk.hear(created("f"), words(SENTENCE, "f"), done("f"))
    slow.call("b", "r2")
    await asyncio.sleep(0.06)
    assert slow.asked == [FILLER], "also for calls that run together"
    slow.return_("a")
    slow.return_("b")
    await eventually(lambda: slow.asked == [FILLER, None])
    slow.talk.hear(*answered("Both.", answer="r3"))
    slow.call("c", "r4")
    await eventually(lambda: slow.asked == [FILLER, None, FILLER])


async def test_a_tool_that_is_fast_enough_says_nothing(slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool_filler, "FILLER_AFTER", 60.0)  # no machine is so busy
    slow.return_()
    slow.call()
    await eventually(lambda: slow.asked == [None])
    assert slow.talk.conversation._tool_work._filler._timer is None


async def test_nothing_is_said_while_the_avatar_speaks_or_is_about_to(slow: Slow) -> None:
    slow.talk.hear(created(), words("Let me see."), voice(5.0))
    slow.talk.hear(call("ca", "look", '{"which": "a"}'), done())
    await eventually(lambda: slow.returns)
    await asyncio.sleep(0.06)
    assert slow.asked == []
    slow.talk.conversation.note_playback(None)  # it is heard no more
    await eventually(lambda: slow.asked == [FILLER])


async def test_nothing_is_said_while_the_person_speaks(slow: Slow) -> None:
    slow.call()
    slow.talk.hear(events.SpeechStarted(item_id="u"))
    await eventually(lambda: slow.returns)
    await asyncio.sleep(0.06)
    assert slow.asked == []
    slow.talk.hear(events.SpeechStopped(item_id="u"))
    await asyncio.sleep(0.06)
    assert slow.asked == [], "what they said is being answered"


async def test_what_has_not_begun_when_the_person_speaks_is_not_said(slow: Slow) -> None:
    slow.call()
    await eventually(lambda: slow.asked == [FILLER])
    slow.talk.hear(events.SpeechStarted(item_id="u"), created("f"))
    assert slow.talk.kinds[-1] == "response.cancel"
    assert slow.talk.hear(words(SENTENCE, "f")) == [False]


async def test_what_the_service_has_put_off_is_not_said_after_the_result(slow: Slow) -> None:
    slow.call()
    await eventually(lambda: slow.asked == [FILLER])
    slow.talk.hear(events.ErrorEvent(error={"code": "conversation_already_has_active_response", "message": "no"}))
    slow.return_()
    await eventually(lambda: slow.asked == [FILLER, None])


async def test_what_has_not_begun_when_the_result_is_there_is_not_said(slow: Slow) -> None:
    slow.call()
    await eventually(lambda: slow.asked == [FILLER])
    slow.return_()
    await eventually(lambda: not slow.talk.conversation.facts.tools_running)
    slow.talk.hear(created("f"))
    assert slow.talk.kinds[-1] == "response.cancel"
    assert slow.asked == [FILLER]
    slow.talk.hear(done("f", "cancelled"))
    assert slow.asked == [FILLER, None]
    assert not slow.talk.transcript


async def test_a_service_that_never_says_it_still_answers(slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("navtalk_widget.session.talk.responses.CANCEL_LIMIT", 0.02)
    slow.call()
    await eventually(lambda: slow.asked == [FILLER])
    slow.return_()
    await eventually(lambda: slow.asked == [FILLER, None])


async def test_a_conversation_that_ends_before_it_is_said_leaves_nothing(slow: Slow) -> None:
    slow.call()
    await eventually(lambda: slow.asked == [FILLER])
    await slow.talk.conversation.end()
    assert slow.talk.conversation._gate._timer is None
    assert slow.asked == [FILLER]


async def test_a_lost_connection_leaves_nothing_to_be_said(slow: Slow) -> None:
    slow.call()
    slow.talk.conversation.suspend()
    await eventually(lambda: slow.returns)
    await asyncio.sleep(0.06)
    assert slow.asked == []
    slow.talk.conversation.resume()
    await eventually(lambda: slow.asked == [FILLER])


async def test_it_makes_use_of_no_result(slow: Slow) -> None:
    slow.talk.hear(created(), call("ca", "look", '{"which": "a"}'), call("cb", "look", '{"which": "b"}'), done())
    slow.return_("a")
    await eventually(lambda: slow.talk.items == [("function_call_output", "ca")])
    await eventually(lambda: slow.asked == [FILLER])
    slow.talk.hear(created("f"), events.TextDelta(response_id="f", delta=SENTENCE), done("f"))
    slow.talk.conversation.suspend()
    slow.talk.sent.clear()
    slow.talk.conversation.resume()
    assert slow.talk.items == [("function_call", "ca"), ("function_call_output", "ca")]


async def test_a_mind_that_calls_a_tool_instead_is_not_obeyed(slow: Slow) -> None:
    slow.call()
    await eventually(lambda: slow.asked == [FILLER])
    slow.talk.hear(created("f"), call("cb", "look", '{"which": "b"}', "f"), done("f"))
    slow.return_()
    await eventually(lambda: slow.asked == [FILLER, None])
    assert list(slow.returns) == ["a"]


async def test_the_answer_is_still_owed_after_it(slow: Slow) -> None:
    slow.talk.hear(*said("Which?", "u"))
    slow.call()
    await eventually(lambda: slow.asked == [FILLER])
    slow.talk.hear(created("f"), events.TextDelta(response_id="f", delta=SENTENCE), done("f"))
    slow.return_()
    await eventually(lambda: slow.asked == [FILLER, None])
    slow.talk.conversation.suspend()
    slow.talk.sent.clear()
    slow.talk.conversation.resume()
    assert slow.asked == [None]


@pytest.mark.parametrize("generation", ["v1", "v2"])
async def test_the_mind_of_a_service_is_asked_to_say_it(
    generation: Literal["v1", "v2"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool_filler, "FILLER_AFTER", 0.02)
    ready = asyncio.Event()

    @tool(filler=SENTENCE)
    async def look() -> str:
        "Look it up."
        await ready.wait()
        return "found"

    async with (
        ScriptedService(generation, ignore=["*"]) as service,
        Session(service=service.url, protocol=generation, tools=[look]) as session,
    ):
        asked = asyncio.create_task(session.ask("Which?"))
        await service.expect("response.create")
        call_event = events.FunctionCallArgumentsDone(call_id="c", name="look", arguments="{}", response_id="r1")
        if generation == "v1":  # the second does not tell where an answer begins and ends
            await service.send(created("r1"), call_event, done("r1"))
        else:
            await service.send(call_event)
        await service.expect("response.create", 2)
        assert SENTENCE in service.of("response.create")[1]["response"]["instructions"]
        await service.answer(SENTENCE, response_id="f")
        await eventually(lambda: [turn.text for turn in session.transcript][1:] == [SENTENCE])
        ready.set()
        await service.expect("response.create", 3)
        assert "response" not in service.of("response.create")[2]
        await service.answer("It is found.", response_id="r2")
        assert (await asked).text == "It is found.", "who asks hears the answer only"

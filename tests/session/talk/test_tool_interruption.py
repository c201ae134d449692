"""The person interrupts while tools run."""

import asyncio
from typing import Any

import pytest

from navtalk_widget.protocol import events
from navtalk_widget.session.news import ToolCallChanged
from navtalk_widget.session.talk.reply import ReplyCollector
from navtalk_widget.session.talk.tool_interruption import REMEMBERED, SpokenInterruption
from navtalk_widget.tools import tool
from tests.session.talking import Talk, call, created, done, said
from tests.support.waiting import eventually

OUTPUT = "search was called off: the person interrupted. It may have done a part of its work."


class Searches:
    """A tool that is not to go on when the person interrupts, and one that is."""

    def __init__(self) -> None:
        self.cancelled = 0
        self.saved = asyncio.Event()
        self.search = tool(name="search", on_interruption="cancel")(self._search)
        self.save = tool(name="save")(self._save)

    async def _search(self) -> str:
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled += 1
        return ""

    async def _save(self) -> str:
        await self.saved.wait()
        return "saved"


@pytest.fixture
def searches() -> Searches:
    return Searches()


def states(talk: Talk, call_id: str = "c") -> list[str]:
    return [news.state for news in talk.news if isinstance(news, ToolCallChanged) and news.call_id == call_id]


def outputs(talk: Talk) -> list[Any]:
    items = [event.item for event in talk.of(events.ConversationItemCreate)]
    return [item.output for item in items if item.type == "function_call_output"]


async def searching(searches: Searches, **options: Any) -> Talk:
    talk = Talk(searches.search, searches.save, **options)
    talk.hear(*said("Find it.", "question"), created(), call("c", "search"), done())
    await eventually(lambda: states(talk) == ["running"])
    return talk


async def test_an_interruption_calls_a_tool_off_and_nothing_follows_by_itself(searches: Searches) -> None:
    talk = await searching(searches)
    talk.conversation.interrupt()
    await eventually(lambda: talk.status == "listening")
    assert searches.cancelled == 1
    assert states(talk) == ["running", "cancelled"]
    assert outputs(talk) == [OUTPUT], "the model is told in words"
    assert "response.create" not in talk.kinds
    assert not talk.errors, "it is what the person wanted"
    await talk.conversation.end()


async def test_words_of_the_person_interrupt_although_nothing_is_spoken(searches: Searches) -> None:
    talk = await searching(searches)
    started, stopped, understood = said("No, wait.")
    talk.hear(started, stopped)
    assert states(talk) == ["running"], "it may have been a noise"
    talk.hear(understood)
    await eventually(lambda: states(talk) == ["running", "cancelled"])
    assert outputs(talk) == [OUTPUT]
    assert "response.create" not in talk.kinds, "the service answers what was said"
    await talk.conversation.end()


async def test_a_cough_interrupts_nothing(searches: Searches) -> None:
    talk = await searching(searches)
    talk.hear(*said(""))
    assert searches.cancelled == 0
    assert talk.conversation.facts.tools_running == 1
    await talk.conversation.end()


async def test_words_that_come_late_of_what_was_said_before_interrupt_nothing(searches: Searches) -> None:
    talk = Talk(searches.search)
    started, stopped, understood = said("Find it.", "question")
    talk.hear(started, stopped, created(), call("c", "search"), done())
    await eventually(lambda: states(talk) == ["running"])
    talk.hear(events.InputTranscriptionDelta(item_id="question", delta="Find"), understood)
    assert talk.conversation.facts.tools_running == 1
    await talk.conversation.end()
    assert states(talk)[-1] == "failed"


async def test_words_interrupt_nothing_where_the_service_is_told_so(searches: Searches) -> None:
    talk = await searching(searches, interruptible=False)
    talk.hear(*said("No, wait."))
    assert talk.conversation.facts.tools_running == 1
    talk.conversation.interrupt()
    await eventually(lambda: states(talk)[-1] == "cancelled")
    await talk.conversation.end()


async def test_typed_words_interrupt_too(searches: Searches) -> None:
    talk = await searching(searches)
    talk.conversation.say("The other one, please.")
    await eventually(lambda: outputs(talk) == [OUTPUT])
    assert talk.kinds.count("response.create") == 1, "only what was typed is answered"
    await talk.conversation.end()


async def test_what_finishes_in_spite_of_an_interruption_is_answered(searches: Searches) -> None:
    talk = await searching(searches)
    talk.hear(created("r2"), call("d", "save", answer="r2"), done("r2"))
    await eventually(lambda: states(talk, "d") == ["running"])
    talk.conversation.interrupt()
    await eventually(lambda: states(talk)[-1] == "cancelled")
    assert "response.create" not in talk.kinds
    searches.saved.set()
    await eventually(lambda: "response.create" in talk.kinds)
    assert outputs(talk) == [OUTPUT, "saved"]
    await talk.conversation.end()


async def test_nor_is_what_had_returned_before_the_interruption_answered(searches: Searches) -> None:
    searches.saved.set()
    talk = await searching(searches)
    talk.hear(created("r2"), call("d", "save", answer="r2"), done("r2"))
    await eventually(lambda: outputs(talk) == ["saved"])
    talk.conversation.interrupt()
    await eventually(lambda: talk.status == "listening")
    assert outputs(talk) == ["saved", OUTPUT]
    assert "response.create" not in talk.kinds
    await talk.conversation.end()


@pytest.mark.parametrize("by", ["button", "voice"])
async def test_who_waits_for_the_answer_learns_that_none_follows(searches: Searches, by: str) -> None:
    talk = Talk(searches.search)
    collector = ReplyCollector()
    talk.conversation.say("Find it.", collector)
    talk.hear(created(), call("c", "search"), done())
    await eventually(lambda: states(talk) == ["running"])
    if by == "button":
        talk.conversation.interrupt()
    else:
        talk.hear(*said("Never mind."))
    assert (await asyncio.wait_for(collector.reply(), 5)).interrupted
    await talk.conversation.end()


async def test_what_was_called_off_is_told_to_the_next_connection(searches: Searches) -> None:
    talk = await searching(searches)
    talk.conversation.interrupt()
    await eventually(lambda: outputs(talk) == [OUTPUT])
    talk.conversation.suspend()
    talk.sent.clear()
    talk.conversation.resume()
    assert talk.items == [("function_call", "c"), ("function_call_output", "c")]
    await talk.conversation.end()


RUNNING = frozenset({"c"})
NONE: frozenset[str] = frozenset()


def test_services_that_do_not_name_what_they_hear_are_understood() -> None:
    interruption = SpokenInterruption()
    started, _, understood = said("Wait.", "")
    assert interruption.note(started, RUNNING) == NONE
    assert interruption.note(understood, RUNNING) == RUNNING
    assert interruption.note(understood, RUNNING) == NONE, "once"


def test_speech_that_was_not_understood_interrupts_nothing() -> None:
    interruption = SpokenInterruption()
    interruption.note(events.SpeechStarted(item_id="u"), RUNNING)
    interruption.note(events.InputTranscriptionFailed(item_id="u"), RUNNING)
    assert interruption.note(said("Wait.", "u")[2], RUNNING) == NONE


def test_words_are_not_waited_for_for_ever_nor_over_a_connection() -> None:
    interruption = SpokenInterruption()
    for number in range(REMEMBERED + 1):
        interruption.note(events.SpeechStarted(item_id=f"u{number}"), RUNNING)
    assert interruption.note(said("Wait.", "u0")[2], RUNNING) == NONE
    interruption.forget()
    assert interruption.note(said("Wait.", "u8")[2], RUNNING) == NONE

"""A conversation that outlives its connections."""

import asyncio
from typing import Any

import pytest

from navtalk_widget.protocol import events
from navtalk_widget.session.news import VoiceFlushed
from navtalk_widget.session.talk.reply import ReplyCollector
from tests.session.conftest import StoppedClock
from tests.session.talking import Talk, answered, call, created, done, said, voice, words
from tests.support.waiting import eventually

OUTPUT = "function_call_output"


class Clock:
    """A tool that a test lets return."""

    def __init__(self) -> None:
        self.runs = 0
        self.ready = asyncio.Event()

    async def time_of_day(self) -> str:
        "The time."
        self.runs += 1
        await self.ready.wait()
        return "noon"


def reconnect(talk: Talk) -> None:
    talk.conversation.suspend()
    talk.sent.clear()
    talk.conversation.resume()


async def test_an_answer_under_way_is_final_as_far_as_it_was_heard(clock: StoppedClock) -> None:
    talk = Talk()
    talk.hear(*said("Tell me."), created(), words("Once upon"), voice(1.0), words(" a time"), voice(5.0))
    clock.pass_(1.0)
    talk.conversation.suspend()
    assert talk.sent == []
    assert talk.answer.final
    assert talk.answer.interrupted
    assert talk.answer.text == "Once upon a time"
    assert talk.answer.text_heard == "Once upon"
    assert VoiceFlushed() in talk.news
    assert talk.status == "listening"
    talk.conversation.resume()
    assert talk.sent == []  # the person knows where they were


async def test_what_the_person_was_saying_is_final() -> None:
    talk = Talk()
    talk.hear(events.SpeechStarted(item_id="u"), events.InputTranscriptionDelta(item_id="u", delta="What is"))
    talk.conversation.suspend()
    assert talk.transcript[0].final
    talk.conversation.resume()
    assert talk.kinds == ["response.create"]


@pytest.mark.parametrize("begun", [False, True])
async def test_what_was_not_answered_is_answered_afterwards(begun: bool) -> None:
    talk = Talk()
    talk.conversation.say("Hello?")
    if begun:
        talk.hear(created(), words("Hel"), voice(5.0))
        talk.conversation.note_playback(None)
    reconnect(talk)
    assert talk.kinds == ["response.create"]
    assert talk.status == "thinking"
    talk.hear(*answered("Hello!", answer="r2"))
    assert talk.status == "listening"


async def test_an_answer_whose_voice_nobody_heard_is_given_again(clock: StoppedClock) -> None:
    talk = Talk()
    talk.hear(*said("Hello?"), *answered("Hello!", 5.0))
    reconnect(talk)
    assert talk.kinds == ["response.create"]


async def test_speech_that_the_service_leaves_alone_is_left_alone() -> None:
    talk = Talk(answers_speech=False)
    talk.hear(*said("Just talking."))
    reconnect(talk)
    assert talk.sent == []


async def test_a_request_that_was_lost_is_made_again() -> None:
    talk = Talk(answers_speech=False)
    talk.conversation.create_response()
    talk.conversation.suspend()
    talk.conversation.suspend()  # the connection was lost while it was being replaced
    talk.sent.clear()
    talk.conversation.resume()
    talk.conversation.resume()
    assert talk.kinds == ["response.create"]


async def test_what_was_answered_or_declined_is_not_answered_again() -> None:
    talk = Talk()
    reconnect(talk)
    assert talk.sent == []
    talk.hear(*said("Hello?"), created(), events.TextDelta(response_id="r", delta="Hello!"), done())
    reconnect(talk)
    assert talk.sent == []
    talk.conversation.say("Go on.")
    talk.conversation.interrupt()
    reconnect(talk)
    assert talk.sent == []
    talk.conversation.say("A remark.", reply=False)
    reconnect(talk)
    assert talk.sent == []


async def test_who_waits_has_the_whole_of_the_second_answer() -> None:
    talk = Talk()
    collector = ReplyCollector()

    def hear(*heard: events.Event) -> None:
        for event in heard:
            if talk.conversation.receive(event):
                collector.note(event)

    talk.conversation.say("Hello?", collector)
    hear(created(), words("Hel"), voice(1.0))
    reconnect(talk)
    hear(*answered("Hello there.", 0.5, answer="r"))
    reply = await collector.reply()
    assert reply.text == "Hello there."
    assert reply.audio.size == 12_000
    assert not reply.interrupted
    await talk.conversation.end()


async def test_a_result_that_was_not_answered_is_told_with_its_call() -> None:
    async def add(a: int, b: int) -> int:
        "Add."
        return a + b

    talk = Talk(add)
    talk.hear(*said("Two and three?"), created(), call("c", "add", '{"a": 2, "b": 3}'), done())
    await eventually(lambda: talk.of(events.ResponseCreate))
    assert talk.items == [(OUTPUT, "c")]
    reconnect(talk)
    assert talk.kinds == ["conversation.item.create", "conversation.item.create", "response.create"]
    pair = [event.item for event in talk.of(events.ConversationItemCreate)]
    assert [(item.type, item.call_id, item.name, item.arguments, item.output) for item in pair] == [
        ("function_call", "c", "add", '{"a": 2, "b": 3}', None),
        (OUTPUT, "c", None, None, "5"),
    ]
    reconnect(talk)
    assert talk.items == [("function_call", "c"), (OUTPUT, "c")]
    talk.hear(*answered("Five.", 0.01, answer="r2"))
    await eventually(lambda: talk.answer.text_heard == "Five.")
    reconnect(talk)
    assert talk.sent == []


@pytest.mark.parametrize("returns", ["while there is none", "on the new one"])
async def test_a_call_outlives_its_connection(returns: str) -> None:
    tool = Clock()
    talk = Talk(tool.time_of_day)
    talk.hear(*said("How late?"), created(), call("c", "time_of_day"), done())
    await eventually(lambda: tool.runs == 1)
    talk.conversation.suspend()
    if returns == "while there is none":
        tool.ready.set()
        await eventually(lambda: not talk.conversation.facts.tools_running)
        assert talk.sent == []
        talk.conversation.resume()
    else:
        talk.conversation.resume()
        assert talk.sent == []
        assert talk.status == "thinking"
        talk.hear(call("c", "time_of_day", answer="other"))  # some services repeat themselves
        tool.ready.set()
    await eventually(lambda: talk.of(events.ResponseCreate))
    known = [] if returns == "on the new one" else [("function_call", "c")]
    assert talk.items == [*known, (OUTPUT, "c")]
    assert talk.kinds[-1] == "response.create"
    talk.hear(*answered("It is noon.", answer="r2"))
    assert talk.answer.tool_calls[0].result == "noon"
    assert tool.runs == 1


async def test_words_ahead_of_a_call_are_not_its_answer() -> None:
    tool = Clock()
    talk = Talk(tool.time_of_day)
    talk.hear(*said("How late?"), created(), events.TextDelta(response_id="r", delta="Let me see."))
    talk.hear(call("c", "time_of_day"), done())
    tool.ready.set()
    await eventually(lambda: talk.of(events.ResponseCreate))
    reconnect(talk)
    assert talk.kinds[-1] == "response.create"


async def test_a_result_is_told_until_the_last_call_of_a_chain_is_answered() -> None:
    async def step(number: int) -> int:
        "One step."
        return number

    talk = Talk(step)
    talk.hear(*said("Go."), created(), events.TextDelta(response_id="r", delta="Let me see."))
    talk.hear(call("c1", "step", '{"number": 1}'), done())
    await eventually(lambda: talk.of(events.ResponseCreate))
    talk.hear(created("r2"), call("c2", "step", '{"number": 2}', "r2"), done("r2"))
    await eventually(lambda: len(talk.of(events.ResponseCreate)) == 2)
    reconnect(talk)
    assert [call_id for kind, call_id in talk.items if kind == OUTPUT] == ["c1", "c2"]


async def test_a_result_whose_answer_nobody_heard_is_told_again(clock: StoppedClock) -> None:
    async def now() -> str:
        "The time."
        return "noon"

    talk = Talk(now)
    talk.hear(*said("How late?"), created(), call("c", "now"), done())
    await eventually(lambda: talk.of(events.ResponseCreate))
    talk.hear(*answered("It is noon.", 5.0, answer="r2"))
    reconnect(talk)
    assert talk.items == [("function_call", "c"), (OUTPUT, "c")]
    assert talk.kinds[-1] == "response.create"
    talk.hear(created("r3"))
    reconnect(talk)
    assert talk.items == [("function_call", "c"), (OUTPUT, "c")]


async def test_a_service_that_counts_anew_is_heard_and_truncated_as_before(clock: StoppedClock) -> None:
    talk = Talk()
    for connection in range(2):
        talk.hear(created(), words("Once upon a time"), voice(5.0))
        clock.pass_(1.0)
        talk.conversation.interrupt()
        assert talk.kinds == ["response.cancel", "conversation.item.truncate"], connection
        reconnect(talk)
        talk.sent.clear()
    assert [turn.text for turn in talk.transcript] == ["Once upon a time"] * 2


async def test_a_conversation_that_ends_while_suspended_leaves_nothing() -> None:
    tool = Clock()
    talk = Talk(tool.time_of_day)
    talk.hear(*said("How late?"), created(), call("c", "time_of_day"), done())
    await eventually(lambda: tool.runs == 1)
    talk.conversation.suspend()
    await talk.conversation.end()
    talk.conversation.suspend()
    talk.conversation.resume()
    assert talk.sent == []
    ours: set[Any] = {task for task in asyncio.all_tasks() if task.get_name().startswith("navtalk")}
    assert not ours


async def test_a_service_that_counts_its_calls_anew_is_answered() -> None:
    asked: list[str] = []

    async def look_up(word: str) -> str:
        "Look a word up."
        asked.append(word)
        return word

    talk = Talk(look_up)
    for number, word in enumerate(("one", "two"), 1):
        talk.hear(*said(word, f"u{number}"), created(), call("call_1", "look_up", f'{{"word": "{word}"}}'))
        talk.hear(call("call_1", "look_up", f'{{"word": "{word}"}}'), done())
        await eventually(lambda: talk.of(events.ResponseCreate))
        talk.hear(call("call_1", "look_up", f'{{"word": "{word}"}}'))
        talk.hear(created("r2"), events.TextDelta(response_id="r2", delta="There."), done("r2"))
        assert talk.items == [(OUTPUT, "call_1")]
        reconnect(talk)
        assert talk.sent == []
    assert asked == ["one", "two"]


async def test_a_call_number_is_free_once_its_result_from_before_is_answered() -> None:
    runs: list[str] = []

    async def look_up(word: str) -> str:
        "Look a word up."
        runs.append(word)
        return word

    talk = Talk(look_up)
    talk.hear(*said("One?"), created(), call("c", "look_up", '{"word": "one"}'), done())
    await eventually(lambda: talk.of(events.ResponseCreate))
    reconnect(talk)
    talk.hear(call("c", "look_up", '{"word": "one"}'))  # still unanswered: a repetition
    talk.hear(created("r2"), events.TextDelta(response_id="r2", delta="One."), done("r2"))
    talk.sent.clear()
    talk.hear(*said("Two?", "u2"), created("r3"), call("c", "look_up", '{"word": "two"}', "r3"), done("r3"))
    await eventually(lambda: talk.of(events.ResponseCreate))
    assert runs == ["one", "two"]
    assert talk.items == [(OUTPUT, "c")]


async def test_a_call_that_was_answered_and_is_repeated_does_not_run_again_and_is_answered_again() -> None:
    runs: list[str] = []

    async def book(table: str) -> str:
        "Book a table."
        runs.append(table)
        return f"{table} is booked"

    talk = Talk(book)
    talk.hear(*said("Book it."), created(), call("c", "book", '{"table": "one"}'), done())
    await eventually(lambda: talk.of(events.ResponseCreate))
    talk.hear(created("r2"), events.TextDelta(response_id="r2", delta="Booked."), done("r2"))
    reconnect(talk)
    assert talk.sent == [], "nobody needs the result any more"
    talk.hear(created("r3"), call("c", "book", '{"table":"one"}', "r3"))
    assert talk.items == [(OUTPUT, "c")]
    assert "response.create" not in talk.kinds
    talk.hear(done("r3"))
    assert talk.kinds[-1] == "response.create"
    assert runs == ["one"]


async def test_what_still_runs_is_not_begun_a_second_time_by_a_service_that_does_not_know_of_it() -> None:
    tool = Clock()
    talk = Talk(tool.time_of_day)
    talk.hear(*said("How late?"), created(), call("c", "time_of_day"), done())
    await eventually(lambda: tool.runs == 1)
    reconnect(talk)
    talk.hear(*said("Well?", "u2"), created("r2"), call("new", "time_of_day", answer="r2"), done("r2"))
    tool.ready.set()
    await eventually(lambda: talk.of(events.ResponseCreate))
    assert talk.items == [(OUTPUT, "new")]
    assert tool.runs == 1


async def test_calls_of_one_identifier_from_two_connections_run_side_by_side() -> None:
    ready: dict[str, asyncio.Event] = {"one": asyncio.Event(), "two": asyncio.Event()}

    async def look_up(word: str) -> str:
        "Look a word up."
        await ready[word].wait()
        return word

    talk = Talk(look_up)
    talk.hear(*said("One?"), created(), call("c", "look_up", '{"word": "one"}'), done())
    reconnect(talk)
    talk.hear(*said("Two?", "u2"), created("r2"), call("c", "look_up", '{"word": "two"}', "r2"), done("r2"))
    ready["two"].set()
    await eventually(lambda: talk.items == [(OUTPUT, "c")])
    ready["one"].set()
    await eventually(lambda: talk.of(events.ResponseCreate))
    renamed = talk.items[1][1]
    assert renamed != "c"
    assert talk.items == [(OUTPUT, "c"), ("function_call", renamed), (OUTPUT, renamed)]


async def test_an_utterance_that_was_lost_is_asked_for_again_and_no_answer_with_it() -> None:
    talk = Talk()
    collector = ReplyCollector()
    talk.conversation.utter({"say": "Welcome."}, collector)
    reconnect(talk)
    assert [event.response for event in talk.of(events.ResponseCreate)] == [{"say": "Welcome."}]
    talk.hear(*answered("Welcome.", answer="r2"))
    assert talk.status == "listening"
    assert len(talk.of(events.ResponseCreate)) == 1
    collector.interrupt()


SPOKEN = [events.SpeechStarted(item_id="u"), events.SpeechStopped(item_id="u")]


@pytest.mark.parametrize("heard", [SPOKEN[:1], SPOKEN, [*SPOKEN, created(), words("Well")]])
async def test_speech_that_is_lost_without_words_is_told_once(heard: list[events.Event]) -> None:
    talk = Talk()
    talk.hear(*heard)
    talk.conversation.suspend()
    assert talk.errors == []
    talk.conversation.resume()
    assert [error.code for error in talk.errors] == ["speech_lost"]
    reconnect(talk)
    assert len(talk.errors) == 1


@pytest.mark.parametrize(
    "more",
    [
        [events.InputTranscriptionDelta(item_id="u", delta="What")],
        [events.InputTranscriptionCompleted(item_id="u", transcript="")],  # a cough
        [events.InputTranscriptionFailed(item_id="u")],
        answered("Well.", 1.0),  # of a service that does not write down what it hears
        [created(), words("Well"), voice(5.0)],
    ],
    ids=["words", "cough", "not understood", "answered", "answer heard"],
)
async def test_speech_that_came_to_something_is_not_lost(clock: StoppedClock, more: list[events.Event]) -> None:
    talk = Talk()
    talk.hear(*SPOKEN, *more)
    clock.pass_(1.0)
    reconnect(talk)
    assert talk.errors == []

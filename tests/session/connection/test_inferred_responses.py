import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import Response
from navtalk_widget.session.connection import inferred_responses
from navtalk_widget.session.connection.inferred_responses import InferredResponses
from tests.support.waiting import eventually


class Heard:
    """What came out, in short: the event's last word and the answer it belongs to."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.inferred = InferredResponses(self.events.append)

    def note(self, *incoming: Event) -> None:
        for event in incoming:
            self.inferred.note(event)

    @property
    def story(self) -> list[tuple[str, str]]:
        return [(event.type.removeprefix("response."), _answer(event)) for event in self.events]


def _answer(event: Any) -> str:
    return str(event.response.id if hasattr(event, "response") else getattr(event, "response_id", ""))


@pytest.fixture
async def heard() -> AsyncIterator[Heard]:
    heard = Heard()
    yield heard
    heard.inferred.close()


def words(text: str, answer: str = "r1") -> events.AudioTranscriptDelta:
    return events.AudioTranscriptDelta(delta=text, response_id=answer)


def call(call_id: str, answer: str = "r1") -> events.FunctionCallArgumentsDone:
    return events.FunctionCallArgumentsDone(call_id=call_id, name="f", response_id=answer)


SOUND = events.AudioDelta(delta=b"\0\0", response_id="r1")
SOUND_DONE = events.AudioDone(response_id="r1")
SPEECH = events.SpeechStarted()
WORDS_DONE = events.AudioTranscriptDone(transcript="Hello", response_id="r1")


async def test_an_answer_begins_with_its_first_part_and_ends_with_its_sound(heard: Heard) -> None:
    heard.note(words("Hel"), SOUND, words("lo"), WORDS_DONE, SOUND_DONE)
    await eventually(lambda: heard.story[-1] == ("done", "r1"))
    assert heard.story == [
        *(("created", "r1"), ("audio_transcript.delta", "r1"), ("audio.delta", "r1"), ("audio_transcript.delta", "r1")),
        *(("audio_transcript.done", "r1"), ("audio.done", "r1"), ("done", "r1")),
    ]


async def test_words_that_end_after_the_sound_begin_no_other_answer(heard: Heard) -> None:
    heard.note(words("Hello"), SOUND_DONE, WORDS_DONE)
    assert [name for name, _ in heard.story].count("created") == 1
    assert heard.story[-1] == ("audio_transcript.done", "r1")


async def test_an_answer_without_identifiers_gets_one(heard: Heard) -> None:
    heard.note(words("Hello", ""), events.AudioDone(), events.AudioTranscriptDone(transcript="Hello"))
    answers = {answer for _, answer in heard.story}
    assert len(answers) == 1
    assert answers != {""}


async def test_two_answers_without_identifiers_are_two(heard: Heard) -> None:
    heard.note(words("One", ""), events.AudioDone(), words("Two", ""), events.AudioDone())
    assert len({answer for _, answer in heard.story}) == 2


async def test_speech_cuts_the_answer(heard: Heard) -> None:
    heard.note(words("Hel"), events.SpeechStarted())
    assert heard.story[-2:] == [("input_audio_buffer.speech_started", ""), ("done", "r1")]
    done = heard.events[-1]
    assert isinstance(done, events.ResponseDone)
    assert done.response.status == "cancelled"


async def test_what_a_cut_answer_still_says_does_not_revive_it(heard: Heard) -> None:
    heard.note(words("Hel"), events.SpeechStarted(), words("lo"), SOUND_DONE)
    assert [name for name, _ in heard.story].count("created") == 1
    assert heard.story[-1] == ("audio.done", "r1")


async def test_the_next_answer_ends_the_one_before(heard: Heard) -> None:
    heard.note(words("One"), words("Two", "r2"))
    assert heard.story[2:] == [("done", "r1"), ("created", "r2"), ("audio_transcript.delta", "r2")]


async def test_a_function_call_ends_its_answer(heard: Heard) -> None:
    heard.note(call("c"))
    await eventually(lambda: heard.story[-1] == ("done", "r1"))
    assert heard.story == [("created", "r1"), ("function_call_arguments.done", "r1"), ("done", "r1")]


@pytest.mark.parametrize("name", ["r1", ""])
async def test_an_answer_that_speaks_and_then_calls_is_one(heard: Heard, name: str) -> None:
    heard.note(words("Let me look."), WORDS_DONE, SOUND_DONE, call("c", name))
    await eventually(lambda: heard.story[-1] == ("done", "r1"))
    assert heard.story[-2] == ("function_call_arguments.done", "r1")
    assert [name for name, _ in heard.story if name in ("created", "done")] == ["created", "done"]


async def test_two_calls_of_one_answer_are_in_it(heard: Heard) -> None:
    heard.note(call("c1"))
    await asyncio.sleep(0)
    heard.note(call("c2"))
    await eventually(lambda: heard.story[-1] == ("done", "r1"))
    assert [name for name, _ in heard.story] == ["created", *["function_call_arguments.done"] * 2, "done"]


@pytest.mark.parametrize("last", [SOUND_DONE, call("c")])
@pytest.mark.parametrize("next_one", [words("Two", "r2"), SPEECH])
async def test_what_comes_next_is_not_kept_waiting(heard: Heard, last: Event, next_one: Event) -> None:
    heard.note(words("One"), last, next_one)
    ends = [event.response for event in heard.events if isinstance(event, events.ResponseDone)]
    assert [(response.id, response.status) for response in ends] == [("r1", "completed")]
    assert heard.events[-1] == next_one


async def test_a_service_that_tells_only_the_end_is_believed(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inferred_responses, "GRACE", 0.01)
    told = events.ResponseDone(response=Response(id="r1", status="incomplete"))
    heard.note(words("Hello"), SOUND_DONE, told)
    assert heard.events[-1] == told
    assert heard.inferred._limit is None


async def test_an_answer_whose_sound_never_ends_is_ended(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inferred_responses, "SILENCE_LIMIT", 0.01)
    heard.note(words("Hello"), WORDS_DONE)
    await eventually(lambda: heard.story[-1] == ("done", "r1"))


@pytest.mark.parametrize("end", [SOUND_DONE, events.SpeechStarted()])
async def test_an_answer_ends_once(heard: Heard, monkeypatch: pytest.MonkeyPatch, end: Event) -> None:
    monkeypatch.setattr(inferred_responses, "SILENCE_LIMIT", 0.01)
    heard.note(words("Hello"), WORDS_DONE, end)
    heard.note(words("Again", "r2"), events.AudioDone(response_id="r2"))
    await eventually(lambda: heard.story[-1] == ("done", "r2"))
    assert [story for story in heard.story if story[0] == "done"] == [("done", "r1"), ("done", "r2")]
    assert heard.inferred._limit is None


async def test_a_service_that_tells_is_believed(heard: Heard) -> None:
    told: list[Callable[[], Event]] = [
        lambda: events.ResponseCreated(response=Response(id="r1")),
        lambda: words("Hello"),
        lambda: SOUND_DONE,
        lambda: events.ResponseDone(response=Response(id="r1", status="completed")),
    ]
    incoming = [make() for make in told]
    heard.note(*incoming)
    assert heard.events == incoming

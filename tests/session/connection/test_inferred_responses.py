from collections.abc import Callable
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
def heard() -> Heard:
    return Heard()


def words(text: str, answer: str = "r1") -> events.AudioTranscriptDelta:
    return events.AudioTranscriptDelta(delta=text, response_id=answer)


SOUND = events.AudioDelta(delta=b"\0\0", response_id="r1")
SOUND_DONE = events.AudioDone(response_id="r1")
WORDS_DONE = events.AudioTranscriptDone(transcript="Hello", response_id="r1")


async def test_an_answer_begins_with_its_first_part_and_ends_with_its_sound(heard: Heard) -> None:
    heard.note(words("Hel"), SOUND, words("lo"), WORDS_DONE, SOUND_DONE)
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
    heard.note(events.FunctionCallArgumentsDone(call_id="c", name="f", response_id="r1"))
    assert heard.story == [("created", "r1"), ("function_call_arguments.done", "r1"), ("done", "r1")]


async def test_an_answer_whose_sound_never_ends_is_ended(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inferred_responses, "SILENCE_LIMIT", 0.01)
    heard.note(words("Hello"), WORDS_DONE)
    await eventually(lambda: heard.story[-1] == ("done", "r1"))


@pytest.mark.parametrize("end", [SOUND_DONE, events.SpeechStarted()])
async def test_an_answer_ends_once(heard: Heard, monkeypatch: pytest.MonkeyPatch, end: Event) -> None:
    monkeypatch.setattr(inferred_responses, "SILENCE_LIMIT", 0.01)
    heard.note(words("Hello"), WORDS_DONE, end)
    heard.note(words("Again", "r2"), events.AudioDone(response_id="r2"))
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

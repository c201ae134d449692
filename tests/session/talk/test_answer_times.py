import pytest

from navtalk_widget.protocol import events
from navtalk_widget.session.news import AnswerLatency, ToolCallChanged
from navtalk_widget.tools.tool import tool
from navtalk_widget.transcript.turn import Latency
from tests.session.conftest import StoppedClock
from tests.session.talking import Talk, call, created, done, voice, words
from tests.support.waiting import eventually


def latencies(talk: Talk) -> list[AnswerLatency]:
    return [news for news in talk.news if isinstance(news, AnswerLatency)]


def last(talk: Talk) -> tuple[float | None, ...]:
    told = latencies(talk)[-1].latency
    figures = (told.recognized_ms, told.words_ms, told.audio_ms, told.heard_ms)
    return tuple(None if each is None else round(each) for each in figures)


def speak(talk: Talk, clock: StoppedClock, item: str = "u") -> None:
    talk.hear(events.SpeechStarted(item_id=item))
    clock.pass_(1.0)
    talk.hear(events.SpeechStopped(item_id=item))


def recognized(item: str = "u") -> events.InputTranscriptionCompleted:
    return events.InputTranscriptionCompleted(item_id=item, transcript="Who are you?")


async def test_a_spoken_question_is_timed_from_its_end(clock: StoppedClock) -> None:
    talk = Talk()
    talk.conversation.note_playback(80.0)
    speak(talk, clock)
    clock.pass_(0.3)
    talk.hear(recognized(), created())
    clock.pass_(0.1)
    talk.hear(words("I am"))
    clock.pass_(0.05)
    talk.hear(voice(0.5))
    clock.pass_(1.0)
    talk.hear(words(" Leo."), voice(0.5), done())
    assert last(talk) == (300, 400, 450, 530)
    assert latencies(talk)[-1].turn_id == talk.answer.id


async def test_sound_may_come_before_words_and_recognition_after_both(clock: StoppedClock) -> None:
    talk = Talk()
    speak(talk, clock)
    clock.pass_(0.2)
    talk.hear(created(), voice(0.5))
    assert not latencies(talk)  # whose sound it is, is not known yet
    clock.pass_(0.1)
    talk.hear(words("I am"))
    clock.pass_(0.4)
    talk.hear(recognized())
    assert last(talk) == (700, 300, 200, None)  # nobody listens on a page


async def test_a_typed_question_is_timed_without_recognition(clock: StoppedClock) -> None:
    talk = Talk()
    talk.conversation.say("Who are you?")
    clock.pass_(0.2)
    talk.hear(created(), words("I am"), voice(0.5))
    assert last(talk) == (None, 200, 200, None)


async def test_a_turn_that_the_person_ends_themselves_is_timed_from_there(clock: StoppedClock) -> None:
    talk = Talk(answers_speech=False)
    talk.conversation.commit()
    clock.pass_(0.2)
    talk.hear(recognized(), created(), words("I am"), voice(0.5))
    assert last(talk) == (200, 200, 200, None)


async def test_a_turn_that_wants_no_answer_is_not_timed(clock: StoppedClock) -> None:
    talk = Talk(answers_speech=False)
    talk.conversation.commit(reply=False)
    clock.pass_(60.0)
    talk.conversation.create_response()
    talk.hear(created(), words("I am"), voice(0.5))
    assert not latencies(talk)


async def test_words_of_an_earlier_turn_are_not_taken_for_those_of_this_one(clock: StoppedClock) -> None:
    talk = Talk()
    speak(talk, clock, "first")
    speak(talk, clock, "second")
    clock.pass_(0.1)
    talk.hear(recognized("first"))
    clock.pass_(0.1)
    talk.hear(recognized("second"), created(), words("I am"))
    assert last(talk) == (200, 200, None, None)


@pytest.mark.parametrize("change", ["speech", "interruption", "loss"])
async def test_an_answer_that_nobody_waits_for_any_more_is_not_timed(clock: StoppedClock, change: str) -> None:
    talk = Talk()
    speak(talk, clock)
    if change == "speech":
        talk.hear(events.SpeechStarted(item_id="again"))
    elif change == "interruption":
        talk.conversation.interrupt()
    else:
        talk.conversation.suspend()
        talk.conversation.resume()
    talk.hear(created(), words("I am"), voice(0.5))
    assert not latencies(talk)


async def test_a_greeting_is_not_timed(clock: StoppedClock) -> None:
    talk = Talk()
    talk.conversation.create_response()
    talk.hear(created(), words("Hello!"), voice(0.5), done())
    assert not latencies(talk)


# ── what the page tells ──────────────────────────────────────────────────────────────────────────────────


def page_figures(talk: Talk) -> tuple[float | None, ...]:
    told = latencies(talk)[-1].latency
    return tuple(None if each is None else round(each) for each in (told.audio_ms, told.heard_ms, told.mouth_ms))


async def test_what_the_page_heard_counts_more_than_what_it_would_be_expected_to_hear(clock: StoppedClock) -> None:
    talk = Talk()
    talk.conversation.note_playback(80.0)
    speak(talk, clock)
    clock.pass_(0.3)
    talk.hear(created(), words("I am"), voice(0.5))
    assert page_figures(talk) == (300, 380, None)
    clock.pass_(0.2)
    talk.conversation.note_heard(0.1, 15.0)
    assert page_figures(talk) == (300, 400, 415)
    talk.hear(voice(0.5))
    talk.conversation.note_heard(0.0, None)  # after a pause for breath
    assert page_figures(talk) == (300, 400, 415)


async def test_without_the_pages_offset_nobody_knows_when_the_mouth_moved(clock: StoppedClock) -> None:
    talk = Talk()
    speak(talk, clock)
    clock.pass_(0.3)
    talk.hear(created(), words("I am"), voice(0.5))
    talk.conversation.note_heard(0.0, None)
    assert page_figures(talk) == (300, 300, None)


async def test_a_voice_that_reaches_the_page_only_is_timed_there(clock: StoppedClock) -> None:
    talk = Talk()
    speak(talk, clock)
    clock.pass_(0.3)
    talk.conversation.note_heard(0.0, 0.0)
    clock.pass_(0.1)
    talk.hear(created(), words("I am"))
    assert page_figures(talk) == (None, 300, 300)


async def test_the_end_of_an_earlier_answer_is_not_taken_for_this_one(clock: StoppedClock) -> None:
    talk = Talk()
    talk.conversation.note_playback(80.0)
    speak(talk, clock)
    clock.pass_(0.2)
    talk.conversation.note_heard(0.1, 0.0)
    clock.pass_(0.8)
    talk.hear(created(), words("I am"), voice(0.5))
    assert page_figures(talk) == (1000, 1080, None)
    talk.conversation.note_heard(0.9, 0.0)
    assert page_figures(talk) == (1000, 1080, None)
    clock.pass_(0.1)
    talk.conversation.note_heard(0.0, 0.0)
    assert page_figures(talk) == (1000, 1100, 1100)


async def test_what_was_heard_before_the_question_ended_answers_something_else(clock: StoppedClock) -> None:
    talk = Talk()
    speak(talk, clock)
    clock.pass_(0.3)
    talk.conversation.note_heard(0.4, 0.0)
    talk.hear(created(), words("I am"), voice(0.5))
    assert page_figures(talk) == (300, None, None)


# ── falling silent ───────────────────────────────────────────────────────────────────────────────────────


async def test_how_long_the_voice_is_heard_after_the_person_speaks_is_told_of_the_turn_that_is_cut(
    clock: StoppedClock,
) -> None:
    talk = Talk()
    speak(talk, clock)
    clock.pass_(0.3)
    talk.hear(created(), words("I am"), voice(5.0))
    clock.pass_(1.0)
    cut = talk.answer.id
    talk.hear(events.SpeechStarted(item_id="again"))
    clock.pass_(0.12)
    talk.conversation.note_silent(0.04)
    told = latencies(talk)[-1]
    assert told.turn_id == cut
    assert told.latency.audio_ms == pytest.approx(300)
    assert told.latency.silenced_ms == pytest.approx(80)
    talk.conversation.note_silent(0.0)  # nothing was cut since
    assert latencies(talk)[-1] == told


async def test_a_greeting_that_is_cut_short_is_timed_to_its_silence(clock: StoppedClock) -> None:
    talk = Talk()
    talk.conversation.create_response()
    talk.hear(created(), words("Hello!"), voice(5.0))
    talk.conversation.interrupt()
    clock.pass_(0.05)
    talk.conversation.note_silent(0.0)
    (told,) = latencies(talk)
    assert told.turn_id == talk.answer.id
    assert told.latency == Latency(silenced_ms=pytest.approx(50))  # type: ignore[arg-type]


@pytest.mark.parametrize("change", ["end", "loss", "later"])
async def test_a_silence_that_nobody_asked_for_is_not_timed(clock: StoppedClock, change: str) -> None:
    talk = Talk()
    talk.conversation.create_response()
    talk.hear(created(), words("Hello!"), voice(5.0))
    if change == "end":
        await talk.conversation.end()
    elif change == "loss":
        talk.conversation.suspend()
    else:
        talk.conversation.interrupt()
        clock.pass_(60.0)
    talk.conversation.note_silent(0.0)
    assert not latencies(talk)


# ── tools that ask ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("allowed", [True, False])
async def test_the_time_in_which_the_person_is_asked_is_not_the_avatars(clock: StoppedClock, allowed: bool) -> None:
    talk = Talk(tool(needs_approval=True)(delete))
    speak(talk, clock)
    clock.pass_(0.2)
    talk.hear(created("asks"), call("call_1", "delete", answer="asks"), done("asks"))
    await until(talk, "awaiting_approval")
    clock.pass_(30.0)
    talk.hear(recognized())
    if allowed:
        talk.conversation.approvals.approve("call_1")
    else:
        talk.conversation.approvals.reject("call_1")
    await until(talk, "done" if allowed else "denied")
    clock.pass_(0.3)
    talk.hear(created("r"), words("It is done."), voice(0.5))
    assert last(talk) == (200, 500, 500, None)
    await talk.conversation.end()


def delete() -> str:
    """Delete everything."""
    return "deleted"


async def until(talk: Talk, state: str) -> None:
    await eventually(lambda: any(isinstance(news, ToolCallChanged) and news.state == state for news in talk.news))

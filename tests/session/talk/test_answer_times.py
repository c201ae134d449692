import pytest

from navtalk_widget.protocol import events
from navtalk_widget.session.news import AnswerLatency, Measured
from tests.session.conftest import StoppedClock
from tests.session.talking import Talk, created, done, voice, words


def latencies(talk: Talk) -> list[AnswerLatency]:
    return [news for news in talk.news if isinstance(news, AnswerLatency)]


def last(talk: Talk) -> tuple[float | None, ...]:
    told = latencies(talk)[-1]
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
    measured = [news for news in talk.news if isinstance(news, Measured)]
    assert [(news.name, round(news.milliseconds)) for news in measured] == [("response_ms", 450)]


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
    assert not [news for news in talk.news if isinstance(news, Measured)]


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
    assert not [news for news in talk.news if isinstance(news, Measured)]


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

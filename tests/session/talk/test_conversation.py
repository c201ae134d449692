"""Who speaks when: what is heard of an answer that is cut short, and what the service is told of it."""

import pytest

from navtalk_widget.errors import NotConnectedError
from navtalk_widget.protocol import events
from navtalk_widget.session.news import VoiceFlushed
from navtalk_widget.session.session import Session
from navtalk_widget.session.talk.reply import ReplyCollector
from navtalk_widget.testing import ScriptedService
from tests.session.conftest import StoppedClock
from tests.session.sounds import LONG
from tests.session.talking import Talk, answered, call, created, done, said, voice, voice_done, words
from tests.support.waiting import eventually

STORY = (
    created(),
    words("Once upon a time,"),
    voice(2.0),
    words(" there was a king"),
    voice(2.0),
    words(" who slept."),
    voice(2.0),
)
"""Words that come with their sound: two seconds of each piece."""


def truncations(talk: Talk) -> list[tuple[str, int, int]]:
    return [
        (event.item_id, event.content_index, event.audio_end_ms) for event in talk.of(events.ConversationItemTruncate)
    ]


class TestBargingIn:
    async def test_speech_truncates_the_answer_at_what_was_heard(self, clock: StoppedClock) -> None:
        talk = Talk()
        talk.hear(*STORY)
        clock.pass_(3.5)
        talk.hear(events.SpeechStarted(item_id="u"))
        assert truncations(talk) == [("item_of_r", 0, 3500)]
        assert talk.kinds == ["conversation.item.truncate"]  # the service has cut its answer itself
        assert talk.answer.text == "Once upon a time, there was a king who slept."
        assert talk.answer.text_heard == "Once upon a time, there was a"
        assert talk.answer.interrupted
        assert talk.answer.final
        assert talk.news.count(VoiceFlushed()) == 1
        assert talk.status == "listening"

    async def test_interrupting_cancels_and_then_truncates(self, clock: StoppedClock) -> None:
        talk = Talk()
        talk.hear(*STORY)
        clock.pass_(1.0)
        talk.conversation.interrupt()
        assert talk.kinds == ["response.cancel", "conversation.item.truncate"]
        assert truncations(talk) == [("item_of_r", 0, 1000)]

    async def test_typing_cancels_and_truncates_before_it_asks(self, clock: StoppedClock) -> None:
        talk = Talk()
        talk.hear(*STORY, done())
        clock.pass_(1.0)
        talk.conversation.say("Stop")
        assert talk.kinds == [
            "response.cancel",
            "conversation.item.truncate",
            "conversation.item.create",
            "response.create",
        ]

    async def test_a_text_without_a_wish_for_an_answer_lets_the_avatar_speak_on(self, clock: StoppedClock) -> None:
        talk = Talk()
        talk.hear(*STORY)
        clock.pass_(1.0)
        talk.conversation.say("By the way", reply=False)
        assert talk.kinds == ["conversation.item.create"]
        assert talk.status == "speaking"

    async def test_a_service_that_cannot_truncate_is_not_told(self, clock: StoppedClock) -> None:
        talk = Talk(truncates=False)
        talk.hear(*STORY)
        clock.pass_(3.5)
        talk.hear(events.SpeechStarted())
        assert talk.sent == []
        assert talk.answer.text_heard == "Once upon a time, there was a"

    async def test_nothing_is_truncated_where_nothing_was_heard(self, clock: StoppedClock) -> None:
        talk = Talk()
        talk.hear(*STORY, events.SpeechStarted())
        assert talk.sent == []
        assert talk.answer.text_heard == ""

    async def test_nothing_is_truncated_where_all_was_heard(self, clock: StoppedClock) -> None:
        talk = Talk()
        talk.hear(created(), words("Hello there"), voice(0.01))
        clock.pass_(5.0)
        await eventually(lambda: not talk.conversation._voice.playing)
        talk.hear(events.SpeechStarted())  # more was to come
        assert talk.sent == []
        assert talk.status == "listening"
        assert talk.answer.interrupted

    async def test_nothing_is_truncated_where_nothing_plays(self) -> None:
        talk = Talk()
        talk.hear(events.SpeechStarted(), created(), words("Well"))
        talk.conversation.interrupt()
        talk.conversation.interrupt()
        assert talk.kinds == ["response.cancel"]

    async def test_an_item_is_truncated_once(self, clock: StoppedClock) -> None:
        talk = Talk()
        talk.hear(*STORY)
        clock.pass_(1.0)
        talk.conversation.interrupt()
        talk.hear(done(), voice(2.0, answer="", item="item_of_r"))  # more of it, and the service says not of what
        clock.pass_(1.0)
        talk.hear(events.SpeechStarted(), events.SpeechStarted())
        assert len(truncations(talk)) == 1

    async def test_of_two_items_the_one_that_was_heard_in_part_is_truncated(self, clock: StoppedClock) -> None:
        talk = Talk()
        talk.hear(created(), words("First.", item="a"), voice(2.0, item="a"), voice_done(item="a"))
        talk.hear(words("Second one.", item="b"), voice(2.0, item="b"), words("Third.", item="c"), voice(2.0, item="c"))
        clock.pass_(3.5)
        talk.hear(events.SpeechStarted())
        assert truncations(talk) == [("b", 0, 1500)]
        assert talk.answer.text == "First. Second one. Third."
        assert talk.answer.text_heard == "First. Second"

    async def test_a_pause_in_the_sound_is_no_sound(self, clock: StoppedClock) -> None:
        talk = Talk()
        talk.hear(created(), words("One"), voice(1.0))
        clock.pass_(3.0)
        talk.hear(words(" two"), voice(1.0))
        clock.pass_(0.5)
        talk.conversation.interrupt()
        assert truncations(talk) == [("item_of_r", 0, 1500)]

    async def test_an_answer_that_was_asked_for_counts_as_heard(self, clock: StoppedClock) -> None:
        talk = Talk()
        first, second = ReplyCollector(), ReplyCollector()
        talk.conversation.say("One?", first)
        for event in answered("All of it.", 5.0):
            talk.hear(event)
            first.note(event)
        talk.conversation.say("Two?", second)
        assert truncations(talk) == []
        assert talk.answer.text_heard == "All of it."
        assert not talk.answer.interrupted

    async def test_an_answer_to_speech_does_not_count_as_heard_because_somebody_asks(self, clock: StoppedClock) -> None:
        talk = Talk()
        first = ReplyCollector()
        talk.conversation.say("One?", first)
        for event in answered("All of it."):
            talk.hear(event)
            first.note(event)
        talk.hear(*said("And now?"), *answered("A long story.", 5.0, answer="r2"))
        clock.pass_(1.0)
        talk.conversation.say("Two?", ReplyCollector())
        assert truncations(talk) == [("item_of_r2", 0, 1000)]
        assert talk.answer.interrupted

    async def test_an_answer_heard_to_its_end_was_heard_whole(self) -> None:
        talk = Talk()
        talk.hear(*answered("Hello there.", 0.02))
        assert talk.answer.text_heard is None
        await eventually(lambda: talk.answer.text_heard == "Hello there.")
        assert talk.answer.ended_at is not None

    async def test_a_service_may_not_say_which_item_its_words_belong_to(self, clock: StoppedClock) -> None:
        talk = Talk()
        talk.hear(created(), events.AudioTranscriptDelta(response_id="r", delta="Once upon a time"), voice(2.0))
        clock.pass_(1.0)
        talk.hear(events.SpeechStarted())
        assert talk.answer.text_heard == "Once"

    async def test_an_answer_in_writing_was_read(self) -> None:
        talk = Talk()
        talk.hear(created(), events.TextDelta(response_id="r", item_id="i", delta="Read this."))
        assert talk.answer.text_heard is None
        talk.hear(done())
        assert talk.answer.text_heard == "Read this."

    async def test_of_an_answer_without_sound_it_is_not_known(self) -> None:
        talk = Talk()
        talk.hear(*answered("Heard over WebRTC alone."))
        assert talk.answer.text_heard is None


class TestPlayback:
    async def test_the_pages_delay_counts(self, clock: StoppedClock) -> None:
        talk = Talk()
        talk.conversation.note_playback(400.0)
        talk.hear(*STORY)
        clock.pass_(1.0)
        talk.hear(events.SpeechStarted())
        assert truncations(talk) == [("item_of_r", 0, 600)]

    async def test_what_has_not_reached_the_ear_was_not_heard(self, clock: StoppedClock) -> None:
        talk = Talk()
        talk.conversation.note_playback(400.0)
        talk.hear(*STORY)
        clock.pass_(0.3)
        talk.hear(events.SpeechStarted())
        assert truncations(talk) == []
        assert talk.answer.text_heard == ""

    async def test_nothing_is_heard_of_a_silent_page(self, clock: StoppedClock) -> None:
        talk = Talk()
        talk.hear(*STORY)
        clock.pass_(2.5)
        talk.conversation.note_playback(None)
        clock.pass_(1.0)
        talk.conversation.note_playback(None)
        clock.pass_(1.0)
        talk.hear(events.SpeechStarted())
        assert truncations(talk) == [("item_of_r", 0, 2500)]

    async def test_an_answer_played_to_a_silent_page_was_not_heard(self) -> None:
        talk = Talk()
        talk.conversation.note_playback(None)
        talk.hear(*answered("Hello there.", 0.02))
        await eventually(lambda: talk.answer.ended_at is not None)
        assert talk.answer.text_heard == ""
        assert not talk.answer.interrupted

    @pytest.mark.parametrize("delay_ms", [-5.0, float("nan")])
    async def test_a_delay_that_cannot_be_is_none(self, clock: StoppedClock, delay_ms: float) -> None:
        talk = Talk()
        talk.conversation.note_playback(delay_ms)
        talk.hear(*STORY)
        clock.pass_(1.0)
        talk.hear(events.SpeechStarted())
        assert truncations(talk) == [("item_of_r", 0, 1000)]

    async def test_a_delay_that_nobody_believes_holds_nothing_up(self) -> None:
        talk = Talk()
        talk.hear(*answered("Hello there.", 0.02))
        talk.conversation.note_playback(1e12)
        talk.conversation.note_playback(0.0)
        await eventually(lambda: talk.status == "listening")


class TestTheServicesWord:
    async def test_a_refused_truncation_is_nobodys_business(self, clock: StoppedClock) -> None:
        talk = Talk()
        talk.hear(*STORY)
        clock.pass_(1.0)
        talk.hear(events.SpeechStarted())
        event_id = talk.of(events.ConversationItemTruncate)[0].event_id
        talk.hear(events.ErrorEvent(error={"code": "invalid_value", "message": "no", "event_id": event_id}))
        assert talk.errors == []
        talk.hear(events.ErrorEvent(error={"code": "invalid_value", "message": "no", "event_id": "another"}))
        assert len(talk.errors) == 1

    async def test_the_service_knows_best_what_it_keeps(self, clock: StoppedClock) -> None:
        talk = Talk()
        talk.hear(*STORY)
        clock.pass_(3.5)
        talk.hear(events.SpeechStarted())
        talk.hear(events.ConversationItemTruncated(item_id="item_of_r", audio_end_ms=3500))
        assert talk.answer.text_heard == "Once upon a time, there was a"
        talk.hear(events.ConversationItemTruncated(item_id="item_of_r", audio_end_ms=2000))
        assert talk.answer.text_heard == "Once upon a time,"
        talk.hear(events.ConversationItemTruncated(item_id="item_of_r", audio_end_ms=99_000))
        talk.hear(events.ConversationItemTruncated(item_id="unknown", audio_end_ms=1))
        talk.hear(events.ConversationItemTruncated(item_id="item_of_r"))
        assert talk.answer.text.startswith(talk.answer.text_heard or "-")

    async def test_of_two_words_of_the_service_the_later_counts(self, clock: StoppedClock) -> None:
        talk = Talk()
        talk.hear(*STORY)
        clock.pass_(3.5)
        talk.hear(events.SpeechStarted())
        talk.hear(events.AudioTranscriptDone(response_id="r", item_id="item_of_r", transcript="Once upon"))
        assert talk.answer.text_heard == "Once upon"
        talk.hear(events.ConversationItemTruncated(item_id="item_of_r", audio_end_ms=2000))
        assert talk.answer.text_heard == "Once upon a time,"

    async def test_what_an_answer_cut_by_speech_still_says_is_dropped(self) -> None:
        talk = Talk()
        talk.hear(created(), words("Once upon"), voice(5.0), events.SpeechStarted())
        late = (voice(5.0), words(" a time"), call("c", "unknown"))
        assert talk.hear(*late) == [False, False, False]
        assert talk.status == "listening"
        assert (
            talk.hear(done(status="cancelled"), events.SpeechStopped(), created("r2"), words("Yes?", "r2"))
            == [True] * 4
        )
        assert [turn.text for turn in talk.transcript] == ["Once upon", "Yes?"]
        assert talk.items == []

    async def test_an_answer_after_one_that_never_ended_is_not_given_up(self) -> None:
        talk = Talk()
        talk.hear(created(), words("Once upon"), voice(5.0), events.SpeechStarted(), events.SpeechStopped())
        talk.hear(created("r2"), words("Yes?", "r2"))
        assert talk.conversation._gate._timer is None
        assert talk.status == "thinking"

    async def test_an_avatar_that_cannot_be_interrupted_speaks_on(self, clock: StoppedClock) -> None:
        talk = Talk(interruptible=False)
        talk.hear(created(), words("Once upon"), voice(5.0))
        clock.pass_(1.0)
        assert talk.hear(events.SpeechStarted(), voice(1.0), words(" a time"), done()) == [True] * 4
        assert talk.sent == []
        assert talk.status == "speaking"
        assert not talk.answer.interrupted
        assert talk.answer.text == "Once upon a time"

    async def test_a_service_that_counts_its_answers_anew_replaces_no_turn(self) -> None:
        talk = Talk()
        talk.hear(*said("One?"), *answered("One."))
        talk.conversation.suspend()
        talk.conversation.resume()
        talk.hear(*said("Two?"), *answered("Two."))
        assert [turn.text for turn in talk.transcript] == ["One?", "One.", "Two?", "Two."]


async def test_without_a_connection_nothing_can_be_said() -> None:
    talk = Talk()
    talk.conversation.suspend()
    for verb in (talk.conversation.create_response, talk.conversation.interrupt, lambda: talk.conversation.say("Hi")):
        with pytest.raises(NotConnectedError):
            verb()
    assert talk.sent == []


class TestWithAService:
    async def test_what_was_heard_goes_over_the_wire(
        self, service: ScriptedService, session: Session, clock: StoppedClock
    ) -> None:
        await service.send({"type": "response.created", "response": {"id": "r"}})
        ids = {"response_id": "r", "item_id": "i", "content_index": 0}
        await service.send({"type": "response.audio_transcript.delta", "delta": "Once upon a time", **ids})
        await service.send({"type": "response.audio.delta", "delta": LONG, **ids})
        await eventually(lambda: session.status == "speaking")
        clock.pass_(2.0)
        session.note_playback(500.0)
        session.interrupt()
        truncate = await service.expect("conversation.item.truncate")
        assert (truncate["item_id"], truncate["content_index"], truncate["audio_end_ms"]) == ("i", 0, 1500)
        refusal = {"code": "invalid_value", "message": "no", "event_id": truncate["event_id"]}
        told: list[object] = []
        session.on("error", told.append)
        await service.send({"type": "error", "error": refusal})
        await eventually(lambda: told)
        assert session.error is None
        assert session.transcript[0].text == "Once upon a time"
        assert session.transcript[0].text_heard is not None

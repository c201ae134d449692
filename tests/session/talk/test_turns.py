from navtalk_widget.protocol import events
from navtalk_widget.protocol.items import ContentPart, Item, Response
from navtalk_widget.session.talk.turns import TurnTracker
from navtalk_widget.transcript.transcript import Transcript
from navtalk_widget.transcript.turn import TokenUsage, ToolUse, Turn


class Followed:
    """A tracker, and the transcript that comes of it."""

    def __init__(self) -> None:
        self.transcript = Transcript.empty()
        self.tracker = TurnTracker(self._keep)

    def _keep(self, turn: Turn) -> None:
        self.transcript = self.transcript.with_turn(turn)

    def hear(self, *news: events.Event) -> None:
        for event in news:
            self.tracker.note(event)

    @property
    def lines(self) -> list[tuple[str, str]]:
        return [(turn.role, turn.text) for turn in self.transcript]


def test_a_service_without_identifiers_is_followed() -> None:
    followed = Followed()
    followed.hear(
        events.SpeechStarted(),
        events.SpeechStopped(),
        events.InputTranscriptionCompleted(transcript="hello"),
        events.ResponseCreated(response=Response()),
        events.AudioTranscriptDelta(delta="Hi "),
        events.AudioTranscriptDelta(delta="there."),
        events.ResponseDone(response=Response(status="completed")),
    )
    assert followed.lines == [("user", "hello"), ("avatar", "Hi there.")]
    assert all(turn.final for turn in followed.transcript)


def test_a_service_that_sends_no_deltas_is_followed() -> None:
    followed = Followed()
    item = Item(role="assistant", content=(ContentPart(type="audio", transcript="Hello."),))
    followed.hear(events.ResponseDone(response=Response(id="r", status="completed", output=(item,))))
    assert followed.lines == [("avatar", "Hello.")]


def test_partial_words_are_shown_and_replaced_by_the_final_ones() -> None:
    followed = Followed()
    followed.hear(events.SpeechStarted(item_id="u"), events.InputTranscriptionDelta(item_id="u", delta="what is"))
    assert followed.lines == [("user", "what is")]
    followed.hear(events.InputTranscriptionDelta(item_id="u", delta=" the"))
    assert followed.lines == [("user", "what is the")]
    followed.hear(events.InputTranscriptionCompleted(item_id="u", transcript="What's the time?"))
    assert followed.lines == [("user", "What's the time?")]


def test_an_emoji_split_between_two_deltas_is_whole() -> None:
    followed = Followed()
    smile = "\N{GRINNING FACE}".encode("utf-16-le")
    high, low = (smile[:2].decode("utf-16-le", "surrogatepass"), smile[2:].decode("utf-16-le", "surrogatepass"))
    followed.hear(
        events.AudioTranscriptDelta(response_id="r", delta="Hi " + high),
        events.AudioTranscriptDelta(response_id="r", delta=low),
    )
    assert followed.lines == [("avatar", "Hi \N{GRINNING FACE}")]


def test_a_tool_belongs_to_the_answer_that_comes_of_it() -> None:
    followed = Followed()
    followed.hear(events.AudioTranscriptDelta(response_id="r1", delta="Let me see."))
    followed.tracker.note_tool(ToolUse(call_id="c", name="weather", result="sunny"))
    followed.hear(events.AudioTranscriptDelta(response_id="r2", delta="It is sunny."))
    assert [[use.name for use in turn.tool_calls] for turn in followed.transcript] == [[], ["weather"]]


def test_a_cancelled_answer_is_interrupted() -> None:
    followed = Followed()
    followed.hear(
        events.AudioTranscriptDelta(response_id="r", delta="Once upon"),
        events.ResponseDone(response=Response(id="r", status="cancelled")),
    )
    assert followed.transcript[0].interrupted


def test_a_turn_ends_when_its_voice_has_been_played() -> None:
    followed = Followed()
    followed.hear(events.AudioTranscriptDelta(response_id="r", delta="Hello."))
    followed.tracker.note(events.ResponseDone(response=Response(id="r", status="completed")), voice_playing=True)
    assert followed.transcript[0].ended_at is None
    followed.tracker.voice_ended(interrupted=False)
    assert followed.transcript[0].ended_at is not None


def test_what_is_open_when_the_connection_goes_is_final() -> None:
    followed = Followed()
    followed.hear(
        events.SpeechStarted(item_id="u"),
        events.InputTranscriptionDelta(item_id="u", delta="what is"),
        events.AudioTranscriptDelta(response_id="r", delta="Once"),
    )
    followed.tracker.abandon()
    assert all(turn.final and turn.ended_at for turn in followed.transcript)


def test_an_hour_of_answers_is_not_remembered() -> None:
    followed = Followed()
    for number in range(500):
        followed.hear(
            events.AudioTranscriptDelta(response_id=f"r{number}", delta="Yes."),
            events.ResponseDone(response=Response(id=f"r{number}", status="completed")),
        )
    assert len(followed.transcript) == 500
    assert len(followed.tracker._answers) < 20


def test_two_answers_without_identifiers_are_two_turns() -> None:
    followed = Followed()
    for words in ("One.", "Two."):
        followed.hear(
            events.ResponseCreated(response=Response()),
            events.AudioTranscriptDelta(delta=words),
            events.ResponseDone(response=Response(status="completed")),
        )
    assert followed.lines == [("avatar", "One."), ("avatar", "Two.")]


def test_two_messages_of_one_answer_are_both_kept() -> None:
    followed = Followed()
    for item_id, words in (("a", "First part."), ("b", "Second part.")):
        followed.hear(
            events.AudioTranscriptDelta(response_id="r", item_id=item_id, delta=words[:3]),
            events.AudioTranscriptDone(response_id="r", item_id=item_id, transcript=words),
        )
    assert followed.lines == [("avatar", "First part. Second part.")]


def test_words_whose_transcription_fails_are_final() -> None:
    followed = Followed()
    followed.hear(
        events.SpeechStarted(item_id="u"),
        events.InputTranscriptionDelta(item_id="u", delta="what is"),
        events.InputTranscriptionFailed(item_id="u"),
        events.SpeechStarted(item_id="cough"),
        events.InputTranscriptionFailed(item_id="cough"),
    )
    assert followed.lines == [("user", "what is")]
    assert followed.transcript[0].final
    assert followed.transcript[0].ended_at is not None


def test_a_voice_that_ends_ends_its_own_turn() -> None:
    followed = Followed()
    for response_id in ("r1", "r2"):
        followed.hear(events.AudioTranscriptDelta(response_id=response_id, delta="Yes."))
    followed.tracker.voice_ended("r1", interrupted=True)
    followed.tracker.voice_ended("unknown", interrupted=True)
    assert [turn.interrupted for turn in followed.transcript] == [True, False]


def test_a_service_may_say_what_was_heard_and_add_nothing() -> None:
    followed = Followed()
    followed.hear(events.AudioTranscriptDelta(response_id="r", item_id="i", delta="Once upon a"))
    followed.tracker.voice_ended("r", interrupted=True)
    followed.hear(events.AudioTranscriptDone(response_id="r", item_id="i", transcript="Once upon a time there was"))
    assert followed.lines == [("avatar", "Once upon a")]
    assert followed.transcript[0].text_heard is None
    followed.hear(events.AudioTranscriptDone(response_id="r", item_id="i", transcript="Once"))
    assert followed.lines == [("avatar", "Once upon a")]
    assert followed.transcript[0].text_heard == "Once"


def test_what_is_never_finished_is_not_remembered_for_ever() -> None:
    followed = Followed()
    for number in range(100):
        followed.hear(
            events.SpeechStarted(item_id=f"u{number}"),
            events.AudioTranscriptDelta(response_id=f"r{number}", item_id=f"i{number}", delta="Yes."),
        )
    assert len(followed.tracker._speech) < 20
    assert len(followed.tracker._answers) < 20
    assert followed.transcript[0].final
    assert followed.transcript[0].ended_at is not None


def test_an_answer_costs_what_was_spent_on_the_way_to_it() -> None:
    followed = Followed()
    calling = Response(id="r1", status="completed", usage={"input_tokens": 100, "output_tokens": 5})
    answer = Response(id="r2", status="completed", usage={"input_tokens": 120, "output_tokens": 20})
    followed.hear(
        events.InputTranscriptionCompleted(transcript="weather?", usage={"input_tokens": 9, "output_tokens": 2}),
        events.ResponseDone(response=calling),
        events.AudioTranscriptDelta(response_id="r2", delta="It is sunny."),
        events.ResponseDone(response=answer),
        events.ResponseDone(response=answer),
    )
    assert [turn.usage for turn in followed.transcript] == [
        TokenUsage(input_tokens=9, output_tokens=2),
        TokenUsage(input_tokens=220, output_tokens=25),
    ]


def test_an_utterance_between_call_and_answer_does_not_bear_the_calls_cost() -> None:
    followed = Followed()
    for name, words, tokens in (("r1", "", 100), ("r2", "Let me see.", 1), ("r3", "It is sunny.", 10)):
        if words:
            followed.tracker.note(events.AudioTranscriptDelta(response_id=name, delta=words), uttered=name == "r2")
        done = Response(id=name, status="completed", usage={"input_tokens": tokens})
        followed.tracker.note(events.ResponseDone(response=done), uttered=name == "r2")
    assert [turn.usage for turn in followed.transcript] == [
        TokenUsage(input_tokens=1),
        TokenUsage(input_tokens=110),
    ]


def test_turns_that_were_there_before_are_not_replaced() -> None:
    changed: list[Turn] = []
    tracker = TurnTracker(changed.append, taken=["item_1"])
    tracker.note(events.InputTranscriptionCompleted(item_id="item_1", transcript="hello"))
    tracker.note(events.InputTranscriptionCompleted(item_id="item_2", transcript="again"))
    assert changed[0].id != "item_1"
    assert changed[0].item_id == "item_1"
    assert changed[1].id == "item_2"

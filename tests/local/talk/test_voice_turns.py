from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import cast

from navtalk_widget.engines.responder import Message
from navtalk_widget.local.speech.listening.heard import (
    FinalTranscript,
    Heard,
    PartialTranscript,
    RecognitionFailed,
    SpeechStarted,
    SpeechStopped,
)
from navtalk_widget.local.speech.listening.listener import Listener
from navtalk_widget.local.speech.listening.turn_detection import SemanticVad, ServerVad
from navtalk_widget.local.talk.history import History
from navtalk_widget.local.talk.voice_turns import VoiceTurns, detection
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.protocol.events import Event


class ScriptedListener:
    """Hears what it is told to."""

    def __init__(self, *heard: Heard) -> None:
        self._heard = heard

    async def __aiter__(self) -> AsyncIterator[Heard]:
        for event in self._heard:
            yield event

    voice_ms = 300

    def clear(self) -> None:
        pass


class Floor:
    """Gives the floor to whoever speaks, or if it is `contested`, to whoever says a word."""

    interruption_ms = 600

    def __init__(self, send: Callable[[Event], None], contested: bool) -> None:
        self.take = send
        self.contested = contested
        self.kept = 0

    def is_contested(self) -> bool:
        return self.contested

    def is_nothing(self, words: str) -> bool:
        return words in ("", "mhm")

    def keep(self) -> None:
        self.kept += 1


class Told:
    """What came of it."""

    def __init__(self, *heard: Heard, contested: bool = False) -> None:
        self.events: list[Event] = []
        self.said: list[str] = []
        self.history = History()
        self.floor = Floor(self.events.append, contested)
        self.listener = ScriptedListener(*heard)
        self.turns = VoiceTurns(
            cast(Listener, self.listener),
            self.history,
            self.events.append,
            floor=self.floor,
            on_said=self.said.append,
        )

    @property
    def deltas(self) -> list[str]:
        return [event.delta for event in self.events if isinstance(event, events.InputTranscriptionDelta)]


async def test_a_cough_is_a_turn_without_words() -> None:
    told = Told(SpeechStarted(1, 0), SpeechStopped(1, 500), FinalTranscript(1, ""))
    await told.turns.run()
    completed = told.events[-1]
    assert isinstance(completed, events.InputTranscriptionCompleted)
    assert completed.transcript == ""
    assert told.said == [""]
    assert told.history.messages == ()
    assert not told.turns.under_way


async def test_only_words_that_extend_those_already_told_are_told_early() -> None:
    partials = ("what", "what is", "watt is the", "what is the weather")
    told = Told(SpeechStarted(1, 0), *(PartialTranscript(1, text) for text in partials))
    await told.turns.run()
    assert told.deltas == ["what", " is", " the weather"]


async def test_a_failed_recognition_ends_its_turn() -> None:
    told = Told(SpeechStarted(1, 0), SpeechStopped(1, 500), RecognitionFailed(1, "no decoder is free"))
    await told.turns.run()
    failed = told.events[-1]
    assert isinstance(failed, events.InputTranscriptionFailed)
    assert failed.error["message"] == "no decoder is free"
    assert not told.turns.under_way


async def test_speech_may_begin_before_the_words_of_the_last_are_known() -> None:
    told = Told(
        SpeechStarted(1, 0),
        SpeechStopped(1, 500),
        SpeechStarted(2, 600),
        FinalTranscript(1, "first"),
        SpeechStopped(2, 900),
        FinalTranscript(2, "second"),
    )
    await told.turns.run()
    assert told.history.messages == (Message("user", "first"), Message("user", "second"))
    assert told.said == ["first", "second"]


async def test_a_cleared_turn_is_no_longer_under_way() -> None:
    told = Told(SpeechStarted(1, 0))
    await told.turns.run()
    assert told.turns.speaking
    told.turns.clear()
    assert not told.turns.under_way


def test_detection_is_what_the_session_says() -> None:
    def found(**turn_detection: object) -> object:
        return detection(SessionConfig().updated({"turn_detection": turn_detection or None}))

    assert found(type="semantic_vad", eagerness="low") == SemanticVad("low")
    assert found(type="server_vad", threshold=0.4, silence_duration_ms=200) == ServerVad(0.4, 300, 200)
    assert found() is None


# ── over the avatar's voice ──────────────────────────────────────────────────────────────────────────────


async def test_an_mhm_over_the_voice_is_no_turn() -> None:
    told = Told(SpeechStarted(1, 0), SpeechStopped(1, 500), FinalTranscript(1, "mhm"), contested=True)
    await told.turns.run()
    assert told.events == []
    assert told.said == [""]
    assert told.history.messages == ()
    assert told.floor.kept == 1
    assert not told.turns.under_way


async def test_a_word_over_the_voice_is_a_turn_told_in_order() -> None:
    told = Told(SpeechStarted(1, 140), SpeechStopped(1, 500), FinalTranscript(1, "stop"), contested=True)
    await told.turns.run()
    assert [type(event).__name__ for event in told.events] == [
        "SpeechStarted",
        "SpeechStopped",
        "InputAudioBufferCommitted",
        "ConversationItemCreated",
        "InputTranscriptionCompleted",
    ]
    began = told.events[0]
    assert isinstance(began, events.SpeechStarted) and began.audio_start_ms == 140
    assert told.said == ["stop"]
    assert told.floor.kept == 0


async def test_what_is_shorter_than_any_word_is_a_noise_whatever_was_understood() -> None:
    told = Told(SpeechStarted(1, 0), SpeechStopped(1, 500), FinalTranscript(1, "stop"), contested=True)
    told.listener.voice_ms = 96
    await told.turns.run()
    assert told.events == []
    assert told.floor.kept == 1


async def test_two_words_are_believed_before_the_end_of_the_turn() -> None:
    told = Told(SpeechStarted(1, 0), PartialTranscript(1, "no"), PartialTranscript(1, "no wait"), contested=True)
    await told.turns.run()
    assert isinstance(told.events[0], events.SpeechStarted)
    assert told.deltas == ["no wait"]


async def test_speech_that_lasts_is_believed_without_a_word() -> None:
    told = Told(SpeechStarted(1, 0), contested=True)
    told.listener.voice_ms = 640
    await told.turns.run()
    assert isinstance(told.events[0], events.SpeechStarted)


async def test_the_voice_stays_silent_until_all_that_may_be_a_turn_was_none() -> None:
    told = Told(
        SpeechStarted(1, 0),
        SpeechStopped(1, 500),
        SpeechStarted(2, 600),
        FinalTranscript(1, "mhm"),
        contested=True,
    )
    await told.turns.run()
    assert told.floor.kept == 0
    told.turns.clear()
    assert told.floor.kept == 1
    assert told.events == []


async def test_a_failure_to_understand_a_short_noise_is_passed_over() -> None:
    told = Told(SpeechStarted(1, 0), SpeechStopped(1, 500), RecognitionFailed(1, "no"), contested=True)
    await told.turns.run()
    assert told.events == []
    assert told.floor.kept == 1

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import pytest

from navtalk_widget.engines.responder import Message
from navtalk_widget.local.speech.heard import (
    FinalTranscript,
    Heard,
    PartialTranscript,
    RecognitionFailed,
    SpeechStarted,
    SpeechStopped,
)
from navtalk_widget.local.speech.listener import Listener
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

    def clear(self) -> None:
        pass


class Told:
    """What came of it."""

    def __init__(self, *heard: Heard) -> None:
        self.events: list[Event] = []
        self.said: list[str] = []
        self.history = History()
        self.turns = VoiceTurns(
            cast(Listener, ScriptedListener(*heard)),
            self.history,
            self.events.append,
            on_began=self.events.append,
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


@pytest.mark.parametrize(("eagerness", "silence_ms"), [("low", 900), ("auto", 600), ("high", 350)])
def test_semantic_detection_becomes_patience(eagerness: str, silence_ms: int) -> None:
    config = SessionConfig().updated({"turn_detection": {"type": "semantic_vad", "eagerness": eagerness}})
    found = detection(config)
    assert found is not None
    assert found.silence_duration_ms == silence_ms

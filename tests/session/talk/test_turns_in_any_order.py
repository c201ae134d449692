"""Whenever the words of what a person said arrive: the table is the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import Response
from navtalk_widget.session.talk.turns import REMEMBERED, TurnTracker
from navtalk_widget.transcript import Transcript, Turn

NOON = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)


def heard(number: int) -> list[Event]:
    """One exchange as it can be heard, which comes in this order: the person speaks, the avatar answers."""
    item, answer = f"u{number}", f"r{number}"
    return [
        events.SpeechStarted(item_id=item, audio_start_ms=1000 * number),
        events.SpeechStopped(item_id=item, audio_end_ms=1000 * number + 500),
        events.ResponseCreated(response=Response(id=answer)),
        events.AudioTranscriptDelta(response_id=answer, item_id=f"i{number}", delta="You said "),
        events.AudioTranscriptDelta(response_id=answer, item_id=f"i{number}", delta="something."),
        events.ResponseDone(response=Response(id=answer, status="completed", usage={"output_tokens": number})),
    ]


def recognized(number: int) -> list[Event]:
    """The words of the person, which are known when they are known."""
    return [
        events.InputTranscriptionDelta(item_id=f"u{number}", delta="This is "),
        events.InputTranscriptionDelta(item_id=f"u{number}", delta=f"{number}"),
        events.InputTranscriptionCompleted(item_id=f"u{number}", transcript=f"This is number {number}."),
    ]


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[int, list[Event]]:
    """Some exchanges, and their events in an order in which a service may send them."""
    exchanges = draw(st.integers(1, REMEMBERED))
    arriving = [event for number in range(exchanges) for event in heard(number)]
    for number in range(exchanges):
        after = 1 + next(index for index, event in enumerate(arriving) if _begins(event, number))
        for event in recognized(number):
            after = draw(st.integers(after, len(arriving)))
            arriving.insert(after, event)
            after += 1
    return exchanges, arriving


def _begins(event: Event, number: int) -> bool:
    return isinstance(event, events.SpeechStarted) and event.item_id == f"u{number}"


def transcript_of(arriving: list[Event]) -> Transcript:
    """What comes of events; a second passes with each that can be heard."""
    kept = Transcript.empty()
    seconds = 0

    def keep(turn: Turn) -> None:
        nonlocal kept
        kept = kept.with_turn(turn)

    with patch("navtalk_widget.session.talk.turns._now", lambda: NOON + timedelta(seconds=seconds)):
        tracker = TurnTracker(keep)
        for event in arriving:
            seconds += not event.type.startswith("conversation.item.input_audio_transcription")
            tracker.note(event)
    return kept


def in_order(exchanges: int) -> Iterator[Event]:
    """The same events, the words as soon as they were said."""
    for number in range(exchanges):
        speech = heard(number)
        yield from [*speech[:2], *recognized(number), *speech[2:]]


@given(arrivals())
@settings(max_examples=60, deadline=None)
def test_every_order_of_arrival_gives_the_same_table(given_arrivals: tuple[int, list[Event]]) -> None:
    exchanges, arriving = given_arrivals
    expected, transcript = transcript_of(list(in_order(exchanges))), transcript_of(arriving)
    assert [turn.text for turn in expected[:2]] == ["This is number 0.", "You said something."]
    assert transcript == expected
    assert transcript.to_pandas().equals(expected.to_pandas())


def test_an_end_of_speech_that_is_told_after_the_words_counts() -> None:
    speech = heard(0)
    late = transcript_of([speech[0], *recognized(0), speech[1]])
    assert late == transcript_of([speech[0], speech[1], *recognized(0)])
    assert late[0].audio_end_ms == 500

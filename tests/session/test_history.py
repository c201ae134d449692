"""A conversation that begins with what was said in another."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from navtalk_widget.transcript import Transcript, Turn
from tests.support.waiting import eventually

BEGAN = datetime(2026, 1, 2, tzinfo=timezone.utc)
SAVED = Transcript(
    [
        Turn(id="item_1", role="user", text="I am Ada.", started_at=BEGAN, conversation_id="conv_1", final=True),
        Turn(
            id="item_2",
            role="avatar",
            text="Hello Ada, how are you?",
            text_heard="Hello Ada,",
            interrupted=True,
            started_at=BEGAN + timedelta(seconds=2),
            conversation_id="conv_1",
            final=True,
        ),
    ]
)


async def test_the_service_is_told_what_was_said_and_heard(service: ScriptedService, tmp_path: Path) -> None:
    SAVED.to_jsonl(tmp_path / "talk.jsonl")
    async with Session(service=service.url, history=Transcript.read(tmp_path / "talk.jsonl")):
        await service.until(lambda: len(service.of("conversation.item.create")) == 2)
    told = [message["item"] for message in service.of("conversation.item.create")]
    assert [(item["role"], item["content"][0]["text"]) for item in told] == [
        ("user", "I am Ada."),
        ("assistant", "Hello Ada,"),
    ]


async def test_what_is_said_now_follows_and_each_turn_keeps_its_conversation(service: ScriptedService) -> None:
    async with Session(service=service.url, history=SAVED) as session:
        assert session.transcript == SAVED
        await service.send(
            {
                "type": "conversation.item.input_audio_transcription.completed",
                "item_id": "item_1",  # the service counts anew
                "transcript": "Who am I?",
            }
        )
        await eventually(lambda: len(session.transcript) == 3)
        assert session.transcript[:2] == SAVED
        assert session.transcript[2].text == "Who am I?"
        assert [turn.conversation_id for turn in session.transcript] == ["conv_1", "conv_1", session.conversation_id]


def test_what_is_no_transcript_is_refused_in_words() -> None:
    with pytest.raises(ConfigurationError, match=r"takes a Transcript, not str. Transcript.read\(path\) reads one"):
        Session(service="local", history="talk.jsonl")  # type: ignore[arg-type]

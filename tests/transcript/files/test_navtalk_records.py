"""Conversations that the NavTalk cloud has kept."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from navtalk_widget.transcript import Transcript, TranscriptFileError

SESSION = {"id": "6b1f0e52", "status": 1, "startTime": "2025-11-12 18:20:38", "endTime": "2025-11-12 18:20:50"}
MESSAGES = [
    {"id": "m1", "sessionId": "6b1f0e52", "role": "user", "content": "Hello", "createTime": "2025-11-12 18:20:40"},
    {"id": "m2", "sessionId": "6b1f0e52", "role": "assistant", "content": "Hi!", "createTime": "2025-11-12 18:20:40"},
    {"id": "m3", "sessionId": "6b1f0e52", "role": "user", "content": "Bye", "createTime": "2025-11-12 18:20:49"},
]


def enveloped(data: Any) -> dict[str, Any]:
    return {"code": 200, "message": "SUCCESS", "data": data}


@pytest.mark.parametrize(
    "records",
    [
        enveloped({**SESSION, "messages": MESSAGES}),
        enveloped({"data": MESSAGES, "cursor": None}),
        enveloped({"data": MESSAGES[::-1]}),
        enveloped(MESSAGES),
        {**SESSION, "messageList": [{key: each[key] for key in each if key != "sessionId"} for each in MESSAGES]},
        {"type": "session.closed", "data": {**SESSION, "messages": MESSAGES}},
        MESSAGES,
        [{**SESSION, "messages": MESSAGES}],
    ],
    ids=["a session", "a page of messages", "newest first", "messages", "webhook", "event", "list", "sessions"],
)
def test_each_form_of_a_record_is_read(records: Any, tmp_path: Path) -> None:
    transcript = Transcript.from_navtalk(records)
    assert [(turn.id, turn.role, turn.text) for turn in transcript] == [
        ("m1", "user", "Hello"),
        ("m2", "avatar", "Hi!"),
        ("m3", "user", "Bye"),
    ]
    assert {turn.conversation_id for turn in transcript} == {"6b1f0e52"}
    assert transcript[2].started_at == datetime(2025, 11, 12, 18, 20, 49, tzinfo=timezone.utc)
    assert transcript[0].started_at.replace(microsecond=0) == transcript[1].started_at.replace(microsecond=0)
    assert all(turn.final for turn in transcript)
    (tmp_path / "records.json").write_text(json.dumps(records))
    assert Transcript.read(tmp_path / "records.json") == transcript


def test_conversations_are_kept_apart() -> None:
    others = [{**message, "sessionId": "other"} for message in MESSAGES]
    transcript = Transcript.from_navtalk(enveloped({"data": [*MESSAGES, *others]}))
    assert sorted((turn.conversation_id, turn.text) for turn in transcript) == [
        ("6b1f0e52", "Bye"),
        ("6b1f0e52", "Hello"),
        ("6b1f0e52", "Hi!"),
        ("other", "Bye"),
        ("other", "Hello"),
        ("other", "Hi!"),
    ]


def test_messages_with_one_id_are_kept_apart_and_one_that_is_told_twice_is_one() -> None:
    question, answer = ({**message, "id": 7} for message in MESSAGES[:2])
    transcript = Transcript.from_navtalk([question, answer, question])
    assert [(turn.id, turn.role, turn.text) for turn in transcript] == [
        ("7", "user", "Hello"),
        ("7_2", "avatar", "Hi!"),
    ]


@pytest.mark.parametrize(
    ("message", "text", "begin"),
    [
        ({"sender": "AI", "text": "Hi", "timestamp": 1762971640}, "Hi", "2025-11-12 18:20:40+00:00"),
        ({"type": "bot", "transcript": "Hi", "time": 1762971640500}, "Hi", "2025-11-12 18:20:40.500000+00:00"),
        (
            {"role": "Assistant", "message": "Hi", "createdAt": "2025-11-12T19:20:40+01:00"},
            "Hi",
            "2025-11-12 18:20:40+00:00",
        ),
        (
            {"role": "assistant", "content": [{"type": "text", "text": "Hi"}], "time": "2025-11-12T18:20:40Z"},
            "Hi",
            "2025-11-12 18:20:40+00:00",
        ),
    ],
)
def test_a_message_may_name_its_parts_otherwise(message: dict[str, Any], text: str, begin: str) -> None:
    (turn,) = Transcript.from_navtalk([message])
    assert (turn.role, turn.text, str(turn.started_at)) == ("avatar", text, begin)


def test_messages_without_times_follow_the_beginning_of_their_conversation() -> None:
    record = {
        **SESSION,
        "characterName": "navtalk.Mia",
        "messages": [{"role": "user", "text": "a"}, {"role": "ai", "text": "b"}],
    }
    transcript = Transcript.from_navtalk(record)
    assert [turn.text for turn in transcript] == ["a", "b"]
    assert transcript[0].started_at == datetime(2025, 11, 12, 18, 20, 38, tzinfo=timezone.utc)
    assert transcript[0].character == "navtalk.Mia"
    assert len({turn.id for turn in transcript}) == 2


@pytest.mark.parametrize(
    ("records", "fault"),
    [
        (enveloped({"data": [SESSION]}), "there are no messages in it. Get its messages"),
        ({"code": 401, "message": "Invalid apikey", "data": None}, "the service refused: Invalid apikey"),
        ("hello", "there are no messages"),
        ([{"role": "wizard", "content": "x", "time": 1}], "whether the user or the avatar spoke, but 'wizard'"),
        ([{"role": "user", "time": 1}], "it has no words under any of content, text"),
        ([{"role": "user", "content": [{"no": "type"}], "time": 1}], "it has no words"),
        ([{"role": "user", "content": "x"}], "it has no time under any of createTime"),
        ([{"role": "user", "content": "x", "time": "yesterday"}], "message 1: 'yesterday' is no time"),
        ([{"role": "user", "content": "x", "time": "noon"}] * 2, "'noon' is no time"),
    ],
)
def test_what_cannot_be_understood_is_said_and_not_guessed(records: Any, fault: str) -> None:
    with pytest.raises(TranscriptFileError, match=fault):
        Transcript.from_navtalk(records)

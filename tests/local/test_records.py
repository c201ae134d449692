from __future__ import annotations

import pytest

from navtalk_widget.local import records as records_module
from navtalk_widget.local.records import COMPLETED, FAILED, Records
from navtalk_widget.protocol import events
from navtalk_widget.protocol.items import assistant_text, function_output, user_text


def contents(records: Records, session_id: str = "a") -> list[tuple[str, str]]:
    record = records.find(session_id, "")
    return [] if record is None else [(message.role, message.content) for message in record.messages]


def test_words_of_both_sides_are_kept() -> None:
    records = Records()
    records.begin("a", "")
    for event in (
        events.ConversationItemCreate(item=user_text("typed")),
        events.InputText(content="typed too"),
        events.InputTranscriptionCompleted(transcript="spoken"),
        events.AudioTranscriptDone(transcript="answered"),
        events.TextDone(text="written"),
    ):
        records.note("a", event)
    assert contents(records) == [
        ("user", "typed"),
        ("user", "typed too"),
        ("user", "spoken"),
        ("assistant", "answered"),
        ("assistant", "written"),
    ]


def test_what_is_no_words_is_not_kept() -> None:
    records = Records()
    records.begin("a", "")
    for event in (
        events.InputTranscriptionCompleted(transcript="  "),
        events.ConversationItemCreate(item=function_output("call", "result")),
        events.ConversationItemCreate(item=assistant_text("history")),
        events.AudioDone(),
    ):
        records.note("a", event)
    assert contents(records) == []


def test_the_end_is_noted() -> None:
    records = Records()
    for session_id, failed in (("a", False), ("b", True)):
        records.begin(session_id, "")
        records.end(session_id, failed=failed)
    assert [record.status for record in records.search("", limit=9)] == [FAILED, COMPLETED]


@pytest.mark.parametrize("bound", ["MAX_RECORDS", "MAX_CHARACTERS_IN_ALL"])
def test_the_oldest_conversations_are_dropped_when_there_is_too_much(
    monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(records_module, bound, 3)
    records = Records()
    for session_id in "abcde":
        records.begin(session_id, "")
        records.note(session_id, events.TextDone(text="x"))
    assert [record.id for record in records.search("", limit=9)] == ["e", "d", "c"]
    records.note("a", events.TextDone(text="of one that was dropped"))
    records.end("a", failed=False)
    assert records.find("a", "") is None


def test_one_conversation_keeps_its_newest_messages() -> None:
    records = Records()
    records.begin("a", "")
    for number in range(records_module.MAX_MESSAGES + 2):
        records.note("a", events.TextDone(text=str(number)))
    assert contents(records)[0] == ("assistant", "2")
    assert len(contents(records)) == records_module.MAX_MESSAGES


def test_a_very_long_message_is_cut() -> None:
    records = Records()
    records.begin("a", "")
    records.note("a", events.TextDone(text="x" * 100_000))
    assert len(contents(records)[0][1]) == records_module.MAX_CHARACTERS

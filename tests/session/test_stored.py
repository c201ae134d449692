"""A session whose conversation is stored."""

import dataclasses
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from navtalk_widget.errors import ConfigurationError, HistoryError
from navtalk_widget.history import read_transcripts
from navtalk_widget.history.conversion import stored_turns
from navtalk_widget.history.layout import Layout
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService
from navtalk_widget.transcript import Turn
from tests.history.stores import files, on_disk
from tests.session.sounds import SHORT
from tests.support.waiting import eventually


@pytest.fixture
async def stored(service: ScriptedService, tmp_path: Path) -> AsyncIterator[Session]:
    async with Session(service=service.url, license="sk_navtalk_canary", history_dir=tmp_path) as session:
        yield session


async def exchange(service: ScriptedService, session: Session, question: str, answer: str) -> None:
    session.send_text(question)
    await service.expect("response.create")
    await service.answer(answer, pcm=SHORT, response_id=f"r{len(session.transcript)}")
    await eventually(lambda: (last := session.transcript.last("avatar")) and last.text == answer and last.final)


def texts(folder: Path) -> list[str]:
    return list(read_transcripts(folder)["text"])


async def test_what_is_said_is_stored_as_it_is_said(service: ScriptedService, stored: Session, tmp_path: Path) -> None:
    await exchange(service, stored, "one", "first")
    await eventually(lambda: texts(tmp_path) == ["one", "first"])
    assert list(read_transcripts(tmp_path)["conversation_id"].unique()) == [stored.conversation_id]


async def test_after_the_end_all_of_it_is_there_as_the_transcript_has_it(
    service: ScriptedService, stored: Session, tmp_path: Path
) -> None:
    await exchange(service, stored, "one", "first")
    await service.send({"type": "response.created", "response": {"id": "cut"}})
    await service.send({"type": "response.audio_transcript.delta", "delta": "I was say", "response_id": "cut"})
    await eventually(lambda: stored.transcript[-1].text == "I was say")
    await stored.close()
    assert list(stored_turns(Layout(tmp_path), stored.conversation_id)) == list(stored.transcript)
    assert stored.transcript[-1].final
    assert Layout(tmp_path).journalled() == []


async def test_a_session_that_is_connected_again_goes_on_with_the_same_conversation(
    service: ScriptedService, stored: Session, tmp_path: Path
) -> None:
    await exchange(service, stored, "one", "first")
    await stored.close()
    await stored.connect()
    await exchange(service, stored, "two", "second")
    await eventually(lambda: texts(tmp_path) == ["one", "first", "two", "second"])
    assert Layout(tmp_path).journalled() == [stored.conversation_id]
    await stored.close()
    assert list(stored_turns(Layout(tmp_path), stored.conversation_id)) == list(stored.transcript)
    assert len(files(tmp_path)) == 1


async def test_what_is_stored_is_redacted_and_the_transcript_is_not(service: ScriptedService, tmp_path: Path) -> None:
    def redact(turn: Turn) -> Turn:
        return dataclasses.replace(turn, text=turn.text.replace("swordfish", "█"), text_heard=None)

    async with Session(service=service.url, license="sk", history_dir=str(tmp_path), redact=redact) as session:
        await exchange(service, session, "swordfish", "swordfish it is")
    assert texts(tmp_path) == ["█", "█ it is"]
    assert [turn.text for turn in session.transcript] == ["swordfish", "swordfish it is"]
    assert b"swordfish" not in on_disk(tmp_path)
    assert "swordfish" not in str(list(stored_turns(Layout(tmp_path), session.conversation_id)))


async def test_where_nothing_can_be_stored_any_more_the_conversation_goes_on(
    service: ScriptedService, tmp_path: Path
) -> None:
    folder = tmp_path / "history"
    async with Session(service=service.url, license="sk", history_dir=folder) as session:
        folder.rmdir()
        folder.write_text("in the way")
        await exchange(service, session, "one", "first")
        await eventually(lambda: isinstance(session.error, HistoryError))
        assert session.connected
        folder.unlink()
        await exchange(service, session, "two", "second")
        await eventually(lambda: folder.exists() and texts(folder) == ["one", "first", "two", "second"])
    shutil.rmtree(folder)


async def test_nothing_is_stored_unasked(service: ScriptedService, session: Session, tmp_path: Path) -> None:
    await exchange(service, session, "one", "first")
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"history_dir": __file__}, "cannot be stored in"),
        ({"history_dir": 5}, "not int"),
        ({"redact": lambda turn: turn}, "Pass history_dir="),
        ({"history_dir": "x", "redact": "names"}, "takes a function"),
    ],
)
def test_what_cannot_be_is_said_at_once(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        Session(service="ws://127.0.0.1:9", license="sk", **given)

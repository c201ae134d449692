"""Conversations taken out of the store."""

import dataclasses
import os
from pathlib import Path

import pytest

from navtalk_widget.errors import HistoryError
from navtalk_widget.history import Deleted, conversations, delete_conversation, read_transcripts
from navtalk_widget.transcript import Recorded
from tests.history.stores import Told, files, on_disk, store, turn
from tests.support.waiting import eventually


async def test_nothing_is_left_of_it_and_all_of_the_others(tmp_path: Path) -> None:
    await store(tmp_path, turn(1, "the secret"), turn(2, conversation="conv_b"))
    assert b"the secret" in on_disk(tmp_path)
    deleted = delete_conversation(tmp_path, "conv_a")
    assert deleted.removed == (tmp_path / "date=2026-01-02" / "conversation=conv_a" / "part-0.parquet",)
    assert b"the secret" not in on_disk(tmp_path)
    assert list(conversations(tmp_path).index) == ["conv_b"]
    assert not (tmp_path / "date=2026-01-02" / "conversation=conv_a").exists()


async def test_the_last_of_a_day_leaves_no_folder(tmp_path: Path) -> None:
    await store(tmp_path, turn(1))
    delete_conversation(str(tmp_path), "conv_a")
    assert os.listdir(tmp_path) == ["journals"]


async def test_deleting_again_and_what_never_was_does_nothing(tmp_path: Path) -> None:
    await store(tmp_path, turn(1))
    delete_conversation(tmp_path, "conv_a")
    for conversation in ("conv_a", "conv_*", "../history", ""):
        assert delete_conversation(tmp_path, conversation) == Deleted(conversation, (), ())
    assert delete_conversation(tmp_path / "nowhere", "conv_a").removed == ()
    assert not (tmp_path / "nowhere").exists()


async def test_one_that_goes_on_is_kept_and_that_is_said(tmp_path: Path) -> None:
    keeper = Told().keeper(tmp_path)
    keeper.note(turn(1))
    await eventually(lambda: files(tmp_path) and len(read_transcripts(tmp_path)) == 1)
    with pytest.raises(HistoryError, match=r"conv_a is open.*End that session"):
        delete_conversation(tmp_path, "conv_a")
    assert len(read_transcripts(tmp_path)) == 1
    await keeper.rest()
    assert len(delete_conversation(tmp_path, "conv_a").removed) == 1
    assert files(tmp_path) == []


async def test_what_a_killed_process_left_goes_too(tmp_path: Path) -> None:
    await store(tmp_path, turn(1, "the secret"))
    folder = tmp_path / "date=2026-01-02" / "conversation=conv_a"
    (folder / ".part-0.parquet.0123").write_bytes(b"the secret, half-writ")
    journals = tmp_path / "journals"
    (journals / "conv_a.jsonl").write_bytes(b'no turn, but the secret\n{"id": "half of the secret')
    (journals / "conv_a.new").write_bytes(b"the secret")
    (journals / "conv_a.lock").touch()
    delete_conversation(tmp_path, "conv_a")
    assert b"the secret" not in on_disk(tmp_path)
    assert list(journals.iterdir()) == []


async def test_recordings_in_the_folder_go_with_it_and_others_are_named(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "history", tmp_path / "elsewhere.wav"
    root.mkdir()
    inside, of_other = root / "talk.wav", root / "other.wav"
    for path in (inside, of_other, elsewhere):
        path.write_bytes(b"sound")
    await store(root, turn(1, conversation="conv_b", recorded=Recorded(path=str(of_other), start_ms=0.0)))
    table = next(root.rglob("*.parquet"))
    paths = [inside, elsewhere, root / ".." / "elsewhere.wav", root / "gone.wav", table]
    await store(
        root,
        *(turn(number, recorded=Recorded(path=str(path), start_ms=0.0)) for number, path in enumerate(paths)),
    )
    deleted = delete_conversation(root, "conv_a")
    assert inside in deleted.removed
    assert not inside.exists()
    assert elsewhere in deleted.left
    assert elsewhere.exists()
    assert of_other.exists()
    assert table.exists()  # a path that a turn names is not taken at its word


async def test_a_recording_that_another_turn_has_been_left_out_of_is_found_in_the_last_state(tmp_path: Path) -> None:
    sound = tmp_path / "talk.wav"
    sound.write_bytes(b"sound")
    keeper = Told().keeper(tmp_path)
    keeper.note(turn(1))
    await keeper.rest()
    keeper.note(dataclasses.replace(turn(1), recorded=Recorded(path=str(sound), start_ms=0.0)))
    await keeper.rest()
    delete_conversation(tmp_path, "conv_a")
    assert not sound.exists()


async def test_as_long_as_a_recording_cannot_be_removed_it_is_known_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = tmp_path / "talk.wav"
    sound.write_bytes(b"sound")
    await store(tmp_path, turn(1, recorded=Recorded(path=str(sound), start_ms=0.0)))
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path == sound:
            raise PermissionError("somebody listens to it")
        unlink(path, missing_ok)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Path, "unlink", refuse)
        with pytest.raises(PermissionError):
            delete_conversation(tmp_path, "conv_a")
    assert sound in delete_conversation(tmp_path, "conv_a").removed
    assert files(tmp_path) == []

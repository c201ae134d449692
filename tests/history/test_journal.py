"""The journal of a conversation: what a killed process leaves, and what is made of it."""

import os
import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from navtalk_widget.history.journal import Journal, read_journal
from navtalk_widget.transcript import TranscriptFileError, Turn
from navtalk_widget.transcript.files.jsonl import dump_turn
from tests.history.stores import turn
from tests.transcript.turns import any_turns


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "conv_a.jsonl"


def append(journal: Journal, turn: Turn) -> None:
    journal.append(turn.id, dump_turn(turn))


def written(path: Path, *turns: Turn) -> None:
    journal = Journal(path)
    for each in turns:
        append(journal, each)
    journal.close()


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file may become longer than 1,000 bytes: what comes after is refused, as by a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_the_last_state_of_a_turn_counts(path: Path) -> None:
    written(path, turn(1, "good mor"), turn(2), turn(1, "good morning"))
    assert read_journal(path) == [turn(1, "good morning"), turn(2)]


def test_a_journal_is_gone_on_with(path: Path) -> None:
    written(path, turn(1))
    written(path, turn(2))
    assert read_journal(path) == [turn(1), turn(2)]


def test_after_any_byte_at_which_it_was_cut_off_it_is_read_and_gone_on_with(path: Path) -> None:
    turns = [turn(1, "one"), turn(2, "zwei\nдва"), turn(3, "three")]
    whole = b"".join(map(dump_turn, turns))
    ends = [len(b"".join(map(dump_turn, turns[:count]))) for count in range(4)]
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        complete = turns[: sum(end <= cut for end in ends) - 1]
        assert read_journal(path) == complete
        if cut % 50 and cut not in ends:  # writing waits for the disk
            continue
        written(path, turn(9))
        assert read_journal(path) == [*complete, turn(9)]


@settings(max_examples=25, deadline=None)
@given(st.lists(any_turns, max_size=6), st.floats(0, 1))
def test_of_any_turns_the_complete_ones_are_read(turns: list[Turn], share: float) -> None:
    path = Path(tempfile.gettempdir()) / f"navtalk-journal-{os.getpid()}.jsonl"
    data = b"".join(map(dump_turn, turns))
    cut = round(share * len(data))
    path.write_bytes(data[:cut])
    complete = turns[: data[:cut].count(b"\n")]
    assert read_journal(path) == list({each.id: each for each in complete}.values())
    path.unlink()


def test_zeros_that_a_power_failure_leaves_at_the_end_are_no_turn(path: Path) -> None:
    path.write_bytes(dump_turn(turn(1)) + bytes(512))
    assert read_journal(path) == [turn(1)]
    written(path, turn(2))
    assert read_journal(path) == [turn(1), turn(2)]


def test_what_is_damaged_in_the_middle_is_said_and_left_as_it_is(path: Path) -> None:
    damaged = dump_turn(turn(1)) + b"{}\n" + dump_turn(turn(2))
    path.write_bytes(damaged)
    with pytest.raises(TranscriptFileError, match="line 2"):
        read_journal(path)
    with pytest.raises(TranscriptFileError, match="line 2"):
        Journal(path)
    assert path.read_bytes() == damaged


def test_a_turn_is_on_the_disk_before_it_counts_as_stored(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bytes] = []
    fsync = os.fsync

    def note(file: int) -> None:
        fsync(file)
        synced.append(path.read_bytes())

    journal = Journal(path)
    monkeypatch.setattr(os, "fsync", note)
    for number in (1, 2):
        append(journal, turn(number))
        assert synced[-1] == path.read_bytes()
        assert synced[-1].endswith(dump_turn(turn(number)))
    journal.close()


def test_of_a_turn_that_a_full_disk_does_not_take_nothing_is_left(path: Path, full_disk: None) -> None:
    journal = Journal(path)
    append(journal, turn(1))
    with pytest.raises(OSError, match="large"):
        append(journal, turn(2, "long " * 500))
    assert path.read_bytes() == dump_turn(turn(1))
    append(journal, turn(3, "x"))
    journal.close()
    assert read_journal(path) == [turn(1), turn(3, "x")]


def test_what_is_removed_is_gone_from_the_file(path: Path) -> None:
    journal = Journal(path)
    for each in (turn(1, "the secret"), turn(2), turn(1, "the secret!")):
        append(journal, each)
    journal.remove("item_1")
    journal.remove("item_7")
    append(journal, turn(3))
    journal.close()
    assert b"secret" not in path.read_bytes()
    assert read_journal(path) == [turn(2), turn(3)]
    assert list(path.parent.iterdir()) == [path]


def test_nobody_else_may_read_it(path: Path) -> None:
    written(path, turn(1))
    assert path.stat().st_mode & 0o077 == 0

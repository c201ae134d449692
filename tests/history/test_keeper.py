"""Storing a conversation while it goes on."""

import asyncio
import dataclasses
import logging
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from navtalk_widget.errors import ConfigurationError, HistoryError
from navtalk_widget.history import delete_conversation, read_transcripts
from navtalk_widget.history.folder import folder_to_write
from navtalk_widget.history.held import held
from navtalk_widget.history.journal import read_journal
from navtalk_widget.history.layout import Layout
from navtalk_widget.transcript import Recorded, ToolUse, Transcript, Turn
from navtalk_widget.transcript.files.jsonl import dump_turn, dump_turns
from navtalk_widget.transcript.files.parquet import read_parquet
from tests.history.stores import Told, files, on_disk, store, turn
from tests.support.waiting import eventually

TABLE = "date=2026-01-02/conversation=conv_a/part-0.parquet"
JOURNAL = "journals/conv_a.jsonl"


def texts(root: Path) -> list[str]:
    return list(read_transcripts(root)["text"])


async def test_a_turn_is_in_the_journal_while_the_conversation_goes_on(tmp_path: Path) -> None:
    keeper = Told().keeper(tmp_path)
    keeper.note(turn(1))
    keeper.note(dataclasses.replace(turn(2), final=False))
    keeper.note(turn(3))
    await eventually(lambda: (tmp_path / JOURNAL).exists() and texts(tmp_path) == ["words 1", "words 3"])
    assert files(tmp_path) == [JOURNAL]
    await keeper.rest()


async def test_when_it_has_ended_there_is_a_table_and_nothing_else(tmp_path: Path, no_leftovers: None) -> None:
    await store(tmp_path, turn(1), turn(2))
    assert files(tmp_path) == [TABLE]
    assert list((tmp_path / "journals").iterdir()) == []
    assert list(read_parquet(tmp_path / TABLE)) == [turn(1), turn(2)]


async def test_where_nothing_was_said_nothing_is_stored(tmp_path: Path) -> None:
    keeper = Told().keeper(tmp_path)
    await keeper.rest()
    assert files(tmp_path) == []


async def test_a_conversation_that_goes_on_is_one(tmp_path: Path) -> None:
    keeper = Told().keeper(tmp_path)
    keeper.note(turn(1))
    await keeper.rest()
    keeper.resume()
    keeper.note(turn(2))
    keeper.note(turn(1, "words 1, mended"))
    await eventually(lambda: texts(tmp_path) == ["words 1, mended", "words 2"])
    assert files(tmp_path) == [TABLE, JOURNAL]
    await keeper.rest()
    assert files(tmp_path) == [TABLE]
    assert texts(tmp_path) == ["words 1, mended", "words 2"]


async def test_what_becomes_known_of_a_turn_after_the_end_is_in_the_table(tmp_path: Path) -> None:
    keeper = Told().keeper(tmp_path)
    keeper.note(turn(1))
    await keeper.rest()
    place = Recorded(path="talk.wav", start_ms=10, end_ms=20)
    keeper.note(turn(1, recorded=place))
    await eventually(lambda: files(tmp_path) == [TABLE] and next(read_parquet(tmp_path / TABLE)).recorded == place)


async def test_a_table_moves_with_the_beginning_of_its_conversation(tmp_path: Path) -> None:
    await store(tmp_path, turn(1))
    await store(tmp_path, turn(-86_400, "the day before"))
    assert files(tmp_path) == [TABLE.replace("01-02", "01-01")]
    assert texts(tmp_path) == ["the day before", "words 1"]


async def test_a_table_whose_journal_is_still_there_counts_once(tmp_path: Path) -> None:
    await store(tmp_path, turn(1), turn(2))
    # As when the process is killed after the one was written and before the other was removed.
    (tmp_path / JOURNAL).write_bytes(dump_turns([turn(1), turn(2)]))
    (tmp_path / TABLE).with_name(".part-0.parquet.0123").write_bytes(b"PAR1 half-writ")
    assert texts(tmp_path) == ["words 1", "words 2"]
    await store(tmp_path, turn(3))
    assert texts(tmp_path) == ["words 1", "words 2", "words 3"]
    assert not (tmp_path / JOURNAL).exists()


async def test_without_pyarrow_it_stays_a_journal_until_there_is_pyarrow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("importlib.util.find_spec", lambda name: None)
        await store(tmp_path, turn(1))
        await store(tmp_path, turn(2))
        assert files(tmp_path) == [JOURNAL]
        assert texts(tmp_path) == ["words 1", "words 2"]
    await store(tmp_path, turn(3, conversation="conv_b"))
    await eventually(lambda: files(tmp_path) == [TABLE, TABLE.replace("conv_a", "conv_b")])
    assert texts(tmp_path) == ["words 1", "words 2", "words 3"]


# ── redaction ────────────────────────────────────────────────────────────────────────────────────────────

SECRET = "swordfish"


def blacked_out(turn: Turn) -> Turn:
    return dataclasses.replace(turn, text=turn.text.replace(SECRET, "█"), tool_calls=())


async def test_what_is_redacted_never_reaches_the_disk(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told = Told()
    keeper = told.keeper(tmp_path, redact=blacked_out)
    use = ToolUse(call_id="c", name="unlock", arguments={"word": SECRET}, result=SECRET)
    keeper.note(turn(1, f"It is {SECRET}.", tool_calls=(use,)))
    await eventually(lambda: texts(tmp_path) == ["It is █."])
    assert SECRET.encode() not in on_disk(tmp_path)
    await keeper.rest()
    assert SECRET.encode() not in on_disk(tmp_path)
    assert SECRET not in str(list(read_parquet(tmp_path / TABLE)))  # which is compressed
    assert texts(tmp_path) == ["It is █."]
    assert SECRET not in caplog.text
    assert told.errors == []


async def test_a_turn_of_which_nothing_may_be_stored_is_not(tmp_path: Path) -> None:
    keeper = Told().keeper(tmp_path, redact=lambda turn: None if SECRET in turn.text else turn)
    for each in (turn(1), turn(2, SECRET), turn(3)):
        keeper.note(each)
    await keeper.rest()
    assert texts(tmp_path) == ["words 1", "words 3"]
    assert SECRET.encode() not in on_disk(tmp_path)


@pytest.mark.parametrize("ended", [False, True])
async def test_a_turn_that_must_not_be_stored_any_more_is_taken_out_again(tmp_path: Path, ended: bool) -> None:
    allowed = {"item_1", "item_2"}
    keeper = Told().keeper(tmp_path, redact=lambda turn: turn if turn.id in allowed else None)
    keeper.note(turn(1, SECRET))
    keeper.note(turn(2))
    await eventually(lambda: texts(tmp_path) == [SECRET, "words 2"])
    if ended:
        await keeper.rest()
    allowed.discard("item_1")
    keeper.note(turn(1, f"{SECRET}!"))
    await eventually(lambda: SECRET.encode() not in on_disk(tmp_path))
    await keeper.rest()
    assert texts(tmp_path) == ["words 2"]


def raising(turn: Turn) -> Turn:
    raise KeyError(turn.text)


def no_json(turn: Turn) -> Turn:
    return dataclasses.replace(turn, tool_calls=(ToolUse(call_id="c", name="n", arguments={SECRET: object()}),))


@pytest.mark.parametrize(
    ("hook", "named"),
    [(raising, "KeyError in raising"), (lambda turn: turn.text, "str"), (no_json, "See what redact= returns")],
)
async def test_a_turn_for_which_the_hook_fails_is_not_stored_and_that_is_said(
    tmp_path: Path, hook: Callable[[Turn], Turn], named: str, caplog: pytest.LogCaptureFixture
) -> None:
    told = Told()
    keeper = told.keeper(tmp_path, redact=lambda turn: hook(turn) if SECRET in turn.text else turn)
    keeper.note(turn(1, SECRET))
    keeper.note(turn(2))
    await keeper.rest()
    assert texts(tmp_path) == ["words 2"]
    assert SECRET.encode() not in on_disk(tmp_path)
    (error,) = told.errors
    assert isinstance(error, HistoryError)
    assert named in str(error)
    assert SECRET not in str(error) + caplog.text


async def test_a_hook_cannot_give_a_turn_to_another_conversation(tmp_path: Path) -> None:
    keeper = Told().keeper(tmp_path, redact=lambda turn: dataclasses.replace(turn, id="x", conversation_id="../x"))
    keeper.note(turn(1))
    keeper.note(turn(1, "later"))
    await keeper.rest()
    assert files(tmp_path) == [TABLE]
    assert texts(tmp_path) == ["later"]


async def test_a_slow_hook_holds_up_nothing_and_sees_the_latest_state_only(tmp_path: Path) -> None:
    seen: list[str] = []
    go_on = threading.Event()

    def slow(turn: Turn) -> Turn:
        seen.append(turn.text)
        assert go_on.wait(10)
        return turn

    keeper = Told().keeper(tmp_path, redact=slow)
    keeper.note(turn(1))
    await eventually(lambda: seen)
    for number in range(1_000):
        keeper.note(turn(2, f"state {number}"))
    go_on.set()
    await keeper.rest()
    assert seen == ["words 1", "state 999"]
    assert texts(tmp_path) == ["words 1", "state 999"]


# ── what can go wrong ────────────────────────────────────────────────────────────────────────────────────


async def test_what_a_full_disk_did_not_take_is_stored_with_the_next_turn(tmp_path: Path) -> None:
    told = Told()
    keeper = told.keeper(tmp_path)
    keeper.note(turn(1))
    await eventually(lambda: texts(tmp_path) == ["words 1"])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (800, hard))  # files that are longer are refused
    try:
        keeper.note(turn(2, "long " * 200))
        await eventually(lambda: told.errors)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert isinstance(told.errors[0], HistoryError)
    assert "not stored" in str(told.errors[0])
    assert texts(tmp_path) == ["words 1"]
    keeper.note(turn(3))
    await keeper.rest()
    assert texts(tmp_path) == ["words 1", "long " * 200, "words 3"]
    assert len(told.errors) == 1


async def test_a_table_that_cannot_be_written_leaves_the_journal(tmp_path: Path) -> None:
    (tmp_path / "date=2026-01-02").write_text("in the way")
    told = Told()
    keeper = told.keeper(tmp_path)
    keeper.note(turn(1))
    await keeper.rest()
    await eventually(lambda: told.errors)
    assert texts(tmp_path) == ["words 1"]
    (tmp_path / "date=2026-01-02").unlink()
    await store(tmp_path, turn(2))
    assert files(tmp_path) == [TABLE]
    assert texts(tmp_path) == ["words 1", "words 2"]


async def test_a_folder_that_is_removed_meanwhile_is_made_again_for_what_comes_then(tmp_path: Path) -> None:
    root = tmp_path / "history"
    keeper = Told().keeper(root)
    keeper.note(turn(1))
    await eventually(lambda: root.exists() and texts(root) == ["words 1"])
    shutil.rmtree(root)
    keeper.note(turn(2))
    await eventually(lambda: root.exists() and texts(root) == ["words 2"])
    await keeper.rest()
    assert files(root) == [TABLE]


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for path in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/history")):
        with pytest.raises(ConfigurationError, match=f"cannot be stored in {path}"):
            folder_to_write(path)
    with pytest.raises(ConfigurationError, match="not int"):
        folder_to_write(7)


def test_a_new_folder_can_be_read_by_nobody_else(tmp_path: Path) -> None:
    layout = folder_to_write(str(tmp_path / "a" / "b"))
    assert layout.root == tmp_path / "a" / "b"
    assert layout.root.stat().st_mode & 0o777 == 0o700
    assert list(layout.root.iterdir()) == []


async def test_a_conversation_that_was_deleted_does_not_come_back_with_late_changes(tmp_path: Path) -> None:
    keeper = Told().keeper(tmp_path)
    keeper.note(turn(1, SECRET))
    await keeper.rest()
    delete_conversation(tmp_path, "conv_a")
    keeper.resume()
    keeper.note(turn(1, SECRET, interrupted=True))
    keeper.note(turn(2))
    await keeper.rest()
    assert texts(tmp_path) == ["words 2"]
    assert SECRET.encode() not in on_disk(tmp_path)


# ── several processes, and their ends ────────────────────────────────────────────────────────────────────


async def test_the_journals_of_the_dead_become_tables_and_those_of_the_living_stay(tmp_path: Path) -> None:
    for name in ("conv_dead", "conv_open"):
        with held(Layout(tmp_path), name):
            await asyncio.to_thread(_write, tmp_path, name)
    with held(Layout(tmp_path), "conv_open"):
        await store(tmp_path, turn(1))
        expected = [TABLE, TABLE.replace("_a", "_dead"), "journals/conv_open.jsonl"]
        await eventually(lambda: files(tmp_path) == expected)
    assert len(read_transcripts(tmp_path)) == 3


def _write(root: Path, name: str) -> None:
    from navtalk_widget.history.journal import Journal

    journal = Journal(Layout(root).journal(name))
    journal.append("item_1", dump_turn(turn(1, conversation=name)))
    journal.close()


async def test_a_damaged_journal_is_left_and_said_and_holds_up_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = tmp_path / "journals" / "conv_old.jsonl"
    damaged.parent.mkdir()
    damaged.write_text("no turn\n")
    left = tmp_path / "journals" / "conv_young.jsonl"
    left.write_bytes(dump_turns([turn(1, conversation="conv_young")]))
    told = Told()
    keeper = told.keeper(tmp_path)
    keeper.note(turn(1))
    await keeper.rest()
    # Logged if nothing was said before, else told to the session.
    await eventually(lambda: "conv_old.jsonl, line 1" in caplog.text + str(told.errors))
    expected = [TABLE, TABLE.replace("_a", "_young"), "journals/conv_old.jsonl"]
    await eventually(lambda: files(tmp_path) == expected)
    assert damaged.read_text() == "no turn\n"


TWO_AT_ONCE = """
import asyncio, sys
import pandas, pyarrow.parquet  # which takes its time
from pathlib import Path
from tests.history.stores import Told, turn

async def main(root, name):
    told = Told()
    for stretch in range(4):
        keeper = told.keeper(root, f"conv_{name}{stretch}")
        for number in range(5):
            keeper.note(turn(number, conversation=f"conv_{name}{stretch}"))
            await asyncio.sleep(0.001)
        await keeper.rest()
    assert not told.errors, told.errors

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


def test_processes_that_share_a_folder_lose_nothing(tmp_path: Path) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", TWO_AT_ONCE, str(tmp_path), name], stderr=subprocess.PIPE)
        for name in ("x", "y")
    ]
    for process in running:
        _, said = process.communicate(timeout=180)
        assert process.returncode == 0, said.decode()
        assert said == b""
    counts = read_transcripts(tmp_path).groupby("conversation_id").size()
    assert dict(counts) == {f"conv_{name}{stretch}": 5 for name in ("x", "y") for stretch in range(4)}
    assert all(file.endswith("part-0.parquet") for file in files(tmp_path))


ENDS_AT_ONCE = """
import asyncio, sys
from pathlib import Path
from tests.history.stores import Told, turn

async def main(root):
    keeper = Told().keeper(root)
    for number in range(20):
        keeper.note(turn(number))

asyncio.run(main(Path(sys.argv[1])))
"""


def test_a_process_that_ends_without_ending_its_conversation_stores_the_rest_of_it(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", ENDS_AT_ONCE, str(tmp_path)], capture_output=True, timeout=180)
    assert (done.returncode, done.stderr) == (0, b"")
    assert read_journal(tmp_path / JOURNAL) == [turn(number) for number in range(20)]
    assert Transcript(read_journal(tmp_path / JOURNAL)).to_jsonl().encode() == (tmp_path / JOURNAL).read_bytes()

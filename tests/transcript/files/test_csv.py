"""The transcript as CSV, as others read it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from navtalk_widget.transcript import Latency, ToolUse, Transcript
from tests.transcript.turns import said


def test_pandas_reads_it(tmp_path: Path) -> None:
    Transcript(
        [
            said(1, 'He said "hi",\nand left', text_heard="", tool_calls=(ToolUse(call_id="c", name="n"),)),
            said(2, "", "avatar", latency=Latency(words_ms=1.5), audio_start_ms=3, interrupted=True),
        ]
    ).to_csv(tmp_path / "talk.csv")
    table = pd.read_csv(tmp_path / "talk.csv", parse_dates=["started_at"])
    assert table["text"][0] == 'He said "hi",\nand left'
    assert str(table["started_at"][1]) == "2026-01-02 12:00:02+00:00"
    assert list(table["interrupted"]) == [False, True]
    assert table["words_ms"][1] == 1.5
    assert table["audio_start_ms"][1] == 3
    assert json.loads(table["tool_calls"][0])[0]["name"] == "n"


def test_an_empty_text_differs_from_a_missing_one() -> None:
    heading, nothing_heard, unknown, _ = Transcript([said(1, text_heard=""), said(2)]).to_csv().split("\n")
    place = heading.split(",").index("text_heard")
    assert nothing_heard.split(",")[place] == '""'
    assert unknown.split(",")[place] == ""


def test_what_a_spreadsheet_saves_is_read(tmp_path: Path) -> None:
    written = "\ufeffstarted_at,mood,role,text,id\r\n2026-01-02T12:00:00Z,calm,user,Hello there,a\r\n\r\n"
    (tmp_path / "talk.csv").write_bytes(written.encode())
    (turn,) = Transcript.read(tmp_path / "talk.csv")
    assert (turn.id, turn.role, turn.text, turn.text_heard) == ("a", "user", "Hello there", None)


@pytest.mark.parametrize(
    "text", ["=1+1", "+49 69 1234567", "-5 degrees", "@home", "\tno", "\rno", "'=1+1", "''-", "'tis", "'", "a=b"]
)
def test_what_a_spreadsheet_would_compute_is_a_text_to_it_and_is_read_back_as_it_was(tmp_path: Path, text: str) -> None:
    transcript = Transcript([said(1, text, text_heard=text, character=text)])
    transcript.to_csv(tmp_path / "talk.csv")
    cells = pd.read_csv(tmp_path / "talk.csv", dtype=str)[["text", "text_heard", "character"]]
    assert not [cell for cell in map(str, cells.loc[0]) if cell[0] in "=+-@\t\r"]
    assert Transcript.read(tmp_path / "talk.csv") == transcript


def test_a_text_that_was_kept_from_being_computed_may_have_lost_its_quotation_marks(tmp_path: Path) -> None:
    (tmp_path / "talk.csv").write_text("id,role,started_at,text\na,user,2026-01-02T12:00:00Z,'=1+1\n")
    assert Transcript.read(tmp_path / "talk.csv")[0].text == "=1+1"

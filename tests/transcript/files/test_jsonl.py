"""The transcript as a file of lines."""

import json
from pathlib import Path

import pytest

from navtalk_widget.errors import NavTalkError
from navtalk_widget.transcript import Transcript, TranscriptFileError
from tests.transcript.turns import said


def test_each_line_is_a_turn_that_a_person_can_read() -> None:
    lines = Transcript([said(1, "你好\nHello"), said(2)]).to_jsonl().splitlines()
    assert len(lines) == 2
    assert '"text":"你好\\nHello"' in lines[0]
    assert json.loads(lines[0])["started_at"] == "2026-01-02T12:00:01Z"


def test_a_path_may_be_text(tmp_path: Path) -> None:
    Transcript([said(1)]).to_jsonl(str(tmp_path / "talk.jsonl"))
    assert len(Transcript.read(str(tmp_path / "talk.jsonl"))) == 1


def test_empty_lines_and_keys_of_later_versions_are_skipped(tmp_path: Path) -> None:
    line = {**json.loads(Transcript([said(1, "Hi")]).to_jsonl()), "mood": "cheerful"}
    (tmp_path / "talk.jsonl").write_text(f"\n{json.dumps(line)}\n\n")
    assert Transcript.read(tmp_path / "talk.jsonl") == Transcript([said(1, "Hi")])


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ('{"id":"a","role":"us', "Invalid JSON"),
        ('{"id":"a"}', "role: Field required"),
        ('{"id":"a","role":"robot","started_at":"2026-01-02T12:00:00Z"}', "role: Input should be 'user' or 'avatar'"),
        ('{"id":"a","role":"user","started_at":"2026-01-02T12:00:00"}', "need a time zone"),
        ("[]", "Input should be"),
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, bad: str, fault: str) -> None:
    path = tmp_path / "talk.jsonl"
    path.write_text(f"{Transcript([said(1)]).to_jsonl()}{bad}\n")
    with pytest.raises(TranscriptFileError, match=fault) as caught:
        Transcript.read(path)
    assert isinstance(caught.value, NavTalkError)
    assert (caught.value.path, caught.value.line) == (path, 2)
    assert f"{path}, line 2: " in str(caught.value)


def test_a_file_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Transcript.read(tmp_path / "no.jsonl")

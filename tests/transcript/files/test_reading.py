"""Reading files of which it is not known what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from navtalk_widget.errors import NavTalkError
from navtalk_widget.transcript import Transcript, TranscriptFileError
from tests.transcript.turns import said


def test_an_empty_file_is_an_empty_transcript(tmp_path: Path) -> None:
    (tmp_path / "talk").write_bytes(b"\n")
    assert Transcript.read(tmp_path / "talk") == Transcript.empty()


@pytest.mark.parametrize("content", [b"\x89PNG\r\n", b"Dear diary, today", b"\xff\xfe\x00"])
def test_what_is_no_transcript_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "talk").write_bytes(content)
    with pytest.raises(TranscriptFileError, match=r"none of the formats .* Pass JSON lines, CSV") as caught:
        Transcript.read(tmp_path / "talk")
    assert isinstance(caught.value, NavTalkError)
    assert caught.value.path == tmp_path / "talk"


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("talk.csv", b'id,role,started_at\n"a","robot",2026-01-02T12:00:00Z\n', "line 2: role: Input should be"),
        ("talk.csv", b'id,role,started_at\n"a","user",\n', "line 2: started_at: Field required"),
        ("talk.csv", b'id,text\n"a","x\n', "line 2: a quotation mark is missing"),
        ("talk.csv", b"id,tool_calls\n1,[", "line 2: "),
        ("talk.csv", b"id\n\xff", "it is not UTF-8"),
        ("talk.vtt", b"1\n00:00:01.000 --> 00:00:02.000\nHi", "line 1: WebVTT begins with WEBVTT"),
        ("talk.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi", "not written by to_vtt"),
        ("talk.vtt", b"WEBVTT\n\nNOTE navtalk-turn {}\n", "line 3: id: Field required"),
        ("talk.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHi\n\n2\nHo\n", "the 2. subtitle has no times"),
        ("talk.md", b"Hello", "not written by to_markdown"),
        ("talk.md", b"\n<!-- navtalk-turn {} -->\n", "line 2: id: Field required"),
        ("talk.html", b"<p>Hello</p>", "not written by to_html"),
        (
            "talk.html",
            b'<p>\n<script type="application/x-ndjson" id="navtalk-turns">\n{}\n</script>',
            "line 3: id: Field required",
        ),
        ("talk.parquet", b"PAR1, and nothing else", "it is no Parquet file"),
        ("talk.json", b"{", "it is not JSON"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, name: str, content: bytes, fault: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TranscriptFileError, match=fault):
        Transcript.read(tmp_path / name)


def test_a_path_may_begin_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    Transcript([said(1)]).to_csv("~/talk.csv")
    assert (tmp_path / "talk.csv").is_file()
    assert len(Transcript.read("~/talk.csv")) == 1

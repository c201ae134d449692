"""What is written is read back whole, in every format that can hold it."""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from navtalk_widget.transcript import Transcript, Turn
from tests.transcript.turns import any_turns, said

FORMATS: dict[str, Callable[..., Any]] = {
    "jsonl": Transcript.to_jsonl,
    "csv": Transcript.to_csv,
    "parquet": Transcript.to_parquet,
    "folder": Transcript.to_parquet,
    "vtt": Transcript.to_vtt,
    "md": Transcript.to_markdown,
    "html": Transcript.to_html,
}
TEXTS = [name for name in FORMATS if name not in ("parquet", "folder")]


@pytest.mark.parametrize("ending", FORMATS)
@given(turns=st.lists(any_turns, max_size=4, unique_by=lambda turn: turn.key))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_is_lost(ending: str, turns: list[Turn]) -> None:
    transcript = Transcript(turns)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("talks" if ending == "folder" else f"talk.{ending}")
        FORMATS[ending](transcript, path)
        assert list(Transcript.read(path)) == list(transcript)


@pytest.mark.parametrize(
    "text",
    [
        "Hello\nNOTE navtalk-turn {}",
        "Hello\n\nNOTE navtalk-turn {}",
        "<!-- navtalk-turn {} -->",
        '</script>\n<script type="application/x-ndjson" id="navtalk-turns">\n{}\n</script>',
        "Hello\n00:00:01.000 --> 00:00:02.000\nHi",
    ],
)
@pytest.mark.parametrize("ending", FORMATS)
def test_what_looks_like_a_part_of_the_file_is_what_was_said(tmp_path: Path, ending: str, text: str) -> None:
    transcript = Transcript([said(1, text), said(2, text, "avatar", character=text)])
    path = tmp_path / ("talks" if ending == "folder" else f"talk.{ending}")
    FORMATS[ending](transcript, path)
    assert Transcript.read(path) == transcript


def test_json_lines_may_be_called_json(tmp_path: Path) -> None:
    transcript = Transcript([said(1, "Hello"), said(2, "Hi", "avatar")])
    transcript.to_jsonl(tmp_path / "talk.json")
    assert Transcript.read(tmp_path / "talk.json") == transcript


def test_an_empty_transcript_may_be_called_json_too(tmp_path: Path) -> None:
    Transcript.empty().to_jsonl(tmp_path / "talk.json")
    assert Transcript.read(tmp_path / "talk.json") == Transcript.empty()


@pytest.mark.parametrize("ending", TEXTS)
def test_without_a_path_the_text_of_the_file_is_returned(tmp_path: Path, ending: str) -> None:
    transcript = Transcript([said(1, "Grüß dich, 你好"), said(2, "Hi", "avatar")])
    FORMATS[ending](transcript, tmp_path / "talk")
    assert FORMATS[ending](transcript) == (tmp_path / "talk").read_bytes().decode()


@pytest.mark.parametrize("ending", [*(name for name in FORMATS if name != "folder"), "srt"])
def test_the_format_is_known_by_what_is_in_the_file_too(tmp_path: Path, ending: str) -> None:
    transcript = Transcript([said(1, "Hello"), said(2, "Hi", "avatar")])
    path = tmp_path / f"talk.{ending}"
    write = FORMATS.get(ending, Transcript.to_srt)
    write(transcript, path)
    nameless = path.rename(tmp_path / "talk")
    assert [turn.text for turn in Transcript.read(nameless)] == ["Hello", "Hi"]


@pytest.mark.parametrize("ending", TEXTS)
def test_editors_may_add_a_mark_and_change_the_line_breaks(tmp_path: Path, ending: str) -> None:
    transcript = Transcript([said(1, "Hello"), said(2, "Hi", "avatar")])
    path = tmp_path / f"talk.{ending}"
    written = FORMATS[ending](transcript)
    assert isinstance(written, str)
    path.write_bytes(codecs.BOM_UTF8 + written.replace("\n", "\r\n").encode())
    assert Transcript.read(path) == transcript

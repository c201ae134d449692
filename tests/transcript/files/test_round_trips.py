"""What is written is read back whole, in every format that can hold it."""

from __future__ import annotations

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
@given(turns=st.lists(any_turns, max_size=4, unique_by=lambda turn: turn.id))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_is_lost(ending: str, turns: list[Turn]) -> None:
    transcript = Transcript(turns)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("talks" if ending == "folder" else f"talk.{ending}")
        FORMATS[ending](transcript, path)
        assert list(Transcript.read(path)) == list(transcript)


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
    path.write_bytes(("" if ending == "jsonl" else "\ufeff").encode() + written.replace("\n", "\r\n").encode())
    assert Transcript.read(path) == transcript

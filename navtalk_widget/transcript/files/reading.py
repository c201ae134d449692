"""Which format a file has, by its name, or else by what is in it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from navtalk_widget.transcript.files.csv import load_csv
from navtalk_widget.transcript.files.embedded import NAME
from navtalk_widget.transcript.files.file_error import TranscriptFileError
from navtalk_widget.transcript.files.jsonl import load_turns
from navtalk_widget.transcript.files.markdown import load_markdown
from navtalk_widget.transcript.files.navtalk_records import load_records
from navtalk_widget.transcript.files.page.html import load_html
from navtalk_widget.transcript.files.parquet import read_parquet
from navtalk_widget.transcript.files.srt import load_srt
from navtalk_widget.transcript.files.vtt import load_vtt
from navtalk_widget.transcript.turn import Turn

Loader = Callable[[bytes, "Path | None"], Iterable[Turn]]

_TURN = re.compile(rb'\s*\{[^\n]*"text_heard"')


def _load_json(data: bytes, path: Path | None) -> Iterable[Turn]:
    """Read NavTalk's records, or JSON lines that somebody has called so."""
    are_lines = not data.strip() or _TURN.match(data)
    return load_turns(data, path) if are_lines else load_records(data, path)


_LOADERS: dict[str, Loader] = {
    ".csv": load_csv,
    ".htm": load_html,
    ".html": load_html,
    ".json": _load_json,
    ".jsonl": load_turns,
    ".markdown": load_markdown,
    ".md": load_markdown,
    ".ndjson": load_turns,
    ".srt": load_srt,
    ".vtt": load_vtt,
}

_SIGNS: tuple[tuple[re.Pattern[bytes], Loader], ...] = (
    (re.compile(rb"WEBVTT"), load_vtt),
    (re.compile(rb"(?i)<!doctype html|<html"), load_html),
    (re.compile(rb"\s*\d*\s*\d+:\d\d:\d\d[,.]\d+ -->"), load_srt),
    (re.compile(rb'"?(id|conversation_id|role|text|started_at)"?,'), load_csv),
    (re.compile(rb'\s*\{[^\n]*"started_at"'), load_turns),
    (re.compile(rb"\s*[\[{]"), load_records),
    (re.compile(rb"# Conversation|(?s:.)*<!-- " + NAME.encode()), load_markdown),
)
"""What a file begins with, and who reads it."""


def read(path: Path) -> Iterable[Turn]:
    """Read the turns of a file, or of a folder of Parquet files.

    Raises:
        TranscriptFileError: it is no transcript, or is damaged.
        MissingExtraError: it is Parquet, and pyarrow is not installed.
        OSError: it cannot be read.
    """
    if path.is_dir() or path.suffix.lower() == ".parquet":
        return read_parquet(path)
    data = path.read_bytes().removeprefix(codecs.BOM_UTF8)  # with which some editors begin a file
    if data.startswith(b"PAR1"):
        return read_parquet(path)
    loader = _LOADERS.get(path.suffix.lower()) or _by_content(data)
    if loader is None:
        raise TranscriptFileError(
            path,
            None,
            "this is none of the formats that transcripts are kept in",
            hint="Pass JSON lines, CSV, Parquet, WebVTT, SRT, Markdown, HTML, or NavTalk's records as JSON.",
        )
    return loader(data, path)


def _by_content(data: bytes) -> Loader | None:
    if not data.strip():
        return load_turns  # nothing was said
    return next((loader for sign, loader in _SIGNS if sign.match(data)), None)

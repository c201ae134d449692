"""Transcripts as Parquet: a file, or a folder of them, partitioned by date and conversation.

The types are the same whatever the turns hold. Calls of tools are a list of structs, with their arguments as JSON text,
since a column has one type and each tool has arguments of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

from pydantic_core import to_json

from navtalk_widget.errors import MissingExtraError
from navtalk_widget.transcript.files.file_error import TranscriptFileError
from navtalk_widget.transcript.files.flat import COLUMNS, column, turn_of
from navtalk_widget.transcript.turn import ToolUse, Turn

if TYPE_CHECKING:
    import pyarrow

SUFFIX = ".parquet"

_NULL = "__HIVE_DEFAULT_PARTITION__"
"""What readers of partitioned folders take for a missing value."""

_HINT = "Write it anew with to_parquet()."


def write_parquet(turns: Iterable[Turn], path: Path) -> None:
    """Write turns to a file, or into a folder, as its name says: one that ends in ``.parquet`` is a file.

    In a folder each conversation has a file, ``date=2026-01-02/conversation=ID/part-0.parquet``, by the day (UTC) on
    which it began. Those of other conversations are left as they are. A file is replaced at once: who reads it
    meanwhile sees the old or the new one.

    Args:
        turns: in order.
        path: need not exist.

    Raises:
        MissingExtraError: pyarrow is not installed.
        OSError: a file cannot be written.
    """
    libraries = _pyarrow()
    turns = list(turns)
    if path.suffix == SUFFIX:
        _write(turns, path, libraries)
        return
    path.mkdir(parents=True, exist_ok=True)
    conversations: dict[str, list[Turn]] = {}
    for turn in turns:
        conversations.setdefault(turn.conversation_id, []).append(turn)
    for conversation_id, said in conversations.items():
        began = min(turn.started_at for turn in said)
        name = quote(conversation_id, safe="") or _NULL
        _write(said, path / f"date={began:%Y-%m-%d}" / f"conversation={name}" / f"part-0{SUFFIX}", libraries)


def read_parquet(path: Path) -> Iterator[Turn]:
    """Read what `write_parquet` wrote: a file, or all Parquet files below a folder.

    Raises:
        TranscriptFileError: a file holds no turns or is damaged, or there is something else in the folder.
        MissingExtraError: pyarrow is not installed.
        OSError: a file cannot be read.
    """
    libraries = _pyarrow()
    files = sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path]
    if not files and any(path.iterdir()):
        raise TranscriptFileError(
            path,
            None,
            "there are no Parquet files in this folder",
            hint="read_transcripts() reads a history_dir, Transcript.read() what to_parquet() wrote.",
        )
    for file in files:
        yield from _read(file, libraries)


def _write(turns: Sequence[Turn], path: Path, libraries: tuple[ModuleType, ModuleType]) -> None:
    import pandas as pd

    arrow, parquet = libraries
    columns: dict[str, Any] = {name: column(turns, name) for name in COLUMNS}
    columns["tool_calls"] = [list(map(_struct, calls)) for calls in columns["tool_calls"]]
    frame = pd.DataFrame({name: pd.Series(values, dtype=COLUMNS[name]) for name, values in columns.items()})
    # By way of pandas, whose note of the types lets it read them as nullable again.
    table = arrow.Table.from_pandas(frame, schema=_schema(arrow), preserve_index=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        parquet.write_table(table, unfinished)
        with unfinished.open("r+b") as file:
            os.fsync(file.fileno())  # or a power failure could leave neither the old file nor the new one
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _read(path: Path, libraries: tuple[ModuleType, ModuleType]) -> Iterator[Turn]:
    arrow, parquet = libraries
    try:
        table = parquet.ParquetFile(path).read()
        records: list[dict[str, Any]] = table.select(
            [name for name in COLUMNS if name in table.column_names]
        ).to_pylist()
    except (arrow.ArrowInvalid, arrow.ArrowNotImplementedError) as error:
        raise TranscriptFileError(path, None, f"it is no Parquet file: {error}", hint=_HINT) from error
    for number, record in enumerate(records, start=1):
        try:
            yield turn_of(record)
        except ValueError as error:
            raise TranscriptFileError(path, number, f"it is no turn: {error}", hint=_HINT) from error


def _struct(use: ToolUse) -> dict[str, Any]:
    return {
        "call_id": use.call_id,
        "name": use.name,
        "arguments": to_json(use.arguments).decode(),
        "result": use.result,
        "error": use.error,
        "cut": use.cut,
        "duration_s": use.duration_s,
        "started_at": use.started_at,
        "ended_at": use.ended_at,
    }


def _schema(arrow: ModuleType) -> pyarrow.Schema:
    text, number, time = arrow.string(), arrow.float64(), arrow.timestamp("us", tz="UTC")
    types = {
        "string": text,
        "datetime64[us, UTC]": time,
        "boolean": arrow.bool_(),
        "Int64": arrow.int64(),
        "Float64": number,
        "object": arrow.list_(
            arrow.struct(
                {
                    "call_id": text,
                    "name": text,
                    "arguments": text,
                    "result": text,
                    "error": text,
                    "cut": arrow.bool_(),
                    "duration_s": number,
                    "started_at": time,
                    "ended_at": time,
                }
            )
        ),
    }
    return arrow.schema({name: types[dtype] for name, dtype in COLUMNS.items()})


def _pyarrow() -> tuple[ModuleType, ModuleType]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError(
            "Parquet files are written and read by pyarrow, which is not installed.",
            hint="Install it with: pip install 'navtalk-widget[parquet]'",
        ) from error
    return pyarrow, pyarrow.parquet

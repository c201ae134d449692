"""Transcripts as CSV: a row per turn, with a heading, in UTF-8.

Texts are quoted and everything else is not, so that an empty text (``""``) differs from a missing one (nothing), as
PostgreSQL and DuckDB write them. A spreadsheet that saves the file again forgets that difference.

A text that a spreadsheet would take for a formula begins with an apostrophe, which `load_csv` takes away again: what
was said must not be computed where it is opened (OWASP, "CSV Injection").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

from navtalk_widget.transcript.files.embedded import as_text
from navtalk_widget.transcript.files.file_error import TranscriptFileError
from navtalk_widget.transcript.files.flat import COLUMNS, column, turn_of
from navtalk_widget.transcript.turn import ToolUse, Turn

# The standard library's reader tells "" from nothing since Python 3.13 only.
_CELL = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r\n|\r|\n|\Z)')

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""How a text begins that is written with an apostrophe before it: as a formula, or like one that has it already."""
_GUARDED = re.compile(r"'+[=+\-@\t\r]")

_HINT = "Write it anew with to_csv()."


def dump_csv(turns: Iterable[Turn]) -> str:
    """The turns as CSV. Calls of tools are JSON in one cell."""
    turns = list(turns)
    columns = (map(_written, column(turns, name)) for name in COLUMNS)
    return "".join(f"{','.join(row)}\n" for row in [tuple(COLUMNS), *zip(*columns, strict=True)])


def load_csv(data: bytes, path: Path | None = None) -> Iterator[Turn]:
    """Read what `dump_csv` wrote; columns may be missing, in another order, or unknown.

    Args:
        data: the file.
        path: where it comes from.

    Raises:
        TranscriptFileError: a row is no turn; ``line`` is that where the row begins.
    """
    rows = _rows(as_text(data, path), path)
    heading = next(rows, (1, []))[1]
    for line, row in rows:
        record: dict[str, Any] = dict(zip(map(str, heading), row, strict=False))
        try:
            if record.get("tool_calls") is not None:
                record["tool_calls"] = from_json(record["tool_calls"])
            yield turn_of(record)
        except ValueError as error:
            raise TranscriptFileError(path, line, str(error), hint=_HINT) from error


def _written(value: Any) -> str:
    match value:
        case None | ():
            return ""
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat()
        case str():
            return _quoted(f"'{value}" if _FORMULA.match(value) else value)
        case tuple():
            return _quoted(to_json([_as_dict(use) for use in value]).decode())
        case _:
            return str(value)


def _as_dict(use: ToolUse) -> dict[str, Any]:
    return {name: getattr(use, name) for name in use.__slots__}


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _rows(text: str, path: Path | None) -> Iterator[tuple[int, list[str | None]]]:
    """The rows that are not empty: the line at which each begins, and its cells."""
    position, line, row, begins = 0, 1, [], 1
    while position < len(text):
        cell = _CELL.match(text, position)
        if cell is None:
            raise TranscriptFileError(path, line, "a quotation mark is missing", hint=_HINT)
        quoted, bare, end = cell.groups()
        value = quoted.replace('""', '"') if quoted is not None else bare or None
        row.append(value[1:] if value and _GUARDED.match(value) else value)
        position = cell.end()
        line += cell.group().count("\n")
        if end != ",":
            if row != [None]:
                yield begins, row
            row, begins = [], line
    if row:
        yield begins, [*row, None]

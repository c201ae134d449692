"""Transcripts as JSON lines: one turn per line, in UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from navtalk_widget.errors import NavTalkError
from navtalk_widget.transcript.turn import Turn


class TranscriptFileError(NavTalkError):
    """A file is no transcript, or is damaged.

    Attributes:
        path: the file.
        line: number of the first bad line, from 1.
    """

    code = "transcript_file"
    hint = "Remove or repair that line; each line is one turn written by to_jsonl()."

    def __init__(self, path: Path, line: int, fault: str) -> None:
        super().__init__(f"{path}, line {line}: {fault}.")
        self.path = path
        self.line = line


def dump_turns(turns: Iterable[Turn]) -> bytes:
    """The turns as JSON lines, each ended by a newline."""
    adapter = _adapter()
    return b"".join(adapter.dump_json(turn) + b"\n" for turn in turns)


def read_turns(path: Path) -> Iterator[Turn]:
    """Read what `dump_turns` wrote; empty lines are skipped, and keys of later versions.

    Raises:
        TranscriptFileError: a line is no turn.
        OSError: the file cannot be read.
    """
    adapter = _adapter()
    with path.open("rb") as lines:  # as bytes: only "\n" ends a line then, not the other breaks that texts may hold
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield adapter.validate_json(line)
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                where = ".".join(map(str, first["loc"]))
                fault = f"{where}: {first['msg']}" if where else first["msg"]
                raise TranscriptFileError(path, number, fault) from error


@cache
def _adapter() -> TypeAdapter[Turn]:
    return TypeAdapter(Turn)  # on first use: building it takes longer than importing this module

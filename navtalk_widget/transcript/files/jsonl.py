"""Transcripts as JSON lines: one turn per line, in UTF-8, nothing lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from navtalk_widget.transcript.files.file_error import TranscriptFileError
from navtalk_widget.transcript.files.validated import adapter, turn_from_json
from navtalk_widget.transcript.turn import Turn


def dump_turn(turn: Turn) -> bytes:
    """One turn as a line of JSON, ended by a newline; there is no other line break in it."""
    return adapter().dump_json(turn) + b"\n"


def load_turn(line: bytes | str) -> Turn:
    """Read what `dump_turn` wrote; keys of later versions are skipped.

    Raises:
        ValueError: it is no turn; the message says why.
    """
    return turn_from_json(line)


def dump_turns(turns: Iterable[Turn]) -> bytes:
    """The turns as JSON lines."""
    return b"".join(map(dump_turn, turns))


def load_turns(data: bytes, path: Path | None = None) -> Iterator[Turn]:
    """Read what `dump_turns` wrote; empty lines are skipped.

    Args:
        data: the lines.
        path: the file that they come from.

    Raises:
        TranscriptFileError: a line is no turn.
    """
    # As bytes: only "\n" ends a line then, not the other breaks that texts may hold.
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            try:
                yield load_turn(line)
            except ValueError as error:
                raise TranscriptFileError(path, number, str(error)) from error

"""Turns as JSON inside files that show words: in a note or a comment, where nobody sees them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from navtalk_widget.transcript.files.file_error import TranscriptFileError
from navtalk_widget.transcript.files.jsonl import dump_turn, load_turn
from navtalk_widget.transcript.turn import Turn

NAME = "navtalk-turn"
"""What such a note or comment begins with."""


def embeddable(turn: Turn) -> str:
    """A turn as one line of JSON that ends no note, comment or script: there is no ``<``, ``>`` or ``&`` in it."""
    line = dump_turn(turn).decode().rstrip("\n")
    for sign in "<>&":  # JSON has these inside texts only, where they may be written so
        line = line.replace(sign, f"\\u{ord(sign):04x}")
    return line


def load_embedded(found: Iterable[tuple[int, str]], path: Path | None, *, written_by: str) -> list[Turn]:
    """Read turns that `embeddable` wrote.

    Args:
        found: lines of JSON, each with the number of its line in the file.
        path: the file.
        written_by: the method that writes such files.

    Raises:
        TranscriptFileError: one of them is no turn.
    """
    turns = []
    for number, line in found:
        try:
            turns.append(load_turn(line))
        except ValueError as error:
            raise TranscriptFileError(path, number, str(error), hint=f"Write it anew with {written_by}().") from error
    return turns


def as_text(data: bytes, path: Path | None) -> str:
    """The text of a file.

    Raises:
        TranscriptFileError: it is not UTF-8.
    """
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise TranscriptFileError(path, None, f"it is not UTF-8: {error}", hint="Save it as UTF-8.") from error

"""The error of files that are no transcripts."""

from __future__ import annotations

from pathlib import Path

from navtalk_widget.errors import NavTalkError


class TranscriptFileError(NavTalkError):
    """A file is no transcript, or is damaged.

    Attributes:
        path: the file; None for what was no file.
        line: number of the first bad line, from 1; None where the format has no lines.
    """

    code = "transcript_file"
    hint = "Remove or repair that line; each line is one turn written by to_jsonl()."

    def __init__(self, path: Path | None, line: int | None, fault: str, *, hint: str | None = None) -> None:
        where = "" if path is None else f"{path}: " if line is None else f"{path}, line {line}: "
        super().__init__(f"{where}{fault}.", hint=hint)
        self.path = path
        self.line = line

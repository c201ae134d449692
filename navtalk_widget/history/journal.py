"""The journal of a conversation: a line of JSON for each state of a turn, of which the last counts."""

from __future__ import annotations

import os
from pathlib import Path

from navtalk_widget.private_file import open_private
from navtalk_widget.transcript.files.jsonl import dump_turns, load_turns
from navtalk_widget.transcript.turn import Turn


def read_journal(path: Path) -> list[Turn]:
    """The turns of a journal, whoever is writing it. A last line that was not written to its end does not count.

    Raises:
        TranscriptFileError: a line is no turn.
        OSError: the file cannot be read.
    """
    return _turns(path.read_bytes(), path)


class Journal:
    """Adds to a journal. What `append` has taken is on the disk: it survives the end of the process and of the machine.

    A last line that a killed process left half-written is removed.

    Args:
        path: need not exist, but its folder does. Nobody else may write to it.

    Raises:
        OSError: it cannot be opened.
        TranscriptFileError: a line is no turn.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ids: set[str] = set()
        self._file = open_private(path, os.O_RDWR | os.O_CREAT)
        try:
            data = path.read_bytes()
            self._ids.update(turn.id for turn in _turns(data, path))
            self._length = _whole(data)
            os.ftruncate(self._file, self._length)
            sync_folder(path.parent)  # or a power failure could lose the file's name
        except BaseException:
            os.close(self._file)
            raise

    @property
    def gone(self) -> bool:
        """Whether somebody has removed the file."""
        return os.fstat(self._file).st_nlink == 0

    def append(self, turn_id: str, line: bytes) -> None:
        """Add a state of a turn.

        Args:
            turn_id: whose.
            line: as `dump_turn` makes it.

        Raises:
            OSError: it could not be written, such as when the disk is full; nothing of it is left then.
        """
        try:
            os.lseek(self._file, self._length, os.SEEK_SET)
            written = 0
            while written < len(line):  # a disk that becomes full takes a part first
                written += os.write(self._file, line[written:])
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, self._length)
            raise
        self._length += len(line)
        self._ids.add(turn_id)

    def remove(self, turn_id: str) -> None:
        """Leave nothing of a turn in the file.

        Raises:
            OSError: the file could not be written anew; it is as it was.
        """
        if turn_id not in self._ids:
            return
        kept = dump_turns(turn for turn in read_journal(self._path) if turn.id != turn_id)
        replacement = self._path.with_suffix(".new")
        try:
            with open(replacement, "wb", opener=open_private) as file:
                file.write(kept)
                file.flush()
                os.fsync(file.fileno())
            os.close(self._file)  # an open file cannot be replaced everywhere
            try:
                os.replace(replacement, self._path)
            finally:
                self._file = open_private(self._path, os.O_RDWR)
        finally:
            replacement.unlink(missing_ok=True)
        self._length = len(kept)
        self._ids.discard(turn_id)
        sync_folder(self._path.parent)

    def close(self) -> None:
        """Let go of the file, once."""
        os.close(self._file)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk.

    Raises:
        OSError: they cannot be written.
    """
    if os.name == "nt":  # where folders cannot be opened
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _turns(data: bytes, path: Path) -> list[Turn]:
    return list({turn.id: turn for turn in load_turns(data[: _whole(data)], path)}.values())


def _whole(data: bytes) -> int:
    """The length of the lines that were written to their ends."""
    return data.rfind(b"\n") + 1

"""What a transcript can be written as. `Transcript.read` reads all of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, overload

from navtalk_widget.transcript.turn import Turn

if TYPE_CHECKING:
    from navtalk_widget.transcript.files.page.replay import Replay


class Exports(Sequence[Turn]):
    """Turns as files, and as text where no path is given.

    Everything but SRT can be read back without loss. Each raises an `OSError` where the file cannot be written.
    """

    __slots__ = ()

    @overload
    def to_jsonl(self, path: None = None) -> str: ...
    @overload
    def to_jsonl(self, path: str | Path) -> None: ...

    def to_jsonl(self, path: str | Path | None = None) -> str | None:
        """Write one turn per line as JSON."""
        from navtalk_widget.transcript.files.jsonl import dump_turns

        return _written(dump_turns(self).decode(), path)

    @overload
    def to_csv(self, path: None = None) -> str: ...
    @overload
    def to_csv(self, path: str | Path) -> None: ...

    def to_csv(self, path: str | Path | None = None) -> str | None:
        """Write a row per turn, with a heading; calls of tools are JSON in one cell.

        A text that begins with ``=``, ``+``, ``-`` or ``@`` has an apostrophe before it, or spreadsheets would compute
        what somebody said; `Transcript.read` takes it away.
        """
        from navtalk_widget.transcript.files.csv import dump_csv

        return _written(dump_csv(self), path)

    def to_parquet(self, path: str | Path) -> None:
        """Write a row per turn: to a file where the name ends in ``.parquet``, else into a folder.

        There each conversation has a file, ``date=2026-01-02/conversation=ID/part-0.parquet``, by the day (UTC) on
        which it began, as pandas, Dask, DuckDB and others read them; the files of other conversations stay. Columns and
        types are the same whatever was said, and ``tool_calls`` is a list of structs.

        Raises:
            MissingExtraError: pyarrow is not installed.
        """
        from navtalk_widget.transcript.files.parquet import write_parquet

        write_parquet(self, Path(path).expanduser())

    @overload
    def to_vtt(self, path: None = None) -> str: ...
    @overload
    def to_vtt(self, path: str | Path) -> None: ...

    def to_vtt(self, path: str | Path | None = None) -> str | None:
        """Write WebVTT subtitles; what they do not show is in their notes.

        Where all that was recorded is in one file, times count from that file's beginning, so that the subtitles fit
        it; otherwise from the beginning of the first turn.
        """
        from navtalk_widget.transcript.files.vtt import dump_vtt

        return _written(dump_vtt(self), path)

    @overload
    def to_srt(self, path: None = None) -> str: ...
    @overload
    def to_srt(self, path: str | Path) -> None: ...

    def to_srt(self, path: str | Path | None = None) -> str | None:
        """Write SRT subtitles, with times as in `to_vtt`.

        SRT has no notes: read back, there are only who spoke, the words that are shown, and times in milliseconds that
        count from 1970-01-01.
        """
        from navtalk_widget.transcript.files.srt import dump_srt

        return _written(dump_srt(self), path)

    @overload
    def to_markdown(self, path: None = None) -> str: ...
    @overload
    def to_markdown(self, path: str | Path) -> None: ...

    def to_markdown(self, path: str | Path | None = None) -> str | None:
        """Write Markdown for reading; what it does not show is in its comments."""
        from navtalk_widget.transcript.files.markdown import dump_markdown

        return _written(dump_markdown(self), path)

    @overload
    def to_html(self, path: None = None, *, audio: bool = False) -> str: ...
    @overload
    def to_html(self, path: str | Path, *, audio: bool = False) -> None: ...

    def to_html(self, path: str | Path | None = None, *, audio: bool = False) -> str | None:
        """Write a page for reading that needs nothing else, in light and dark.

        Args:
            path: where; None to have it returned.
            audio: whether the page plays the recording, and marks what is heard; a turn's time leads to its place. Up
                to 25 MB are written into the page, larger recordings are linked to where they are.

        Raises:
            ConfigurationError: there is no recording, or it is too large to be in a page without a place.
        """
        from navtalk_widget.transcript.files.page.html import dump_html
        from navtalk_widget.transcript.files.page.sounds import sounds_of

        page = None if path is None else Path(path).expanduser()
        return _written(dump_html(self, sounds_of(self, page) if audio else None), page)

    def replay(self) -> Replay:
        """Show the conversation in a notebook, with its sound if it was recorded.

        What is shown needs no kernel, and stays in a notebook that is saved.

        Raises:
            ConfigurationError: the recording is gone, or too large for a notebook.
        """
        from navtalk_widget.transcript.files.page.replay import Replay

        return Replay(self.to_html(audio=any(turn.recorded is not None for turn in self)))


def _written(text: str, path: str | Path | None) -> str | None:
    if path is None:
        return text
    Path(path).expanduser().write_bytes(text.encode())  # as bytes: Windows would change the line breaks
    return None

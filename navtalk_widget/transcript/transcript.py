"""The transcript: an immutable sequence of turns, ordered by when the speech began."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from navtalk_widget.transcript import rendering
from navtalk_widget.transcript.exports import Exports
from navtalk_widget.transcript.settled import SettledTurns
from navtalk_widget.transcript.tables import Tables
from navtalk_widget.transcript.turn import Role, Turn

if TYPE_CHECKING:
    from navtalk_widget.transcript.report.report import Report

_RECENT = 64
"""Turns among which changes and late arrivals are expected: minutes of conversation, and quick to copy."""


class Transcript(Tables, Exports):
    """What was said so far. It never changes: `with_turn` makes the next one.

    The last turns (64 to 128) are a tuple of each snapshot's own; all before them are a log that snapshots share. So a
    new or changed turn costs the same at any length. Only a change further back than that copies everything.

    Args:
        turns: in any order; of several with the same id in one conversation the last one counts.
    """

    __slots__ = ("_count", "_recent", "_settled")

    def __init__(self, turns: Iterable[Turn] = ()) -> None:
        ordered = sorted({turn.key: turn for turn in turns}.values(), key=_order)
        self._count = max(0, len(ordered) - _RECENT)
        self._settled = SettledTurns(ordered[: self._count])
        self._recent = tuple(ordered[self._count :])

    @classmethod
    def empty(cls) -> Transcript:
        """A transcript of no turns."""
        return cls()

    @classmethod
    def read(cls, path: str | Path) -> Transcript:
        """Read a file that one of the ``to_`` methods wrote, or one of NavTalk's own records as JSON.

        The format is known by the name's ending, or else by what is in the file.

        Args:
            path: a file, or a folder written by `to_parquet`.

        Raises:
            TranscriptFileError: it is no transcript, or is damaged; it says where.
            MissingExtraError: it is Parquet, and pyarrow is not installed.
            OSError: it cannot be read.
        """
        from navtalk_widget.transcript.files.reading import read  # who only talks need not load all formats

        return cls(read(Path(path).expanduser()))

    @classmethod
    def from_navtalk(cls, records: Any) -> Transcript:
        """Take over conversations that the NavTalk cloud has kept.

        Args:
            records: what its ``/api/chat/sessions/{id}`` or ``/api/chat/messages`` replied, or its webhook sent, as
                dictionaries and lists. `read` reads the same from a file.

        Raises:
            TranscriptFileError: there are no messages in it, or it is something else.
        """
        from navtalk_widget.transcript.files.navtalk_records import turns_of

        return cls(turns_of(records))

    def with_turn(self, turn: Turn) -> Transcript:
        """Return the transcript with this turn added, or put in the place of what there is of it."""
        recent = [each for each in self._recent if each.id != turn.id or each.key != turn.key]  # the first is quicker
        before_recent = self._count > 0 and turn.order < self._settled.turns[self._count - 1].order
        if before_recent or (len(recent) == len(self._recent) and self._settled.holds(turn.key, self._count)):
            return Transcript((*self, turn))
        recent.insert(bisect_right(recent, turn.order, key=_order), turn)
        settled, count = self._settled, self._count
        if len(recent) > 2 * _RECENT:
            settled = settled.extended(count, recent[:_RECENT])
            count, recent = count + _RECENT, recent[_RECENT:]
        return self._of(settled, count, recent)

    def last(self, role: Role | None = None) -> Turn | None:
        """The latest turn, of either side or of one; None if there is none."""
        return next((turn for turn in reversed(self) if role in (None, turn.role)), None)

    def text(self) -> str:
        """The conversation for reading: a line per turn, with minutes and seconds since the first.

        Of an answer that was cut short it shows what was heard, ended by "…", where that is known.
        """
        return rendering.to_text(self)

    def report(self) -> Report:
        """The conversation in figures: talk time, words, latency, tools. It shows itself as a table."""
        from navtalk_widget.transcript.report.report import Report

        return Report.of(self)

    @overload
    def __getitem__(self, index: int) -> Turn: ...

    @overload
    def __getitem__(self, index: slice) -> Transcript: ...

    def __getitem__(self, index: int | slice) -> Turn | Transcript:
        """A turn, or for a slice a transcript of its turns.

        Raises:
            IndexError: there is no such turn.
            ValueError: a slice that runs backwards; `reversed` does.
        """
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step < 0:
                raise ValueError("a transcript is in the order of speech; use reversed() to go backwards")
            return Transcript(self[position] for position in range(start, stop, step))
        position = index + len(self) if index < 0 else index
        if not 0 <= position < len(self):
            raise IndexError(f"no turn {index} in a transcript of {len(self)}")
        if position < self._count:
            return self._settled.turns[position]
        return self._recent[position - self._count]

    def __iter__(self) -> Iterator[Turn]:
        return chain(islice(self._settled.turns, self._count), self._recent)

    def __len__(self) -> int:
        return self._count + len(self._recent)

    def __eq__(self, other: object) -> bool:
        """Whether the turns are the same. Setting a trait compares old and new, so what is shared is not looked at."""
        if not isinstance(other, Transcript):
            return NotImplemented
        if len(self) != len(other):
            return False
        shared = min(self._count, other._count) if self._settled is other._settled else 0
        return self._from(shared) == other._from(shared)

    __hash__ = None  # type: ignore[assignment] # arguments of tools are dicts

    def __reduce__(self) -> tuple[type[Transcript], tuple[tuple[Turn, ...]]]:
        return Transcript, (tuple(self),)  # the shared log holds a lock, which cannot be pickled

    def __repr__(self) -> str:
        return rendering.to_repr(self)

    def _repr_html_(self) -> str:
        return rendering.to_html(self)

    def _from(self, position: int) -> tuple[Turn, ...]:
        return (*self._settled.turns[position : self._count], *self._recent)

    @staticmethod
    def _of(settled: SettledTurns, count: int, recent: Iterable[Turn]) -> Transcript:
        made = Transcript.__new__(Transcript)
        made._settled, made._count, made._recent = settled, count, tuple(recent)
        return made


def _order(turn: Turn) -> tuple[datetime, bool, str, str]:
    return turn.order

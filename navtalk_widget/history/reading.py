"""Stored conversations as one table, in this process or on many machines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from navtalk_widget.errors import ConfigurationError, MissingExtraError
from navtalk_widget.history.conversion import stored_turns
from navtalk_widget.history.layout import Layout, began_on, conversation_of
from navtalk_widget.history.table import empty_table, table_of_files, table_of_turns

if TYPE_CHECKING:
    import dask.dataframe
    import pandas

Moment = datetime | date | str
"""A time; a day is its beginning. Without a time zone it is UTC."""

Part = str | tuple[Path, ...]
"""What is read at once: a conversation that has a journal, or files."""

PART_BYTES = 16 * 2**20
"""Of files that are read at once: compressed, and some ten times that in memory."""


@overload
def read_transcripts(
    path: str | Path,
    *,
    engine: Literal["pandas"] = "pandas",
    conversation: str | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
) -> pandas.DataFrame: ...


@overload
def read_transcripts(
    path: str | Path,
    *,
    engine: Literal["dask"],
    conversation: str | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
) -> dask.dataframe.DataFrame: ...


def read_transcripts(
    path: str | Path,
    *,
    engine: Literal["pandas", "dask"] = "pandas",
    conversation: str | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
) -> Any:
    """Read stored conversations, those that go on included: one row per turn.

    Columns are those of `Transcript.to_pandas`, and ``date``, the day (UTC) on which the conversation began. ``turn``
    counts within each conversation.

    Args:
        path: what was given as ``history_dir=``, or the folder that `Transcript.to_parquet` wrote.
        engine: ``"pandas"``; or ``"dask"`` for a table that is read when it is computed, part by part, by whatever
            workers there are. They need to see the same folder, and to have this package.
        conversation: only this one.
        since: only turns that began then or later.
        until: only turns that began before.

    Raises:
        ConfigurationError: there is no such folder, or no such engine, or a time is none.
        MissingExtraError: packages that this needs are not installed; it says which.
        TranscriptFileError: a journal is damaged; it says where.
        OSError: a file cannot be read.
    """
    layout = _folder(path)
    begin, end = _moment("since", since), _moment("until", until)
    parts = _parts(layout, conversation, end)
    if engine == "dask":
        return _lazily(layout, parts, begin, end)
    if engine != "pandas":
        raise ConfigurationError(f"engine={engine!r} is not known.", hint='Pass "pandas" or "dask".')
    made = _at_once(layout, parts, begin, end)
    return made.sort_values(["date", "conversation_id", "turn"], kind="stable", ignore_index=True)


def stored_columns(path: str | Path, columns: Sequence[str]) -> pandas.DataFrame:
    """Read some of the columns of `read_transcripts`, of all turns, in no order; it raises the same errors."""
    layout = _folder(path)
    return _at_once(layout, _parts(layout, None, None), None, None, columns)


def read_part(
    part: Part,
    layout: Layout,
    since: pandas.Timestamp | None,
    until: pandas.Timestamp | None,
    columns: Sequence[str] | None = None,
) -> pandas.DataFrame:
    """Read one part of the table.

    Args:
        part: which.
        layout: the folder.
        since: as `read_transcripts` says.
        until: likewise.
        columns: which; all if None. Dask asks for those that are used.
    """
    chosen = list(empty_table().columns if columns is None else columns)
    needed = list(dict.fromkeys([*chosen, "started_at"]))
    if isinstance(part, str):
        table = table_of_turns(stored_turns(layout, part))[needed]
    else:
        table = table_of_files(layout.root, part, needed, since)
    if since is not None:
        table = table[table["started_at"] >= since]
    if until is not None:
        table = table[table["started_at"] < until]
    return table[chosen].reset_index(drop=True)


def _parts(layout: Layout, conversation: str | None, until: pandas.Timestamp | None) -> list[Part]:
    """What there is to read; none of it is read here."""
    # The journals first: what becomes a table meanwhile is then read by its name, wherever it is.
    journalled = [name for name in layout.journalled() if conversation in (None, name)]
    files = [
        file
        for file in layout.tables(conversation)
        if conversation_of(file) not in journalled and (until is None or began_on(file) <= until.date())
    ]
    parts: list[Part] = []
    group: list[Path] = []
    size = 0
    for file in files:
        length = file.stat().st_size
        if group and size + length > PART_BYTES:
            parts.append(tuple(group))
            group, size = [], 0
        group.append(file)
        size += length
    return [*parts, *([tuple(group)] if group else ()), *journalled]


def _folder(path: str | Path) -> Layout:
    layout = Layout(Path(path).expanduser().absolute())
    if not layout.root.is_dir():
        raise ConfigurationError(f"There is no folder {layout.root}.", hint="Pass what history_dir= was.")
    return layout


def _at_once(
    layout: Layout,
    parts: list[Part],
    since: pandas.Timestamp | None,
    until: pandas.Timestamp | None,
    columns: Sequence[str] | None = None,
) -> pandas.DataFrame:
    import pandas as pd

    tables = [read_part(part, layout, since, until, columns) for part in parts]
    empty = empty_table()
    made = pd.concat([table for table in tables if len(table)] or [empty if columns is None else empty[list(columns)]])
    made.attrs = empty.attrs
    return made


def _lazily(
    layout: Layout, parts: list[Part], since: pandas.Timestamp | None, until: pandas.Timestamp | None
) -> dask.dataframe.DataFrame:
    try:
        import dask
        from dask.dataframe import from_map
    except ImportError as error:
        raise MissingExtraError(
            "Dask is not installed.", hint="Install it with: pip install 'navtalk-widget[dask]'"
        ) from error
    given = {"layout": layout, "since": since, "until": until, "meta": empty_table(), "label": "read-transcripts"}
    with dask.config.set({"dataframe.convert-string": False}):  # or it makes texts of the calls of tools
        # By a reader of our own: Dask's reader of Parquet knows neither journals nor the derived columns.
        return from_map(read_part, parts or [()], **given)  # type: ignore[no-any-return, no-untyped-call]


def _moment(name: str, value: Moment | None) -> pandas.Timestamp | None:
    import pandas as pd

    if value is None:
        return None
    try:
        moment = pd.Timestamp(value)
    except (ValueError, TypeError) as error:
        raise ConfigurationError(f"{name}={value!r} is no time: {error}.") from error
    if pd.isna(moment):
        raise ConfigurationError(f"{name}={value!r} is no time.")
    return moment.tz_localize("UTC") if moment.tzinfo is None else moment.tz_convert("UTC")

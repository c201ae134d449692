"""Parquet files of conversations as tables, read by columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from navtalk_widget.errors import MissingExtraError
from navtalk_widget.transcript.frames.table import seconds_between
from navtalk_widget.transcript.frames.turns import per_minute, tool_record
from navtalk_widget.transcript.transcript import Transcript
from navtalk_widget.transcript.turn import ToolUse
from navtalk_widget.transcript.words import count_words

if TYPE_CHECKING:
    import pandas

_DERIVED = {
    "turn": (),
    "duration_s": ("started_at", "ended_at"),
    "words": ("text",),
    "words_per_minute": ("text", "text_heard", "interrupted", "started_at", "ended_at"),
    "date": (),
}
"""Columns that the files do not have, and what they are made of."""


def empty_table() -> pandas.DataFrame:
    """No turns, with all columns and their types."""
    return table_of_turns(Transcript())


def table_of_turns(turns: Transcript) -> pandas.DataFrame:
    """The turns of one conversation: the columns of `Transcript.to_pandas`, and ``date``."""
    import pandas as pd

    made = turns.to_pandas()
    began = pd.Series(made["started_at"].min(), index=made.index, dtype=made["started_at"].dtype)
    made["date"] = began.dt.tz_localize(None).dt.floor("D")
    return made


def table_of_files(
    root: Path, files: Sequence[Path], columns: Sequence[str], since: pandas.Timestamp | None
) -> pandas.DataFrame:
    """The turns of Parquet files that lie in a folder of conversations, without building a `Turn` of any.

    Args:
        root: the folder.
        files: in it; those that are gone are passed over.
        columns: which of the columns of `empty_table`.
        since: files that end before are not read; of the others all turns are given.

    Raises:
        MissingExtraError: pyarrow is not installed.
        OSError: a file cannot be read.
    """
    arrow, dataset = _pyarrow()
    empty = empty_table()[list(columns)]
    if not (present := [str(file) for file in files if file.exists()]):
        return empty
    places = arrow.schema({"date": arrow.date32(), "conversation": arrow.string()})
    found = dataset.dataset(
        present,
        format="parquet",
        partitioning=dataset.partitioning(places, flavor="hive"),
        partition_base_dir=str(root),
    )
    if since is not None:
        ending_later = dataset.field("started_at") >= arrow.scalar(since)
        fragments = [each for each in found.get_fragments() if each.split_by_row_group(ending_later)]
        found = dataset.FileSystemDataset(fragments, found.schema, found.format, found.filesystem)
    asked = {name for column in columns for name in _DERIVED.get(column, (column,))}
    wanted = [*sorted(asked | {"conversation_id"}), "date"]
    stored = found.to_table(columns=wanted).to_pandas(date_as_object=False)
    for column in columns:
        if column in _DERIVED:
            stored[column] = _derived(column, stored)
    if "tool_calls" in asked:
        shown = tool_record(ToolUse(call_id="", name="")).keys()  # the files have more
        stored["tool_calls"] = [
            tuple({name: call[name] for name in shown} for call in calls) for calls in stored["tool_calls"]
        ]
    made: pandas.DataFrame = stored[list(columns)].astype(empty.dtypes.to_dict())
    made.attrs = empty.attrs
    return made


def _derived(column: str, stored: pandas.DataFrame) -> Any:
    """What `Transcript.to_pandas` makes of the turns, made of the columns of the files."""
    match column:
        case "turn":
            return stored.groupby("conversation_id", sort=False).cumcount()
        case "duration_s":
            return seconds_between(stored["started_at"], stored["ended_at"])
        case "words":
            return list(map(count_words, stored["text"]))
        case "words_per_minute":
            heard = stored["interrupted"] & stored["text_heard"].notna()
            spoken = stored["text"].mask(heard, stored["text_heard"]).map(count_words)
            return per_minute(spoken.astype("Float64"), seconds_between(stored["started_at"], stored["ended_at"]))
        case _:
            return stored[column]


def _pyarrow() -> tuple[ModuleType, ModuleType]:
    try:
        import pyarrow
        import pyarrow.dataset
    except ImportError as error:
        raise MissingExtraError(
            "These conversations are Parquet files, and pyarrow, which reads them, is not installed.",
            hint="Install it with: pip install 'navtalk-widget[parquet]'",
        ) from error
    return pyarrow, pyarrow.dataset

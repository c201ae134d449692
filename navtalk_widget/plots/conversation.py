"""What plots are drawn from: turns, of a transcript or of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard, cast

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.transcript.files.flat import turn_of
from navtalk_widget.transcript.transcript import Transcript
from navtalk_widget.transcript.turn import Turn

if TYPE_CHECKING:
    import pandas

Turns: TypeAlias = "Iterable[Turn] | pandas.DataFrame"
"""A transcript, any turns of it, or a table made by `to_pandas`."""


def turns_of(given: Turns) -> Transcript:
    """The turns in the order of speech.

    Raises:
        ConfigurationError: there are none, or a table lacks what `to_pandas` writes.
    """
    turns = Transcript(_of_table(given)) if _is_table(given) else Transcript(cast("Iterable[Turn]", given))
    if not turns:
        raise ConfigurationError("There is nothing to draw: there are no turns.", hint="Draw after something was said.")
    return turns


def _is_table(given: Turns) -> TypeGuard[pandas.DataFrame]:
    return hasattr(given, "columns")  # pandas need not be loaded to know that it is none


def _of_table(table: pandas.DataFrame) -> Iterator[Turn]:
    known = table.astype(object).where(table.notna(), None)
    records = cast("list[dict[str, Any]]", known.to_dict("records"))
    for number, record in enumerate(records):
        try:
            yield turn_of({"id": f"turn_{number}", **record})
        except ValueError as error:
            raise ConfigurationError(
                f"Row {number} of the table is no turn: {error}.",
                hint="Pass a transcript, or what its to_pandas() made.",
            ) from error

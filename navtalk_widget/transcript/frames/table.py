"""Making a table of columns, with types that know missing values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    from numpy.typing import NDArray

SCHEMA = "navtalk.transcript"
SCHEMA_VERSION = 2
"""Of all tables; the second has latency, pace, character and conversation, and tells when tools were called."""

TIME = "datetime64[us, UTC]"


def table(name: str, columns: Mapping[str, tuple[Sequence[Any] | NDArray[Any], str]]) -> pandas.DataFrame:
    """Make a table.

    Columns are built whole: rows would take seconds for 100,000 turns.

    Args:
        name: of the table, for ``attrs["schema"]``; empty for that of the turns.
        columns: values and type of each; None and NaN are missing values.
    """
    import pandas as pd

    made = pd.DataFrame({column: pd.Series(values, dtype=dtype) for column, (values, dtype) in columns.items()})
    made.attrs = {"schema": f"{SCHEMA}.{name}" if name else SCHEMA, "schema_version": SCHEMA_VERSION}
    return made


def seconds_between(begin: pandas.Series[Any], end: pandas.Series[Any]) -> pandas.Series[Any]:
    """Seconds from one column of times to another; missing where one of the two is."""
    return (end - begin).dt.total_seconds().astype("Float64")

"""What of a table did not pass."""

from __future__ import annotations

import pandas as pd


def unmet(table: pd.DataFrame) -> list[str]:
    """The checks that did not pass, in words."""
    failed = table[~table["passed"]]
    return [f"{row.scenario}, step {row.step}, {row.check}: {row.actual}" for row in failed.itertuples()]

"""Progress in a log: a line when something begins, and at each quarter of it."""

from __future__ import annotations

import logging

from navtalk_widget.engines.chosen import Progress


def progress_in(log: logging.Logger) -> Progress:
    """A function that takes progress and writes it into a log."""
    told: dict[str, int] = {}

    def tell(what: str, share: float | None) -> None:
        quarter = 0 if share is None else int(4 * min(max(share, 0.0), 1.0))
        if quarter > told.get(what, -1):
            told[what] = quarter
            log.info("%s%s", what, "…" if share is None else f": {quarter * 25} %")

    return tell

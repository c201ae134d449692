"""When to try again after a connection was lost."""

from __future__ import annotations

import random
from collections.abc import Iterator

DELAYS = (0.4, 1.0, 2.0, 4.0, 8.0, 15.0, 25.0, 25.0)
"""At most this many seconds before each attempt; after the last the conversation is given up."""


def jittered() -> Iterator[float]:
    """The delays in seconds, each shortened at random by up to a half, so that clients do not come back all at once."""
    for delay in DELAYS:
        yield delay * random.uniform(0.5, 1.0)

"""How many examples a state machine is tried on."""

from __future__ import annotations

import os


def examples(usual: int) -> int:
    """As many as usual, or as `NAVTALK_EXAMPLES` says: thousands, after a change of what is tested."""
    return int(os.environ.get("NAVTALK_EXAMPLES", usual))

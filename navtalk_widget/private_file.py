"""Files that nobody but their owner may read: what was said is in them."""

from __future__ import annotations

import os
from pathlib import Path


def open_private(path: str | Path, flags: int) -> int:
    """Open a file; one that is new can be read and written by its owner alone. Is an `opener` for ``open``, too."""
    return os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)

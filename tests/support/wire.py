"""The recorded messages under tests/wire."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

WIRE = Path(__file__).parents[1] / "wire"


def samples(file: str, kind: str) -> list[dict[str, Any]]:
    """The samples of one kind in a file, such as ``samples("v1", "server")``."""
    recorded: list[dict[str, Any]] = json.loads((WIRE / f"{file}.json").read_text())[kind]
    return recorded

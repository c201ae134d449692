"""Where the built front end is, and its words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parents[1] / "static"

SCRIPT = STATIC / "widget.js"
"""What shows and runs a conversation."""

EXTRAS = STATIC / "extras.js"
"""The rest of it, which a page asks for when it is needed."""

START = STATIC / "start.js"
"""Begins the script on a page of its own."""

STYLE = STATIC / "widget.css"

if not SCRIPT.exists():
    raise ImportError(f"{SCRIPT} is missing: the front end has not been built. Run `npm ci && npm run build` in js/.")


def words_of(locale: str) -> dict[str, Any]:
    """All words of the page in a language."""
    words: dict[str, Any] = json.loads((STATIC / f"{locale}.json").read_text(encoding="utf-8"))
    return words

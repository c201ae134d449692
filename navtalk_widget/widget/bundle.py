"""Where the built front end is, and its words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parents[1] / "static"

SCRIPT = STATIC / "widget.js"
"""For notebooks, packed."""

PAGE = STATIC / "page.js"
"""The same, not packed, for a page that may run no other scripts than those of its server."""

STYLE = STATIC / "widget.css"

if not SCRIPT.exists():
    raise ImportError(f"{SCRIPT} is missing: the front end has not been built. Run `npm ci && npm run build` in js/.")


def words_of(locale: str) -> dict[str, Any]:
    """The page's words in a language; none for English, which it knows by itself."""
    if locale == "en":
        return {}
    words: dict[str, Any] = json.loads((STATIC / f"{locale}.json").read_text(encoding="utf-8"))
    return words

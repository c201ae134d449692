"""Where the built front end is."""

from __future__ import annotations

from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"

SCRIPT = STATIC / "widget.js"
STYLE = STATIC / "widget.css"

if not SCRIPT.exists():
    raise ImportError(f"{SCRIPT} is missing: the front end has not been built. Run `npm ci && npm run build` in js/.")

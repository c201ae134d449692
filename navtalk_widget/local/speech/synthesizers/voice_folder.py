"""Where downloaded voices are kept."""

from __future__ import annotations

from pathlib import Path


def voice_folder() -> Path:
    """The folder of voices in the person's cache; it need not exist."""
    import platformdirs  # comes with the extras that have voices to keep

    return platformdirs.user_cache_path("navtalk-widget", appauthor=False) / "voices"

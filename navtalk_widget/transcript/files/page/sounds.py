"""The recordings of a conversation, as a page refers to them."""

from __future__ import annotations

import base64
import mimetypes
import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.transcript.files.cues import recordings
from navtalk_widget.transcript.turn import Turn

EMBEDDED_BYTES = 25_000_000
"""Recordings of more than this in all are not written into a page."""


def sounds_of(turns: Sequence[Turn], page: Path | None) -> dict[str, str]:
    """The address of each recording for a page: the sound itself, or that of its file where it is large.

    Args:
        turns: in order.
        page: where the page will be; None if it will have no place of its own and must hold the sound.

    Returns:
        By the recording's path, in the order of the turns.

    Raises:
        ConfigurationError: nothing was recorded, a recording is gone, or too large for a page without a place.
    """
    paths = recordings(turns)
    if not paths:
        raise ConfigurationError(
            "None of these turns was recorded.", hint="Leave audio=True out, or record the next conversation."
        )
    files = {path: Path(path).expanduser() for path in paths}
    for path, file in files.items():
        if not file.is_file():
            raise ConfigurationError(
                f"The recording {path} is not there any more.", hint="Put it back, or leave audio=True out."
            )
    size = sum(file.stat().st_size for file in files.values())
    if size <= EMBEDDED_BYTES:
        return {path: _embedded(file) for path, file in files.items()}
    if page is None:
        raise ConfigurationError(
            f"The recordings have {size / 1e6:.0f} MB, too much to be shown in a notebook.",
            hint="Write a page beside them with to_html(path, audio=True), or show fewer turns.",
        )
    return {path: _linked(file, page) for path, file in files.items()}


def kind_of(path: Path) -> str:
    """The media type of a recording, by its name."""
    if path.suffix.lower() == ".opus":
        return "audio/ogg"  # what browsers call it; the registered name is of the sound without a file around it
    return mimetypes.guess_type(path.name)[0] or "audio/wav"


def _embedded(path: Path) -> str:
    return f"data:{kind_of(path)};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _linked(path: Path, page: Path) -> str:
    try:
        return quote(Path(os.path.relpath(path.resolve(), page.resolve().parent)).as_posix())
    except ValueError:  # on another drive of Windows
        return path.resolve().as_uri()

"""Stereo Opus files in an Ogg container: about a tenth of a WAV file's size."""

from __future__ import annotations

from pathlib import Path

from navtalk_widget.recording.encoded_file import EncodedFile

PAGE_US = 500_000
"""Microseconds of an Ogg page, at the end of which what is written can be read."""


class OpusFile(EncodedFile):
    """Writes both sides, some seconds after they were heard.

    Args:
        path: a new file.

    Raises:
        OSError: the file cannot be made.
        MissingExtraError: PyAV is not installed.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, "Opus files", container="ogg", codec="libopus", options={"page_duration": str(PAGE_US)})

"""The folder in which conversations are to be stored."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.history.layout import Layout


def folder_to_write(history_dir: Any) -> Layout:
    """Make sure that conversations can be stored in a folder; a new one can be read by nobody else.

    Args:
        history_dir: its path, text or `Path`; ``~`` is one's home.

    Raises:
        ConfigurationError: it is no path, or nothing can be written there.
    """
    if not isinstance(history_dir, (str, os.PathLike)):
        raise ConfigurationError(f"history_dir= takes the path of a folder, not {type(history_dir).__name__}.")
    root = Path(history_dir).expanduser().absolute()  # notebooks change their folder
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root) as file:
            file.write(b"?")
    except OSError as error:
        raise ConfigurationError(
            f"Conversations cannot be stored in {root}: {error.strerror or error}.",
            hint="Pass as history_dir= a folder that you may write to, on a disk with space.",
        ) from error
    return Layout(root)

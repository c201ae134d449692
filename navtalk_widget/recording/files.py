"""Which file a recording is written to."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from os import PathLike
from pathlib import Path

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.recording.encoded_file import pyav
from navtalk_widget.recording.film_file import CODECS
from navtalk_widget.recording.opus_file import OpusFile
from navtalk_widget.recording.sides import SoundFile
from navtalk_widget.recording.wav_file import WavFile

SOUND: dict[str, Callable[[Path], SoundFile]] = {".wav": WavFile, ".opus": OpusFile, ".ogg": OpusFile}

FILM = tuple(CODECS)


def chosen_path(path: str | PathLike[str] | None, *, video: bool) -> Path:
    """Where to record to.

    Args:
        path: a file that is not there yet, or a folder, in which the file is named by the time; None for the current
            folder.
        video: whether the picture is recorded too.

    Raises:
        ConfigurationError: the file is there or its folder is not, or it is of a kind that cannot be written.
        MissingExtraError: the kind of file needs a package.
    """
    chosen = Path.cwd() if path is None else Path(path).expanduser().absolute()
    if chosen.is_dir():
        kind = ".mp4" if video else ".wav"
        chosen = chosen / f"conversation-{datetime.now().astimezone():%Y-%m-%d-%H-%M-%S}{kind}"
    suffix = chosen.suffix.lower()
    if suffix not in SOUND and suffix not in FILM:
        raise ConfigurationError(
            f"Recordings are not written as {suffix or 'a file without ending'}: {chosen.name}.",
            hint="Choose .wav, .opus or .ogg; or .mp4 or .webm to have the picture too.",
        )
    if video and suffix not in FILM:
        raise ConfigurationError(f"There is no picture in a {suffix} file.", hint="Choose .mp4 or .webm.")
    if chosen.exists():
        raise ConfigurationError(f"{chosen} is there already.", hint="Choose another name; nothing is overwritten.")
    if not os.access(chosen.parent, os.W_OK | os.X_OK):
        raise unwritable(chosen, "there is no such folder, or nothing may be written in it")
    if suffix != ".wav":
        pyav(f"Recordings to {suffix} files")
    return chosen


def unwritable(path: Path, cause: str) -> ConfigurationError:
    """That a file cannot be made, in words."""
    return ConfigurationError(
        f"{path} cannot be written: {cause}.", hint="Choose another path, in a folder that is there."
    )

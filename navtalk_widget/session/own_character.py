"""A character of the user's own: a folder, a photo's file, or a picture in memory."""

from __future__ import annotations

import asyncio
import functools
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

from navtalk_widget.daemon_thread import run_in_daemon_thread
from navtalk_widget.engines.portrait import Portrait
from navtalk_widget.errors import ConfigurationError

T = TypeVar("T")

_PATH = re.compile(r"[~./\\]|.*[/\\]|.*\.(png|jpe?g|webp|bmp|gif|tiff?)$", re.IGNORECASE | re.DOTALL)
"""What no name of a character looks like."""


class OwnCharacter:
    """Brings a character to where the embedded service can read it.

    Args:
        source: where it is, or what it looks like; the latter is written to a folder that only this user can read.
    """

    def __init__(self, source: Path | Portrait) -> None:
        self._source = source
        self._folder: Path | None = None

    @property
    def name(self) -> str:
        """What it is called."""
        if isinstance(self._source, Portrait):
            return self._source.name
        return str(_description(self._source).get("name") or self._source.stem)

    @property
    def voice(self) -> str | None:
        """The voice that it speaks with, if it says so."""
        source = self._source
        voice = source.voice if isinstance(source, Portrait) else _description(source).get("voice")
        return voice if isinstance(voice, str) and voice else None

    @property
    def is_written(self) -> bool:
        """Whether there is a folder of ours, which `remove` removes."""
        return self._folder is not None

    async def write(self) -> Path:
        """Where the service finds it.

        Raises:
            ConfigurationError: it is no picture.
        """
        if isinstance(self._source, Path):
            return self._source
        if self._folder is None or not self._folder.exists():  # a service that ended has removed it
            self._folder = Path(await _in_thread(functools.partial(mkdtemp, prefix="navtalk-character-")))
            try:
                await _in_thread(functools.partial(self._source.save, self._folder))
            except BaseException:
                await self.remove()
                raise
        return self._folder

    async def remove(self) -> None:
        """Remove what was written."""
        folder, self._folder = self._folder, None
        if folder is not None:
            await _in_thread(functools.partial(shutil.rmtree, folder, ignore_errors=True))


def own_character(character: Any) -> OwnCharacter | None:
    """What is given for a character, if it is not the name of one.

    Raises:
        ConfigurationError: there is nothing at that path, or it is nothing that could speak.
    """
    if isinstance(character, Portrait):
        return OwnCharacter(character)
    if isinstance(character, Path) or (isinstance(character, str) and _PATH.match(character)):
        path = Path(character).expanduser().absolute()
        if not path.exists():
            raise ConfigurationError(
                f"There is no character at {path}.",
                hint="Pass the name of a character, a folder with a character.json, or a photo.",
            )
        return OwnCharacter(path)
    if isinstance(character, str):
        return None
    if hasattr(character, "__array__") or hasattr(character, "convert"):  # what numpy and Pillow have
        return OwnCharacter(Portrait(character))
    raise ConfigurationError(
        f"character= takes a name, a path or a picture, not {type(character).__name__}.",
        hint="Pictures are Pillow images, numpy arrays, and navtalk_widget.Portrait.",
    )


def _description(source: Path) -> dict[str, Any]:
    try:
        described = json.loads((source / "character.json").read_text("utf-8"))
    except (OSError, ValueError):  # a photo; or the service tells what is wrong with it
        return {}
    return described if isinstance(described, dict) else {}


async def _in_thread(work: Callable[[], T]) -> T:
    # Not to_thread: the interpreter would wait for its threads before it ends.
    outcome = await asyncio.wrap_future(run_in_daemon_thread(work, "navtalk-character"))
    if outcome.error is not None:
        raise outcome.error
    return outcome.value  # type: ignore[return-value]  # there is one where there is no error

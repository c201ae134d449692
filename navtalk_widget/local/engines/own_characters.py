"""Characters and portraits of the user's own, that a service has besides those of this package."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from navtalk_widget.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class OwnCharacter:
    """One of them.

    Attributes:
        name: that clients ask for.
        path: the folder with its ``character.json``, or a photo.
        voice: that it has until the client says another; ``""`` if it does not say.
        greeting: what it says first, if the instructions ask for nothing else; ``""`` if it does not say.
    """

    name: str
    path: Path
    voice: str = ""
    greeting: str = ""


class OwnCharacters:
    """Finds them by name.

    Args:
        paths: of folders and photos.

    Raises:
        ConfigurationError: there is nothing in a place, or its description cannot be read.
    """

    def __init__(self, paths: Iterable[Path] = ()) -> None:
        self._by_name = {each.name.strip().lower(): each for each in map(described, paths)}

    def __iter__(self) -> Iterator[OwnCharacter]:
        return iter(self._by_name.values())

    def named(self, name: str) -> OwnCharacter | None:
        """The character of that name; None if there is none."""
        return self._by_name.get(name.strip().lower())

    def path(self, name: str) -> Path | None:
        """Where the character of that name is; None if there is none."""
        found = self.named(name)
        return None if found is None else found.path


def described(path: Path) -> OwnCharacter:
    """Read what a folder or a photo says of its character.

    Raises:
        ConfigurationError: there is nothing, or its description cannot be read.
    """
    path = path.expanduser().absolute()
    if path.is_file():
        return OwnCharacter(path.stem, path)
    try:
        told: Any = json.loads((path / "character.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"There is no character at {path}: {error}.", hint="Give a folder with a character.json, or a photo."
        ) from error
    texts = {key: value for key, value in told.items() if isinstance(value, str)} if isinstance(told, dict) else {}
    return OwnCharacter(
        texts.get("name") or path.name, path, voice=texts.get("voice", ""), greeting=texts.get("greeting", "")
    )

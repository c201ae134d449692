"""The characters that come with this package, as they look."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path

from navtalk_widget.engines.cast import VOICES, folder_of
from navtalk_widget.local.avatar.character import Character, load_character

FOLDERS = tuple(VOICES)


def character_names() -> list[str]:
    """Return the names of all characters, as the protocol spells them."""
    return [_character(folder).name for folder in FOLDERS]


def character_named(name: str) -> Character:
    """Return the character of that name; for an unknown name always the same one of those there are."""
    return _character(folder_of(name))


@lru_cache(maxsize=len(FOLDERS))
def _character(folder: str) -> Character:
    return load_character(Path(str(resources.files(__package__).joinpath("characters", folder))))

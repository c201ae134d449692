"""The characters that come with this package, and the names they go by."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path

from navtalk_widget.local.avatar.character import Character, load_character

FOLDERS = ("leo", "lily", "elaine", "zoe", "mia", "owen")

_STRANGERS = ("leo", "lily")
"""Who stands in for a character that nobody knows."""

_NAMED = {
    "leo": "Leo Alex Ethan Ben",
    "owen": "Owen Brain",
    "lily": "Lily Emma Emily Lauren Freya Sophia Ella Aoibheann",
    "zoe": "Zoe Ava Chloe Nicole Gabriela Valentina",
    "mia": "Mia",
    "elaine": "Elaine Lisa",
}
_NUMBERED = {
    "leo": "man2 man4",
    "owen": "man3",
    "lily": "girl2 girl4 girl5 girl8",
    "zoe": "girl3 girl6",
    "mia": "girl7",
}

SYSTEM_NAMES: Mapping[str, str] = {
    **{f"navtalk.{name}": folder for folder, names in _NAMED.items() for name in names.split()},
    **{name: folder for folder, names in _NUMBERED.items() for name in names.split()},
}
"""The names that NavTalk has given its avatars so far, and the folder of the character that stands in for each."""

_FOLDERS_BY_NAME = {name.lower(): folder for name, folder in SYSTEM_NAMES.items()}


def character_names() -> list[str]:
    """Return the names of all characters, as the protocol spells them."""
    return [_character(folder).name for folder in FOLDERS]


def character_named(name: str) -> Character:
    """Return the character of that name; for an unknown name always the same one of those there are."""
    folder = _FOLDERS_BY_NAME.get(name.strip().lower())
    return _character(folder or _STRANGERS[zlib.crc32(name.encode("utf-8", "surrogatepass")) % len(_STRANGERS)])


@lru_cache(maxsize=len(FOLDERS))
def _character(folder: str) -> Character:
    return load_character(Path(str(resources.files(__package__).joinpath("characters", folder))))

"""The characters that the embedded service has: a kernel knows their names and voices without asking it.

What they look like and how they greet is in `local/avatar/characters`.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from uuid import NAMESPACE_URL, uuid5

VOICES: Mapping[str, str] = {
    "leo": "cedar",
    "lily": "marin",
    "elaine": "sage",
    "zoe": "coral",
    "mia": "shimmer",
    "owen": "ash",
}
"""The folder of each character, and the voice that is its own."""

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


def knows_character(name: str) -> bool:
    """Whether NavTalk has given an avatar this name."""
    return name.strip().lower() in _FOLDERS_BY_NAME


def folder_of(name: str) -> str:
    """The folder of the character that goes by a name; for an unknown name always the same one of those there are."""
    stand_in = _STRANGERS[zlib.crc32(name.encode("utf-8", "surrogatepass")) % len(_STRANGERS)]
    return _FOLDERS_BY_NAME.get(name.strip().lower(), stand_in)


def voice_of(name: str) -> str:
    """The voice of the character that goes by a name."""
    return VOICES[folder_of(name)]


def own_name(folder: str) -> str:
    """What a character is called, as the protocol spells it."""
    return f"navtalk.{folder.capitalize()}"


def avatar_id_of(name: str) -> str:
    """The identifier that the embedded service has for one of NavTalk's names."""
    return uuid5(NAMESPACE_URL, f"navtalk-widget/avatar/{name}").hex

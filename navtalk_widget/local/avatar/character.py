"""The characters: their measures, colours and drawings."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from string import Template
from typing import Any

WIDTH, HEIGHT = 320, 400
"""Pixels of the picture; the drawings use the same coordinates."""

_FOLDERS = ("leo", "lily")

_MEN = "Leo Alex Ethan Brain Owen Ben"
_WOMEN = "Lily Emma Sophia Mia Chloe Zoe Ava Emily Lauren Freya Lisa Valentina Nicole Gabriela Ella Elaine Aoibheann"

SYSTEM_NAMES: Mapping[str, str] = {
    **{f"navtalk.{name}": "leo" for name in _MEN.split()},
    **{f"navtalk.{name}": "lily" for name in _WOMEN.split()},
    **{f"man{number}": "leo" for number in range(2, 5)},
    **{f"girl{number}": "lily" for number in range(2, 9)},
}
"""The names that NavTalk has given its avatars so far, and the folder of the character that stands in for each."""

_FOLDERS_BY_NAME = {name.lower(): folder for name, folder in SYSTEM_NAMES.items()}


@dataclass(frozen=True, slots=True)
class MouthLook:
    """Where the mouth is, its measures at rest in pixels, and its colours as `#rrggbb`."""

    x: float
    y: float
    half_width: float
    upper_lip: float
    lower_lip: float
    bow: float
    smile: float
    jaw_travel: float
    upper: str
    lower: str
    line: str
    shine: str
    shadow: str
    inside: str
    throat: str
    teeth: str
    teeth_shade: str
    tongue: str


@dataclass(frozen=True, slots=True)
class Character:
    """One character.

    Attributes:
        name: as the protocol spells it.
        folder: of its drawings within `characters`.
        palette: what the placeholders in the drawings stand for.
        eye: measures of the eyes, see `eyes.eye_shapes`.
        mouth: see `MouthLook`.
        neck_pivot: the row the head sways around.
        jaw: the row from which the lower face moves with the jaw, the row of the chin, and the row on the neck down
            to which the skin gives way; all even.
        jaw_sides: the columns between which it moves; even.
    """

    name: str
    folder: str
    palette: Mapping[str, str]
    eye: Mapping[str, float]
    mouth: MouthLook
    neck_pivot: float
    jaw: tuple[int, int, int]
    jaw_sides: tuple[int, int]

    @property
    def mouth_box(self) -> tuple[float, float, float, float]:
        """Where the mouth moves: x, y, width and height as fractions of the picture."""
        look = self.mouth
        left, top = look.x - 1.25 * look.half_width, look.y - 14
        return left / WIDTH, top / HEIGHT, 2.5 * look.half_width / WIDTH, 40 / HEIGHT

    def drawing(self, layer: str, **shapes: str) -> str:
        """Return the SVG of a layer with the palette's colours, and the shapes given, put in."""
        text = resources.files(__package__).joinpath("characters", self.folder, f"{layer}.svg").read_text("utf-8")
        return Template(text).substitute(self.palette, **shapes)


def character_names() -> list[str]:
    """Return the names of all characters, as the protocol spells them."""
    return [_load(folder).name for folder in _FOLDERS]


def character_named(name: str) -> Character:
    """Return the character of that name; for an unknown name always the same one of those there are."""
    folder = _FOLDERS_BY_NAME.get(name.strip().lower())
    return _load(folder or _FOLDERS[zlib.crc32(name.encode("utf-8", "surrogatepass")) % len(_FOLDERS)])


@lru_cache(maxsize=len(_FOLDERS))
def _load(folder: str) -> Character:
    file = resources.files(__package__).joinpath("characters", folder, "character.json")
    data: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return Character(
        name=data["name"],
        folder=folder,
        palette=data["palette"],
        eye=data["eye"],
        mouth=MouthLook(**data["mouth"]),
        neck_pivot=data["neck_pivot"],
        jaw=(data["jaw"][0], data["jaw"][1], data["jaw"][2]),
        jaw_sides=(data["jaw_sides"][0], data["jaw_sides"][1]),
    )

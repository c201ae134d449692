"""A character: its measures, colours and drawings, read from a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.avatar.drawn.drawing import fill, read_drawing

WIDTH, HEIGHT = 320, 400
"""The coordinates of all drawings and measures, and the pixels of the smallest picture."""

LAYERS = ("background", "body", "head", "brows", "eyes")
"""The drawings of a character, the hindmost first."""

FRONT = "front"
"""A further drawing that a character may have: what the head carries before its eyes, glasses or a fringe."""

Colour: TypeAlias = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Row: TypeAlias = Annotated[int, Field(ge=0, le=HEIGHT, multiple_of=2)]
Column: TypeAlias = Annotated[int, Field(ge=0, le=WIDTH, multiple_of=2)]
X: TypeAlias = Annotated[float, Field(ge=0, le=WIDTH)]
Y: TypeAlias = Annotated[float, Field(ge=0, le=HEIGHT)]
Length: TypeAlias = Annotated[float, Field(ge=0, le=WIDTH)]

_STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)


@checked(frozen=True, slots=True, config=_STRICT)
class MouthLook:
    """Where the mouth is, its measures at rest, and its colours as `#rrggbb`.

    Attributes:
        x: of its middle.
        y: of the line between the lips.
        half_width: from the middle to a corner.
        upper_lip: its thickness.
        lower_lip: its thickness.
        bow: how far the middle of the line dips.
        smile: how far the corners rise.
        jaw_travel: how far the chin goes down with the mouth at its widest.
        upper: colour of the upper lip.
        lower: colour of the lower lip.
        line: where the lips meet.
        shine: on the lower lip.
        shadow: of the skin below the lip and at the corners.
        inside: of the mouth.
        throat: its depth.
        teeth: of the upper row.
        teeth_shade: of the lower row.
        tongue: its colour.
    """

    x: X
    y: Y
    half_width: Annotated[float, Field(ge=6, le=30)]
    upper_lip: Annotated[float, Field(ge=0, le=14)]
    lower_lip: Annotated[float, Field(ge=0, le=14)]
    bow: Annotated[float, Field(ge=-4, le=4)]
    smile: Annotated[float, Field(ge=-8, le=8)]
    jaw_travel: Annotated[float, Field(ge=0, le=16)]
    upper: Colour
    lower: Colour
    line: Colour
    shine: Colour
    shadow: Colour
    inside: Colour
    throat: Colour
    teeth: Colour
    teeth_shade: Colour
    tongue: Colour


@checked(frozen=True, slots=True, config=_STRICT)
class EyeLook:
    """Where the eyes are, and the measures of the viewer's left one; see `eyes.eye_shapes`.

    Attributes:
        left: middle of the eye on the viewer's left.
        right: middle of the other one.
        half_width: from the middle to a corner.
        upper_open: how high the upper lid stands over the corners when open.
        lower: how far the lower lid hangs below them.
        tilt: how much higher the outer corner is.
        crease: how far the fold of the lid lies above the lid.
        lash: thickness of the upper lashes.
        wing: how far they stand out beyond the outer corner.
        box: left, top, right and bottom of all that brows and eyes ever cover; even.
    """

    left: tuple[X, Y]
    right: tuple[X, Y]
    half_width: Annotated[float, Field(ge=4, le=40)]
    upper_open: Annotated[float, Field(ge=1, le=40)]
    lower: Annotated[float, Field(ge=0, le=30)]
    tilt: Annotated[float, Field(ge=-6, le=6)]
    crease: Annotated[float, Field(ge=0, le=20)]
    lash: Annotated[float, Field(ge=0, le=8)]
    wing: Annotated[float, Field(ge=0, le=12)]
    box: tuple[Column, Row, Column, Row] = (96, 142, 224, 210)


@checked(frozen=True, slots=True, config=_STRICT)
class _File:
    """What a `character.json` says."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    age: str
    gender: str
    style: str
    voice: Annotated[str, Field(min_length=1)]
    greeting: str
    palette: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Colour]
    eye: EyeLook
    mouth: MouthLook
    neck_pivot: Y
    jaw: tuple[Row, Annotated[int, Field(ge=0, le=HEIGHT)], Row]
    jaw_sides: tuple[Column, Column]


_FILE: TypeAdapter[_File] = TypeAdapter(_File)


@dataclass(frozen=True, slots=True)
class Character:
    """One character. All measures are in the coordinates of the drawings, `WIDTH` by `HEIGHT`.

    Attributes:
        name: as the protocol spells it.
        age: in words, as are `gender` and `style`.
        gender: see above.
        style: of the drawing.
        voice: that suits it, as OpenAI names its voices.
        greeting: what it may say first.
        palette: what the placeholders in the drawings stand for.
        eye: see `EyeLook`.
        mouth: see `MouthLook`.
        neck_pivot: the row the head sways around.
        jaw: the row from which the lower face moves with the jaw, the row of the chin, and the row on the neck down
            to which the skin gives way; the first and the last even.
        jaw_sides: the columns between which it moves; even.
    """

    name: str
    age: str
    gender: str
    style: str
    voice: str
    greeting: str
    palette: Mapping[str, str]
    eye: EyeLook
    mouth: MouthLook
    neck_pivot: float
    jaw: tuple[int, int, int]
    jaw_sides: tuple[int, int]
    _drawings: Mapping[str, str] = field(repr=False)

    @property
    def layers(self) -> tuple[str, ...]:
        """The drawings there are, the hindmost first."""
        return tuple(self._drawings)

    @property
    def mouth_box(self) -> tuple[float, float, float, float]:
        """Where the mouth moves: x, y, width and height as fractions of the picture."""
        look = self.mouth
        left, top = look.x - 1.25 * look.half_width, look.y - 14
        return left / WIDTH, top / HEIGHT, 2.5 * look.half_width / WIDTH, 40 / HEIGHT

    def drawing(self, layer: str, **shapes: str) -> str:
        """Return the SVG of a layer with the palette's colours, and the shapes given, put in."""
        return fill(f"{layer}.svg of {self.name}", self._drawings[layer], {**self.palette, **shapes})


def load_character(folder: Path) -> Character:
    """Return the character in a folder: its `character.json` and an SVG for each layer.

    Raises:
        ConfigurationError: a file is missing, or says what it cannot; the text tells which and how to mend it.
    """
    told = _told(folder / "character.json")
    layers = LAYERS + ((FRONT,) if (folder / f"{FRONT}.svg").exists() else ())
    drawings = {layer: read_drawing(folder / f"{layer}.svg") for layer in layers}
    for layer in layers:
        if layer != "eyes":  # whose shapes change; what draws them fills them in
            fill(f"{folder / layer}.svg", drawings[layer], told.palette)
    return Character(
        name=told.name,
        age=told.age,
        gender=told.gender,
        style=told.style,
        voice=told.voice,
        greeting=told.greeting,
        palette=told.palette,
        eye=told.eye,
        mouth=told.mouth,
        neck_pivot=told.neck_pivot,
        jaw=told.jaw,
        jaw_sides=told.jaw_sides,
        _drawings=drawings,
    )


def _told(file: Path) -> _File:
    try:
        told = _FILE.validate_json(file.read_bytes())
    except OSError as error:
        raise ConfigurationError(
            f"There is no character in {file.parent}: {file.name} cannot be read ({error.strerror}).",
            hint="Name the folder that holds character.json and the layers.",
        ) from error
    except ValidationError as error:
        problems = "; ".join(_in_words(problem) for problem in error.errors()[:5])
        raise ConfigurationError(f"In {file}: {problems}.", hint="See docs/characters.md for what it says.") from error
    top, chin, neck = told.jaw
    if not top < told.mouth.y < chin < neck:
        raise ConfigurationError(
            f"In {file}: jaw is [{top}, {chin}, {neck}], but mouth.y is {told.mouth.y:g}.",
            hint="From top to bottom they are: jaw's first row, the mouth, the chin, and a row on the neck.",
        )
    return told


def _in_words(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "missing":
        return f"{place} is missing"
    if problem["type"] == "unexpected_keyword_argument":
        return f"{place} is no setting"
    if problem["type"] == "string_pattern_mismatch" and "a-fA-F" in problem["ctx"]["pattern"]:
        return f"{place} is {problem['input']!r}, not a colour like #1a2b3c"
    return f"{place}: {problem['msg'][0].lower()}{problem['msg'][1:]}" if place else problem["msg"]

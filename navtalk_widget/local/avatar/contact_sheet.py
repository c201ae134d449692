"""Pictures of a character in all its shapes, for those who draw one: ``python -m … FOLDER OUT.png``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from navtalk_widget.errors import NavTalkError
from navtalk_widget.local.avatar.cast import character_named, character_names
from navtalk_widget.local.avatar.character import HEIGHT, WIDTH, Character, load_character
from navtalk_widget.local.avatar.drawn.drawn_face import DrawnFace
from navtalk_widget.local.avatar.life.motion import ATTITUDES, Attitude, Bearing
from navtalk_widget.local.avatar.life.visemes import VISEMES, Mouth
from navtalk_widget.local.avatar.still import still

_COLUMNS = 6
_LABEL = 24
_PAPER, _INK = "#ffffff", "#333333"

_MOUTHS = ("rest", "mbp", "fv", "th", "sz", "sh", "ee", "eh", "a", "ah", "oh", "oo")

_LOOKS: dict[str, Bearing] = {
    "eyes half closed": Bearing(eyes=0.5),
    "eyes closed": Bearing(eyes=0.0),
    "looking left": Bearing(gaze_right=-3.0),
    "looking right": Bearing(gaze_right=3.0),
    "brows raised": Bearing(brows=2.0),
    "head tilted": Bearing(right=0.5, tilt=0.02),
    "smiling": Bearing(smile=1.0),
    "serious": Bearing(smile=-0.6, worry=0.6),
}


def contact_sheet(character: Character, scale: float = 1.0) -> Image.Image:
    """Return pictures of a character's mouths, looks and moods, each with its name; 320 by 400 pixels at scale 1."""
    size = 2 * round(WIDTH * scale / 2), 2 * round(HEIGHT * scale / 2)
    face = DrawnFace(character, size)
    shots = [(name, VISEMES[name], Bearing()) for name in _MOUTHS]
    shots += [(name, Mouth(), bearing) for name, bearing in _LOOKS.items()]
    shots += [(f"mood: {mood}", Mouth(), _bearing(attitude)) for mood, attitude in ATTITUDES.items()]
    rows = -(-len(shots) // _COLUMNS)
    sheet = Image.new("RGB", (_COLUMNS * size[0], rows * (size[1] + _LABEL)), _PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=14)
    for i, (name, mouth, bearing) in enumerate(shots):
        left, top = i % _COLUMNS * size[0], i // _COLUMNS * (size[1] + _LABEL)
        sheet.paste(Image.fromarray(still(face, mouth, bearing)), (left, top))
        pen.text((left + 8, top + size[1] + 4), name, fill=_INK, font=font)
    return sheet


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a contact sheet; the exit code is 1 if the character is faulty, with a sentence on standard error."""
    parser = argparse.ArgumentParser(
        prog="python -m navtalk_widget.local.avatar.contact_sheet",
        description="Draw a character in several mouth shapes, looks and moods.",
    )
    parser.add_argument("character", help=f"its folder, or one of {', '.join(character_names())}")
    parser.add_argument("picture", type=Path, help="the PNG to write")
    parser.add_argument("--scale", type=float, default=1.0, help="1 draws 320x400 pixels each, 2 draws 640x800")
    options = parser.parse_args(arguments)
    try:
        named = options.character in character_names()
        character = character_named(options.character) if named else load_character(Path(options.character))
        contact_sheet(character, options.scale).save(options.picture)
    except NavTalkError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{options.picture} cannot be written: {error.strerror or error}\n")
        return 1
    return 0


def _bearing(attitude: Attitude) -> Bearing:
    return Bearing(
        right=attitude.right,
        down=attitude.down,
        tilt=attitude.tilt,
        gaze_right=attitude.gaze_right,
        gaze_down=attitude.gaze_down,
        brows=attitude.brows,
        smile=attitude.smile,
        worry=attitude.worry,
    )


if __name__ == "__main__":
    sys.exit(main())

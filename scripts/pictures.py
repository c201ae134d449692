"""Make the pictures of docs/ anew: characters and a portrait, a clip with sound, plots. Run: make pictures."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

from navtalk_widget.local.avatar.cast import character_named, character_names
from navtalk_widget.local.avatar.drawn.drawn_face import DrawnFace
from navtalk_widget.local.avatar.face import Face
from navtalk_widget.local.avatar.life.motion import Bearing
from navtalk_widget.local.avatar.life.visemes import VISEMES
from navtalk_widget.local.avatar.portrait.portrait_face import PortraitFace
from navtalk_widget.local.avatar.portrait.source import load_portrait
from navtalk_widget.local.avatar.still import still
from navtalk_widget.local.film.filmed_reply import film_reply
from scripts.plot_pictures import plot_pictures

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"

SIZE = (320, 400)
SHOWN = (200, 250)
MOUTHS = ("rest", "ee", "ah", "oo")
LABEL = 22


def mouths(face: Face, name: str) -> Image.Image:
    """One column: a face in several mouth shapes, and with its eyes closed."""
    shots = [still(face, VISEMES[mouth], Bearing()) for mouth in MOUTHS]
    shots.append(still(face, VISEMES["rest"], Bearing(eyes=0.0, smile=0.8)))
    column = Image.new("RGB", (SHOWN[0], LABEL + len(shots) * SHOWN[1]), "#ffffff")
    ImageDraw.Draw(column).text((8, 3), name, fill="#333333", font=ImageFont.load_default(size=14))
    for row, shot in enumerate(shots):
        column.paste(Image.fromarray(shot).resize(SHOWN, Image.Resampling.LANCZOS), (0, LABEL + row * SHOWN[1]))
    return column


def characters() -> None:
    """All characters, and a photo, side by side."""
    columns = [mouths(DrawnFace(character_named(name), SIZE), name) for name in character_names()]
    columns.append(mouths(PortraitFace(load_portrait(ROOT / "tests/support/portrait.jpg"), SIZE), "a photo"))
    sheet = Image.new("RGB", (len(columns) * SHOWN[0], columns[0].height), "#ffffff")
    for place, column in enumerate(columns):
        sheet.paste(column, (place * SHOWN[0], 0))
    sheet.save(DOCS / "characters.jpg", quality=88)


async def clip() -> None:
    """A few seconds of talk: with sound, and without for where films are not shown."""
    film = DOCS / "talking.mp4"
    await film_reply(film, "Hello! How are you?", character="navtalk.Lily", size=(480, 600))
    with av.open(str(film)) as container:
        pictures = [
            frame.to_image().resize((256, 320), Image.Resampling.LANCZOS) for frame in container.decode(video=0)
        ]
    pictures[0].save(DOCS / "talking.webp", save_all=True, append_images=pictures[1:], duration=40, loop=0, quality=72)


if __name__ == "__main__":
    characters()
    asyncio.run(clip())
    asyncio.run(plot_pictures(DOCS / "plots"))
    made = [path for path in DOCS.rglob("*") if path.is_file()]
    sys.stdout.write("".join(f"{path.relative_to(DOCS)}: {path.stat().st_size // 1024} kB\n" for path in made))

"""Take a picture of the widget in every state and lay them out on sheets, in build/states. Run: make states."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from navtalk_widget.local.avatar.cast import character_named, character_names
from navtalk_widget.local.avatar.drawn.drawn_face import DrawnFace
from navtalk_widget.local.avatar.life.motion import Bearing
from navtalk_widget.local.avatar.life.visemes import VISEMES
from navtalk_widget.local.avatar.still import still

ROOT = Path(__file__).parents[1]
STATES = ROOT / "build" / "states"
FACES = STATES / "faces"
SHOTS = STATES / "shots"

SHEET_WIDTH = 3200
GAP = 20
LABEL = 26


def draw_faces() -> None:
    """The faces that are seen in the pictures."""
    FACES.mkdir(parents=True)
    for name in character_names():
        face = DrawnFace(character_named(name), (320, 400))
        Image.fromarray(still(face, VISEMES["rest"], Bearing())).save(FACES / f"{name}.png")


def laid_out(shots: list[Path]) -> Image.Image:
    """Pictures in rows, each with its file's name below."""
    rows: list[list[tuple[str, Image.Image]]] = [[]]
    left = GAP
    for shot in shots:
        picture = Image.open(shot).convert("RGB")
        if rows[-1] and left + picture.width + GAP > SHEET_WIDTH:
            rows.append([])
            left = GAP
        rows[-1].append((shot.stem, picture))
        left += picture.width + GAP
    heights = [max(picture.height for _, picture in row) + LABEL + GAP for row in rows]
    sheet = Image.new("RGB", (SHEET_WIDTH, sum(heights) + GAP), "#8a8f94")
    drawing = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=15)
    top = GAP
    for row, height in zip(rows, heights, strict=True):
        left = GAP
        for name, picture in row:
            sheet.paste(picture, (left, top))
            drawing.text((left, top + picture.height + 4), name, fill="#000000", font=font)
            left += picture.width + GAP
        top += height
    return sheet


def some() -> Image.Image:
    """A few states, as docs/states.jpg shows them: two above each other, and two beside them."""
    upper, lower = shot("640_dark_en", "settings"), shot("640_light_zh", "tool asks")
    asked, talks = shot("280_light_en", "record, consent"), shot("280_dark_zh", "push-to-talk, held")
    sheet = Image.new("RGB", (upper.width + 2 * (asked.width + GAP), upper.height + GAP + lower.height), "#d6dbdf")
    sheet.paste(upper, (0, 0))
    sheet.paste(lower, (0, upper.height + GAP))
    sheet.paste(asked, (upper.width + GAP, 0))
    sheet.paste(talks, (upper.width + asked.width + 2 * GAP, 0))
    return sheet


def shot(look: str, state: str) -> Image.Image:
    """The picture of one state."""
    (path,) = (SHOTS / look).glob(f"* {state}.png")
    return Image.open(path).convert("RGB")


if __name__ == "__main__":
    shutil.rmtree(STATES, ignore_errors=True)
    draw_faces()
    taken = subprocess.run(["npm", "--prefix", str(ROOT / "js"), "run", "states", "--", *sys.argv[1:]])
    for look in sorted(SHOTS.iterdir()):
        laid_out(sorted(look.iterdir())).save(STATES / f"{look.name}.png")
    if not sys.argv[1:]:
        some().save(STATES / "states.jpg", quality=88)
    sys.exit(taken.returncode)

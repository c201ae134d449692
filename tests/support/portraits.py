"""A portrait photo, and a drawn one whose measures are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

PHOTO = Path(__file__).with_name("portrait.jpg")

LEFT_EYE, RIGHT_EYE = (114.5, 101.0), (159.1, 103.4)
MOUTH = (115.5, 139.5), (157.0, 141.0)
"""Of the photo, as a person sees them, in its pixels."""

DRAWN_SIZE = (600, 700)
DRAWN_EYES = (240.0, 280.0), (360.0, 280.0)
DRAWN_MOUTH = (250.0, 405.0), (350.0, 405.0)
DRAWN_HALF = 50.0


def photo() -> Image.Image:
    with Image.open(PHOTO) as image:
        return image.convert("RGB")


def drawn(*, parted: float = 0.0, sag: float = 0.1) -> Image.Image:
    """Draw a face.

    Args:
        parted: how far apart the lips are at the middle of the mouth, with teeth between, in half widths.
        sag: how far the upper lip's edge lies below the corners of the mouth there, in half widths.
    """
    image = Image.new("RGB", DRAWN_SIZE, (120, 140, 160))
    draw = ImageDraw.Draw(image)
    draw.ellipse((170, 110, 430, 490), fill=(224, 182, 155))
    u = np.linspace(-1.0, 1.0, 101)
    arch = 1.0 - u * u

    def between(
        top: np.ndarray, bottom: np.ndarray, centre: tuple[float, float], half: float
    ) -> list[tuple[float, float]]:
        there = [(centre[0] + half * x, centre[1] + half * y) for x, y in zip(u, top, strict=True)]
        back = [(centre[0] + half * x, centre[1] + half * y) for x, y in zip(u, bottom, strict=True)]
        return there + back[::-1]

    mouth = 300.0, 405.0
    draw.polygon(between((sag - 0.24) * arch**0.75, sag * arch, mouth, DRAWN_HALF), fill=(178, 98, 92))
    draw.polygon(
        between((sag + parted) * arch, (sag + parted + 0.32) * arch**0.75, mouth, DRAWN_HALF), fill=(190, 106, 100)
    )
    if parted:
        draw.polygon(between(sag * arch, (sag + parted) * arch, mouth, DRAWN_HALF), fill=(238, 234, 224))
    for x, y in DRAWN_EYES:
        draw.polygon(between(-0.42 * arch, 0.26 * arch, (x, y), 28.0), fill=(240, 240, 240))
        draw.ellipse((x - 10, y - 10, x + 10, y + 8), fill=(60, 40, 30))
        draw.arc((x - 32, y - 58, x + 32, y - 8), 200, 340, fill=(90, 60, 40), width=6)
        draw.line(between(-0.42 * arch, -0.42 * arch, (x, y), 28.0), fill=(40, 25, 20), width=3)
    return image

"""An instrument: a picture that flashes and a sound that beeps at one and the same moment of the clock.

Flash and beep go the way of face and voice from end to end, so what lies between them at a viewer is what lies between
lips and words. Ask for the character `navtalk.TestCard`. To try the instrument itself, `navtalk.TestCard+80ms` delays
every beep, `navtalk.TestCard-80ms` advances it, and `navtalk.TestCard+0ms+80ms-80ms` does each of that in turn.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.avatar.layers import planes_of, ycbcr_of
from navtalk_widget.local.avatar.life.motion import Bearing
from navtalk_widget.local.avatar.life.visemes import VISEMES, Mouth
from navtalk_widget.local.playout import Playout, ScheduledPhoneme

INTERVAL = SAMPLE_RATE * 26 // 25
"""Samples from one beep to the next: 1.04 s. After a whole second a screen of 60 Hz would show every flash late by one
and the same part of its own interval, which so evens out."""

LENGTH = SAMPLE_RATE // 5
"""Samples that beep and flash last."""

BEEP_HZ = 1_000
BEEP_LEVEL = 0.5
"""Of full scale."""

WHITE = 235
"""Luma of the flash."""

_NAME = re.compile(r"navtalk\.testcard(?P<delays>(?:[+-][0-9]{1,3}ms){0,8})", re.IGNORECASE)
_MAX_DELAY_MS = 400
"""More could not be told from the next beep's."""

_SOUND = "ɑ"
_WIDE = 0.5 * VISEMES["ah"].opening
"""The mouth opens to this at the beginning of the sound, by the symmetry of the blend."""

_BARS = ("#bfbfbf", "#bfbf00", "#00bfbf", "#00bf00", "#bf00bf", "#bf0000", "#0000bf")


def sound_delays(character: str) -> tuple[int, ...] | None:
    """How many samples after its flash each beep comes, in turn; None if that is not the name of a test card."""
    match = _NAME.fullmatch(character.strip())
    if match is None:
        return None
    milliseconds = [int(each) for each in re.findall(r"[+-][0-9]+", match["delays"])] or [0]
    if max(map(abs, milliseconds)) > _MAX_DELAY_MS:
        return None
    return tuple(each * SAMPLE_RATE // 1_000 for each in milliseconds)


def playout_for(character: str, clock: Callable[[], float] = time.monotonic) -> Playout:
    """The playout that a character's conversation needs: one that beeps for a test card, else a usual one."""
    delays = sound_delays(character)
    return Playout(clock) if delays is None else BeepingPlayout(delays, clock)


class BeepingPlayout(Playout):
    """Plays what it is told to and, each `INTERVAL` of its clock, a beep, along with a sound that opens the mouth.

    Args:
        delays: samples from the mouth's sound to the beep, in turn; negative if the beep comes first.
        clock: as of any playout.
    """

    def __init__(self, delays: Sequence[int] = (0,), clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock)
        self._delays = tuple(delays)

    def read(self, start: int, count: int) -> NDArray[np.int16]:
        """Return the sound of `count` samples from position `start`, see `Playout.read`."""
        mixed = super().read(start, count).astype(np.float64)
        first = (start - max(self._delays) - LENGTH) // INTERVAL
        for number in range(first, (start + count - min(self._delays)) // INTERVAL + 1):
            since = np.arange(start, start + count) - number * INTERVAL - self._delays[number % len(self._delays)]
            sounds = (since >= 0) & (since < LENGTH)
            mixed[sounds] += BEEP_LEVEL * 32_767 * np.sin(2 * np.pi * BEEP_HZ / SAMPLE_RATE * since[sounds])
        return np.asarray(np.clip(np.rint(mixed), -32_768, 32_767), dtype=np.int16)

    def phonemes_between(self, start: int, end: int) -> list[ScheduledPhoneme]:
        """Return the sounds that touch the positions from `start` up to `end`, in order."""
        first = (start - LENGTH) // INTERVAL + 1
        beeps = [
            ScheduledPhoneme(_SOUND, number * INTERVAL, number * INTERVAL + LENGTH)
            for number in range(first, -(-end // INTERVAL))
        ]
        return sorted((*super().phonemes_between(start, end), *beeps), key=lambda phoneme: phoneme.start)


class TestCard:
    """A `Face` that is white while its mouth would be wide open.

    Args:
        size: width and height in pixels, both even.
    """

    __test__ = False  # pytest takes classes named Test* for its own

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        width, height = size
        self._card = _planar(_card(width, height))
        self._flash = np.full((height * 3 // 2, width), 128, dtype=np.uint8)
        self._flash[:height] = WHITE

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of its pictures in pixels."""
        return self._size

    def picture(self, mouth: Mouth, bearing: Bearing) -> NDArray[np.uint8]:
        """Return the picture as planar YUV 4:2:0: uint8 of shape (height * 3 // 2, width)."""
        return self._flash if mouth.opening > _WIDE else self._card


def _card(width: int, height: int) -> Image.Image:
    """Bars of colour above, steps of grey below, and between them, dark, what flashes."""
    picture = Image.new("RGB", (width, height), "#101010")
    draw = ImageDraw.Draw(picture)
    top, bottom = height * 3 // 10, height * 8 // 10
    for i, colour in enumerate(_BARS):
        left, right = width * i // len(_BARS), width * (i + 1) // len(_BARS)
        draw.rectangle((left, 0, right - 1, top - 1), fill=colour)
        grey = 255 * i // (len(_BARS) - 1)
        draw.rectangle((left, bottom, right - 1, height - 1), fill=(grey, grey, grey))
    middle, radius, line = ((width / 2), (top + bottom) / 2), min(width, bottom - top) * 0.42, max(1, width // 160)
    around = middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius
    draw.ellipse(around, outline="#8a8a8a", width=line)
    draw.line((middle[0] - radius, middle[1], middle[0] + radius, middle[1]), fill="#4a4a4a", width=line)
    draw.line((middle[0], middle[1] - radius, middle[0], middle[1] + radius), fill="#4a4a4a", width=line)
    return picture


def _planar(picture: Image.Image) -> NDArray[np.uint8]:
    planes = planes_of(ycbcr_of(picture))
    return np.concatenate((planes.luma.ravel(), planes.chroma.ravel())).reshape(-1, picture.width)

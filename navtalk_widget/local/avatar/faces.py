"""The faces that speak, drawn once for all conversations of a service."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from navtalk_widget.local.avatar.cast import character_named
from navtalk_widget.local.avatar.character import HEIGHT, WIDTH, load_character
from navtalk_widget.local.avatar.drawn.drawn_face import DrawnFace
from navtalk_widget.local.avatar.face import Face
from navtalk_widget.local.avatar.test_card import TestCard, sound_delays

Size: TypeAlias = tuple[int, int]

Version: TypeAlias = tuple[tuple[str, int, int], ...]
"""Of each file: name, when it was changed in nanoseconds, size in bytes."""

SIZE: Size = (WIDTH, HEIGHT)
"""Pixels of a picture, if nothing else is asked for."""

TEST_CARD = "navtalk.TestCard"
"""The name of the picture that flashes in time with its beeps."""

KEPT = 8
"""Faces that are kept drawn; the one that was not asked for the longest makes way. Who has it may go on using it."""


class Faces:
    """Draws each face in a thread when it is first wanted."""

    def __init__(self) -> None:
        self._drawings: OrderedDict[tuple[str | Path, Size, Version], asyncio.Task[Face]] = OrderedDict()

    def want(self, source: str | Path, size: Size = SIZE) -> None:
        """Begin to draw a face that will be asked for soon; see `face`."""
        self._draw(source, size)

    async def face(self, source: str | Path, size: Size = SIZE) -> Face:
        """Return a face when it is drawn.

        Args:
            source: the name of a character, or the path of a character's folder or of a picture of a person.
            size: width and height of the pictures in pixels; both even.

        Raises:
            NavTalkError: if there is no character or portrait in that place.
        """
        return await asyncio.shield(self._draw(source, size))

    async def close(self) -> None:
        """Stop waiting for drawings that are under way."""
        for drawing in self._drawings.values():
            drawing.cancel()
        await asyncio.gather(*self._drawings.values(), return_exceptions=True)

    def _draw(self, source: str | Path, size: Size) -> asyncio.Task[Face]:
        key = _same(source), size, _version(source)
        drawing = self._drawings.get(key)
        if drawing is None or (drawing.done() and (drawing.cancelled() or drawing.exception() is not None)):
            drawing = asyncio.create_task(asyncio.to_thread(_drawn, *key), name=f"draw {source}")
            drawing.add_done_callback(_noticed)
            self._drawings[key] = drawing
        self._drawings.move_to_end(key)
        self._forget()
        return drawing

    def _forget(self) -> None:
        done = [key for key, drawing in self._drawings.items() if drawing.done()]
        for key in done[: max(0, len(self._drawings) - KEPT)]:
            del self._drawings[key]


def _noticed(drawing: asyncio.Task[Face]) -> None:
    """Take note of an error, which whoever asks for the face is told: it may only have been wanted."""
    if not drawing.cancelled():
        drawing.exception()


def _same(source: str | Path) -> str | Path:
    """The many names of a character as one."""
    if isinstance(source, Path):
        return source
    if sound_delays(source) is not None:  # the sound is not the face's affair
        return TEST_CARD
    return character_named(source).name


def _version(source: str | Path) -> Version:
    """What tells that a file of the source was changed or replaced, for who draws his own; () for ours."""
    if isinstance(source, str):
        return ()
    try:
        files = sorted(source.iterdir()) if source.is_dir() else [source]
        return tuple((file.name, status.st_mtime_ns, status.st_size) for file in files for status in [file.stat()])
    except OSError:
        return ()


@lru_cache(maxsize=KEPT)
def _drawn(source: str | Path, size: Size, _version: Version) -> Face:
    """Draw a face; services in one process share it."""
    if source == TEST_CARD:
        return TestCard(size)
    if isinstance(source, str):
        return DrawnFace(character_named(source), size)
    if source.is_file() or _has_portrait(source):
        from navtalk_widget.local.avatar.portrait.portrait_face import PortraitFace
        from navtalk_widget.local.avatar.portrait.source import load_portrait

        return PortraitFace(load_portrait(source), size)
    return DrawnFace(load_character(source), size)


def _has_portrait(folder: Path) -> bool:
    try:
        described = json.loads((folder / "character.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(described, dict) and "portrait" in described

"""The characters' faces, drawn once for all conversations of a service."""

from __future__ import annotations

import asyncio

from navtalk_widget.local.avatar.character import Character, character_named
from navtalk_widget.local.avatar.face import Face, face_named


class Faces:
    """Draws each character's face in a thread when it is first wanted. There are as many as there are characters."""

    def __init__(self) -> None:
        self._drawings: dict[str, asyncio.Task[Face]] = {}

    def want(self, character_name: str) -> None:
        """Begin to draw a face that will be asked for soon."""
        self._draw(character_named(character_name))

    async def face(self, character_name: str) -> Face:
        """Return a character's face when it is drawn."""
        return await asyncio.shield(self._draw(character_named(character_name)))

    async def close(self) -> None:
        """Stop waiting for drawings that are under way."""
        for drawing in self._drawings.values():
            drawing.cancel()
        await asyncio.gather(*self._drawings.values(), return_exceptions=True)

    def _draw(self, character: Character) -> asyncio.Task[Face]:
        if character.name not in self._drawings:
            task = asyncio.create_task(asyncio.to_thread(face_named, character.name), name=f"draw {character.name}")
            self._drawings[character.name] = task
        return self._drawings[character.name]

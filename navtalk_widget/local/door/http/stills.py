"""Still pictures of the avatars."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

from aiohttp import web
from PIL import Image

from navtalk_widget.local.avatar.cast import character_named
from navtalk_widget.local.avatar.face import Face
from navtalk_widget.local.avatar.faces import Faces
from navtalk_widget.local.avatar.still import still
from navtalk_widget.local.engines.own_characters import OwnCharacters

PATH = "/uploadFiles/{name}.png"

CACHE_S = 3_600
"""How long a page may keep a picture."""


class Stills:
    """Draws each character once. There are as many pictures as there are characters, whatever names they go by.

    Args:
        faces: of the service.
        own: the user's own characters.
    """

    def __init__(self, faces: Faces, own: OwnCharacters | None = None) -> None:
        self._faces = faces
        self._own = own or OwnCharacters()
        self._pictures: dict[str | Path, bytes] = {}

    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        return [web.get(PATH, self._still)]

    async def _still(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        source = self._own.path(name) or character_named(name).name
        if source not in self._pictures:
            face = await self._faces.face(source)
            self._pictures[source] = await asyncio.to_thread(_png, face)
        return web.Response(
            body=self._pictures[source],
            content_type="image/png",
            headers={"Cache-Control": f"public, max-age={CACHE_S}"},
        )


def _png(face: Face) -> bytes:
    file = io.BytesIO()
    Image.fromarray(still(face)).save(file, "PNG", optimize=True)
    return file.getvalue()

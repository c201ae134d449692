"""Still pictures of the avatars."""

from __future__ import annotations

import asyncio
import io

from aiohttp import web
from PIL import Image

from navtalk_widget.local.avatar.character import character_named
from navtalk_widget.local.avatar.face import Face, still
from navtalk_widget.local.avatar.faces import Faces

PATH = "/uploadFiles/{name}.png"

CACHE_S = 3_600
"""How long a page may keep a picture."""


class Stills:
    """Draws each character once. There are as many pictures as there are characters, whatever names they go by.

    Args:
        faces: of the service.
    """

    def __init__(self, faces: Faces) -> None:
        self._faces = faces
        self._pictures: dict[str, bytes] = {}

    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        return [web.get(PATH, self._still)]

    async def _still(self, request: web.Request) -> web.Response:
        name = character_named(request.match_info["name"]).name
        if name not in self._pictures:
            face = await self._faces.face(name)
            self._pictures[name] = await asyncio.to_thread(_png, face)
        return web.Response(
            body=self._pictures[name],
            content_type="image/png",
            headers={"Cache-Control": f"public, max-age={CACHE_S}"},
        )


def _png(face: Face) -> bytes:
    file = io.BytesIO()
    Image.fromarray(still(face)).save(file, "PNG", optimize=True)
    return file.getvalue()

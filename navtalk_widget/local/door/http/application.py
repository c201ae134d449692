"""All that the service answers on its port."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from navtalk_widget.local.door.http.door import door
from navtalk_widget.local.door.http.replies import MAX_BODY_BYTES
from navtalk_widget.local.door.places import Places

HEALTH_PATH = "/health"


def application(
    host: str, places: Places, routes: Iterable[web.RouteDef], *, socket_paths: Iterable[str]
) -> web.Application:
    """Put the service's addresses together.

    Args:
        host: what the service was told to listen on.
        places: for the health answer.
        routes: everything besides that.
        socket_paths: what to tell those who ask elsewhere.
    """
    nothing_here = f"There is nothing at this path. WebSockets: {', '.join(socket_paths)}. Health: {HEALTH_PATH}."

    async def health(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "sessions": places.taken, "max_sessions": places.limit})

    app = web.Application(middlewares=[door(host, nothing_here=nothing_here)], client_max_size=MAX_BODY_BYTES)
    app.add_routes([web.get(HEALTH_PATH, health), *routes])
    return app

"""Who asks, by the licence that the request shows."""

from __future__ import annotations

from aiohttp import web

from navtalk_widget.local.door.admission import Licences
from navtalk_widget.local.door.http.replies import Refusal


def owner_of(request: web.Request, licences: Licences, *, given: str = "", parameter: str = "license") -> str:
    """Let a request with a good licence in, and return whose things it may see.

    Clients put the licence into the query or into a header of the same name.

    Args:
        request: what came.
        licences: the good ones.
        given: the licence in the request's body, if it is there.
        parameter: the name it has in the query.

    Raises:
        Refusal: none of those shown is good.
    """
    shown = (given, request.query.get(parameter, ""), request.headers.get("license", ""))
    for licence in filter(None, shown) if licences.required else ("",):
        if licences.admit(licence):
            return licences.owner(licence)
    raise Refusal(401, "Invalid license key")

"""What every request passes first and every answer last."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from navtalk_widget.local.door.admission import names_this_service
from navtalk_widget.local.door.http.replies import MAX_BODY_BYTES, Refusal, failure


def door(host: str, *, nothing_here: str) -> Middleware:
    """Let requests in, and put refusals into words that any page can read.

    Every HTTP connection ends with its answer: clients ask once or twice in a conversation, and none can idle here.

    Args:
        host: what the service was told to listen on.
        nothing_here: the words for an unknown path.
    """

    @web.middleware
    async def pass_through(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await _answer(request, handler)
        if not response.prepared:  # a WebSocket is, and over
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.force_close()
        return response

    async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not names_this_service(request.headers.get("Host", ""), host):
            return failure(403, f"The Host header names another machine; use the address of this one, {host}.")
        if request.method == "OPTIONS":
            return _preflight(request)
        try:
            return await handler(request)
        except Refusal as refusal:
            return failure(refusal.status, refusal.message)
        except web.HTTPNotFound:
            return failure(404, nothing_here)
        except web.HTTPMethodNotAllowed as error:
            return failure(405, f"Use {' or '.join(sorted(error.allowed_methods))} here.")
        except web.HTTPRequestEntityTooLarge:
            return failure(413, f"The body is longer than {MAX_BODY_BYTES} bytes.")

    return pass_through


def _preflight(request: web.Request) -> web.Response:
    wanted = request.headers.get("Access-Control-Request-Headers", "*")
    return web.Response(
        status=204,
        headers={
            "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
            "Access-Control-Allow-Headers": wanted,
            "Access-Control-Max-Age": "600",
        },
    )

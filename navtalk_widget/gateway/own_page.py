"""The page that the gateway serves itself, for front ends that give widgets no microphone and for a second screen.

It is the widget's own script, begun by another on an otherwise empty page. Files lie below a place that cannot be
guessed. They are the same for every visitor and hold no secret: the token that lets a page in is in the link's
fragment, which browsers send to nobody, so that it is in no log and in no ``Referer``.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from navtalk_widget.gateway.single_use import SingleUseTokens

LINK_LIFE = 600.0
"""Seconds in which a link must be opened."""

RETURN_LIFE = 12 * 3600.0
"""Seconds in which a tab may come back: after a reload, or on a machine that has slept over night."""

TOKENS = 32

_HTML = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>navtalk-widget</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="widget.css">
<script type="module" src="start.js"></script>
</head>
<body class="nt-page"><noscript>This page needs JavaScript.</noscript></body>
</html>
"""

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' blob:",  # blob: for the worklets, whose text is part of the script
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob: mediastream:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "trusted-types 'none'",
        "require-trusted-types-for 'script'",
    )
)

_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Connection": "close",
}


class FrontEnd(Protocol):
    """Where the built front end is; the gateway does not know who built it."""

    SCRIPT: Path
    EXTRAS: Path
    START: Path
    STYLE: Path


class OwnPage:
    """Serves the page, and makes the links to it.

    Args:
        front_end: the built scripts and style sheet; None where there is none, and then nothing is served.
    """

    def __init__(self, front_end: FrontEnd | None) -> None:
        self._front_end = front_end
        self._place = secrets.token_urlsafe(12)
        self._links = SingleUseTokens(life=LINK_LIFE, limit=TOKENS)
        self._returns = SingleUseTokens(life=RETURN_LIFE, limit=TOKENS)

    def link(self, port: int) -> str:
        """Make a link, which opens the conversation once."""
        return f"http://127.0.0.1:{port}/{self._place}/#{self._links.make()}"

    def accepts_token(self, token: str) -> bool:
        """Whether a page came by a link, or comes back after it did; the token is used up."""
        return self._links.accepts(token) or self._returns.accepts(token)

    @property
    def expects_somebody(self) -> bool:
        """Whether a link may still be opened, or a page that came by one come back."""
        return self._links.any_good or self._returns.any_good

    def token_to_return(self) -> str:
        """Make a token by which a page that was let in may come back."""
        return self._returns.make()

    def extras(self) -> str:
        """The part of the script that pages begin without, and get over their connection."""
        return "" if self._front_end is None else self._front_end.EXTRAS.read_text(encoding="utf-8")

    def answer(self, request: Request) -> Response | None:
        """Answer a request for a file; None leaves a request to become a WebSocket."""
        if "Upgrade" in request.headers:
            return None
        path = request.path.partition("?")[0]
        found = self._file(path.removeprefix(f"/{self._place}/")) if path.startswith(f"/{self._place}/") else None
        if found is None:
            return _response(HTTPStatus.NOT_FOUND, "text/plain", b"There is nothing here.\n")
        return _response(HTTPStatus.OK, *found)

    def _file(self, name: str) -> tuple[str, bytes] | None:
        if self._front_end is None:
            return None
        match name:
            case "":
                return "text/html", _HTML
            case "start.js":
                return "text/javascript", self._front_end.START.read_bytes()
            case "widget.js":
                return "text/javascript", self._front_end.SCRIPT.read_bytes()
            case "widget.css":
                return "text/css", self._front_end.STYLE.read_bytes()
            case _:
                return None


def _response(status: HTTPStatus, kind: str, body: bytes) -> Response:
    headers = Headers({**_HEADERS, "Content-Type": f"{kind}; charset=utf-8", "Content-Length": str(len(body))})
    return Response(status.value, status.phrase, headers, body)

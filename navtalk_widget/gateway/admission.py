"""Who may connect: pages that the kernel itself told the way, from where they said they are.

Any web page can open a socket to the loopback interface, and any program on the machine can find the port. A page is
let in with a token that the kernel sent it, once; from the origin that it named on that trusted way; and under a host
name that is loopback's, or that of a notebook server whose pages were invited, as jupyter-server-proxy passes it on: no
foreign name can be pointed here (DNS rebinding).
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from navtalk_widget.gateway.single_use import SingleUseTokens

TOKEN_LIFE = 60.0
"""Seconds in which a page must use its token."""

TOKENS = 64
"""Tokens out at a time; the oldest loses its worth when more are asked for."""

_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?", re.ASCII)


class Admission:
    """Hands out tokens and checks those who come."""

    def __init__(self) -> None:
        self._tokens = SingleUseTokens(life=TOKEN_LIFE, limit=TOKENS)
        self._origins: set[str] = set()
        self._servers: set[str] = set()

    def invite(self, origin: str | None) -> str:
        """Make a token for a page; `origin` is where that page says it is."""
        if origin:
            self._origins.add(origin)
            self._servers.add(urlsplit(origin).netloc.lower())
        return self._tokens.make()

    def accepts_token(self, token: str) -> bool:
        """Whether the token is good; it is used up."""
        return self._tokens.accepts(token)

    def accepts_origin(self, origin: str | None, host: str | None = None) -> bool:
        """Whether a page of that origin was told the way. Programs that are no browser send none.

        Args:
            origin: where the page is.
            host: the name by which it reached us; a page of that very origin is one that we have served.
        """
        return origin is None or origin in self._origins or origin == f"http://{host}"

    def accepts_host(self, host: str | None) -> bool:
        """Whether the request was made under a name of the loopback interface, or of an invited page's server."""
        if not host:
            return False
        return _LOOPBACK.fullmatch(host) is not None or host.lower() in self._servers

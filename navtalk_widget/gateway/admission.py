"""Who may connect: pages that the kernel itself told the way, from where they said they are.

Any web page can open a socket to the loopback interface, and any program on the machine can find the port. A page is
let in with a token that the kernel sent it, once; from the origin that it named on that trusted way; and under a host
name that is loopback's, so that no foreign name can be pointed here (DNS rebinding).
"""

from __future__ import annotations

import re
import secrets
import time

TOKEN_LIFE = 60.0
"""Seconds in which a page must use its token."""

TOKENS = 32
"""Tokens out at a time; the oldest loses its worth when more are asked for."""

_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?", re.ASCII)


class Admission:
    """Hands out tokens and checks those who come."""

    def __init__(self) -> None:
        self._tokens: dict[str, float] = {}
        self._origins: set[str] = set()

    def invite(self, origin: str | None) -> str:
        """Make a token for a page; `origin` is where that page says it is."""
        while len(self._tokens) >= TOKENS:
            del self._tokens[next(iter(self._tokens))]
        if origin:
            self._origins.add(origin)
        token = secrets.token_urlsafe(32)
        self._tokens[token] = time.monotonic() + TOKEN_LIFE
        return token

    def accepts_token(self, token: str) -> bool:
        """Whether the token is good; it is used up."""
        for known in list(self._tokens):
            if secrets.compare_digest(known.encode(), token.encode()):
                return time.monotonic() < self._tokens.pop(known)
        return False

    def accepts_origin(self, origin: str | None) -> bool:
        """Whether a page of that origin was told the way. Programs that are no browser send none."""
        return origin is None or origin in self._origins

    def accepts_host(self, host: str | None) -> bool:
        """Whether the request was made under a name of the loopback interface."""
        return host is not None and _LOOPBACK.fullmatch(host) is not None

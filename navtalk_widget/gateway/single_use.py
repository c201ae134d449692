"""Tokens that are good once and for a while."""

from __future__ import annotations

import secrets
import time


class SingleUseTokens:
    """Hands out tokens and takes each back once.

    Args:
        life: seconds in which a token must be used.
        limit: tokens out at a time; the oldest loses its worth when more are asked for.
    """

    def __init__(self, *, life: float, limit: int) -> None:
        self._life = life
        self._limit = limit
        self._ends: dict[str, float] = {}

    def make(self) -> str:
        """Make a token."""
        while len(self._ends) >= self._limit:
            del self._ends[next(iter(self._ends))]
        token = secrets.token_urlsafe(32)
        self._ends[token] = time.monotonic() + self._life
        return token

    @property
    def any_good(self) -> bool:
        """Whether a token is out that may still be used."""
        return any(time.monotonic() < end for end in self._ends.values())

    def accepts(self, token: str) -> bool:
        """Whether the token is good; it is used up."""
        for known in list(self._ends):
            if secrets.compare_digest(known.encode(), token.encode()):
                return time.monotonic() < self._ends.pop(known)
        return False

"""How many conversations there are room for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from navtalk_widget.local.door import endings
from navtalk_widget.local.door.endings import Ending


class Places:
    """Counts the conversations.

    Args:
        limit: of all at the same time.
        limit_per_license: of one licence; None for no limit of its own.
    """

    def __init__(self, *, limit: int, limit_per_license: int | None = None) -> None:
        self.limit = limit
        self._limit_per_license = limit_per_license
        self._taken: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        """How many conversations there are."""
        return self._taken.total()

    def refusal(self, license: str) -> Ending | None:
        """Why there is no place for another conversation of this licence; None if there is one."""
        if self.taken >= self.limit:
            return endings.service_full()
        if self._limit_per_license is not None and self._taken[license] >= self._limit_per_license:
            return endings.too_many_connections(self._limit_per_license)
        return None

    @contextmanager
    def take(self, license: str) -> Iterator[None]:
        """Take a place, until the context is left."""
        self._taken[license] += 1
        try:
            yield
        finally:
            self._taken[license] -= 1
            if not self._taken[license]:
                del self._taken[license]

"""Troubles that a service can be told to have, so that clients can be tried against them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from navtalk_widget.errors import ConfigurationError
from navtalk_widget.local.door import endings
from navtalk_widget.local.door.endings import Ending
from navtalk_widget.local.door.generations import ProtocolName

_ENDINGS: dict[str, Callable[[ProtocolName], Ending]] = {
    "gpu_full": lambda protocol: endings.service_full(),
    "insufficient_balance": lambda protocol: endings.balance_used_up(),
    "insufficient_points": lambda protocol: endings.points_used_up(),
    "connection_limit_exceeded": lambda protocol: endings.too_many_connections(5),
    "backend_error": lambda protocol: endings.service_failed("The backend failed, as it was told to."),
    "fail": endings.not_connected,
}

WARNING = "warning"

KINDS = (*_ENDINGS, WARNING)


@dataclass(frozen=True, slots=True)
class Simulation:
    """One trouble that every conversation is to have.

    Attributes:
        kind: one of `KINDS`.
        after_s: seconds from the beginning of a conversation; None to have it instead of the beginning, a warning
            right after it.
    """

    kind: str
    after_s: float | None = None

    @classmethod
    def parse(cls, text: str) -> Simulation:
        """Read ``gpu_full`` or, for the midst of a conversation, ``gpu_full@5``.

        Raises:
            ConfigurationError: there is no such kind, or the time is none.
        """
        kind, at, after = text.partition("@")
        if kind not in KINDS:
            raise ConfigurationError(
                f"Nothing called {kind!r} can be simulated.", hint=f"Use one of {', '.join(KINDS)}."
            )
        try:
            after_s = float(after) if at else None
        except ValueError:
            after_s = math.nan
        if after_s is not None and not 0 <= after_s < math.inf:
            raise ConfigurationError(f"{after!r} is no time in seconds.", hint=f"Write it like {kind}@5.")
        return cls(kind, after_s)

    def ending(self, protocol: ProtocolName) -> Ending | None:
        """How it ends the connection; None if it does not."""
        end = _ENDINGS.get(self.kind)
        return None if end is None else end(protocol)

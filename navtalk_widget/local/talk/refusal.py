"""How the service tells a client that it did something that cannot be; the conversation goes on."""

from __future__ import annotations

from typing import Any, Protocol

MAX_ERROR_CHARACTERS = 500
"""An error may quote what the client sent, which may be long."""


class Refuse(Protocol):
    """Sends an `error` event."""

    def __call__(self, code: str, message: str, event_id: str | None = None, /) -> None:
        """Refuse a message.

        Args:
            code: for the client's program.
            message: for people.
            event_id: what the client called its message.
        """


def invalid_request(code: str, message: str, event_id: str | None = None) -> dict[str, Any]:
    """The object inside an `error` event."""
    short = message if len(message) <= MAX_ERROR_CHARACTERS else f"{message[:MAX_ERROR_CHARACTERS]}…"
    return {"type": "invalid_request_error", "code": code, "message": short, "param": None, "event_id": event_id}

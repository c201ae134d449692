"""Asking for answers one at a time.

The service refuses `response.create` while an answer is under way, so a request made then waits for its end.
"""

from __future__ import annotations

from collections.abc import Callable

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event


class ResponseGate:
    """Lets one answer through at a time.

    Args:
        send: sends an event to the service.
    """

    def __init__(self, send: Callable[[Event], None]) -> None:
        self._send = send
        self._requested = False
        self._waiting = False
        self.active_id: str | None = None
        """The answer under way."""

    def request(self) -> None:
        """Ask for an answer now, or after the one under way. Several requests that wait are one."""
        if self._requested or self.active_id is not None:
            self._waiting = True
        else:
            self._requested = True
            self._send(events.ResponseCreate())

    def cancel(self) -> None:
        """Stop the answer under way, or its voice where only that still goes on."""
        self._waiting = False
        self._send(events.ResponseCancel(response_id=self.active_id))

    def note(self, event: Event) -> None:
        """Follow what the service says of its answers."""
        match event:
            case events.ResponseCreated():
                self._requested = False
                self.active_id = event.response.id
            case events.ResponseDone():
                self.active_id = None
                self._release()
            case events.ErrorEvent() if self._requested:
                self._requested = False  # the request was refused, or what came before it
                if event.error.get("code") == "conversation_already_has_active_response":
                    self._waiting = True

    def _release(self) -> None:
        if self._waiting:
            self._waiting = False
            self.request()

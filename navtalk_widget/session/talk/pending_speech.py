"""What the person has said, and nobody has words for: with the connection it is lost."""

from __future__ import annotations

from collections.abc import Callable

from navtalk_widget.errors import ServiceFault
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event


class PendingSpeech:
    """Follows the person's last speech until there are words of it, or an answer to it."""

    def __init__(self) -> None:
        self._pending = False
        self._item_id = ""
        self._over = False
        self._answer: str | None = None

    def note(self, event: Event) -> None:
        """Take in what the service says."""
        match event:
            case events.SpeechStarted():
                self._pending, self._item_id, self._over, self._answer = True, event.item_id, False, None
            case events.SpeechStopped():
                self._over = True
            case events.InputTranscriptionDelta() if event.delta.strip():
                self._resolve(event.item_id)
            case events.InputTranscriptionCompleted() | events.InputTranscriptionFailed():
                self._resolve(event.item_id)
            case events.ResponseCreated() if self._over and self._answer is None:
                self._answer = event.response.id
            case events.ResponseDone() if event.response.status == "completed" and self._answer == event.response.id:
                self._pending = False

    def lose(self, heard: Callable[[str], bool]) -> ServiceFault | None:
        """The connection is gone. Returns what the person should know, if speech is lost with it.

        Args:
            heard: tells whether anything of an answer was heard.
        """
        lost, self._pending = self._pending, False
        if not lost or (self._answer is not None and heard(self._answer)):
            return None
        message = "What you said last was lost with the connection."
        return ServiceFault(message, hint="Say it again.", code="speech_lost")

    def _resolve(self, item_id: str) -> None:
        if not (item_id and self._item_id) or item_id == self._item_id:
            self._pending = False

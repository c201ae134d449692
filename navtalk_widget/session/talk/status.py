"""The conversation's state in one word, derived from facts."""

from __future__ import annotations

from dataclasses import dataclass

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.session.news import Status


@dataclass(slots=True)
class Facts:
    """What is going on in a running conversation."""

    awaiting_response: bool = False
    """The person's turn is over, and the service has not begun to answer it."""
    response_requested: bool = False
    """We asked for an answer that has not begun."""
    response_active: bool = False
    """An answer has begun and is not complete."""
    tools_running: int = 0
    voice_playing: bool = False
    """The avatar can still be heard."""

    @property
    def status(self) -> Status:
        """What the avatar is doing."""
        if self.voice_playing:
            return "speaking"
        if self.awaiting_response or self.response_requested or self.response_active or self.tools_running:
            return "thinking"
        return "listening"

    @property
    def only_tools(self) -> bool:
        """Whether tools run, and nothing else goes on or is to come."""
        waits = self.awaiting_response or self.response_requested or self.response_active
        return bool(self.tools_running) and not (self.voice_playing or waits)

    def note(self, event: Event) -> None:
        """Take in what the service says; answers, voice and tools are noted by those who handle them."""
        match event:
            case events.SpeechStarted():
                self.awaiting_response = False
            case events.InputTranscriptionCompleted(transcript=transcript) if not transcript.strip():
                self.awaiting_response = False  # a cough: nothing to answer
            case events.InputTranscriptionFailed() | events.ResponseCreated():
                self.awaiting_response = False

"""Beginning and end of answers, for a service that does not tell them.

The second generation forwards an answer's words, sound and function calls, and neither `response.created` nor
`response.done`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import Response, new_id

SILENCE_LIMIT = 3.0
"""Seconds after the last word of an answer whose `response.audio.done` does not come."""

_PARTS = (
    events.AudioTranscriptDelta,
    events.AudioTranscriptDone,
    events.AudioDelta,
    events.AudioDone,
    events.TextDelta,
    events.TextDone,
    events.FunctionCallArgumentsDelta,
    events.FunctionCallArgumentsDone,
)


class InferredResponses:
    """Passes a service's events on, with the beginning and end of each answer added where they are missing.

    An answer begins with its first part. It ends with `response.audio.done` or with its function call, whichever
    comes first, or when the person speaks, or the next answer begins, or nothing comes for `SILENCE_LIMIT`.

    Args:
        passed: called with each event.
    """

    def __init__(self, passed: Callable[[Event], None]) -> None:
        self._passed = passed
        self._open = ""
        self._ended: deque[str] = deque(maxlen=16)
        self._told = False
        self._limit: asyncio.TimerHandle | None = None

    def note(self, event: Event) -> None:
        """Take in an event."""
        match event:
            case events.ResponseCreated() | events.ResponseDone():
                self._told = True  # this one tells it after all
                self._passed(event)
            case _ if self._told:
                self._passed(event)
            case events.ResponsePart() if isinstance(event, _PARTS):
                self._take_part(event)
            case events.SpeechStarted():
                self._passed(event)
                self._end("cancelled", {"type": "cancelled", "reason": "turn_detected"})
            case _:
                self._passed(event)

    def close(self) -> None:
        """Stop the clock."""
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _take_part(self, event: events.ResponsePart) -> None:
        late = event.response_id in self._ended if event.response_id else bool(self._ended) and not self._open
        closing = isinstance(event, events.AudioDone | events.AudioTranscriptDone | events.TextDone)
        if late and (closing or event.response_id):
            named = event if event.response_id else event.model_copy(update={"response_id": self._ended[-1]})
            self._passed(named)
            return
        if not self._open or event.response_id not in ("", self._open):
            self._end()
            self._begin(event.response_id or new_id("resp"))
        self._passed(event if event.response_id else event.model_copy(update={"response_id": self._open}))
        self.close()
        if isinstance(event, events.AudioDone | events.FunctionCallArgumentsDone | events.TextDone):
            self._end()
        elif isinstance(event, events.AudioTranscriptDone):
            self._limit = asyncio.get_running_loop().call_later(SILENCE_LIMIT, self._end)

    def _begin(self, response_id: str) -> None:
        self._open = response_id
        self._passed(events.ResponseCreated(response=Response(id=response_id)))

    def _end(self, status: str = "completed", details: dict[str, str] | None = None) -> None:
        self.close()
        if self._open:
            response_id, self._open = self._open, ""
            self._ended.append(response_id)
            response = Response(id=response_id, status=status, status_details=details)
            self._passed(events.ResponseDone(response=response))

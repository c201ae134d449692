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

GRACE = 0.3
"""Seconds in which an answer may go on after the end of its sound, or of a call: with a call, or with another one."""

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
_LAST_PARTS = (events.AudioDone, events.TextDone, events.FunctionCallArgumentsDone)
_WHOLES = (events.AudioDone, events.TextDone, events.AudioTranscriptDone)
_CALLS = (events.FunctionCallArgumentsDelta, events.FunctionCallArgumentsDone)


class InferredResponses:
    """Passes a service's events on, with the beginning and end of each answer added where they are missing.

    An answer begins with its first part. It ends when nothing more of it comes for `GRACE` after
    `response.audio.done` or a function call, or for `SILENCE_LIMIT` after its words; at once when the person speaks
    or the next answer begins.

    Args:
        passed: called with each event.
    """

    def __init__(self, passed: Callable[[Event], None]) -> None:
        self._passed = passed
        self._open = ""
        self._closing = False
        self._ended: deque[str] = deque(maxlen=16)
        self._told = False
        self._limit: asyncio.TimerHandle | None = None

    def note(self, event: Event) -> None:
        """Take in an event."""
        match event:
            case events.ResponseCreated():
                self._told = True  # this one tells it after all
                self._end()
                self._passed(event)
            case events.ResponseDone():
                self._told = True
                self._forget()
                self._passed(event)
            case _ if self._told:
                self._passed(event)
            case events.ResponsePart() if isinstance(event, _PARTS):
                self._take_part(event)
            case events.SpeechStarted() if self._closing:
                self._end()  # it was complete
                self._passed(event)
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
        if late and (isinstance(event, _WHOLES) or event.response_id):
            named = event if event.response_id else event.model_copy(update={"response_id": self._ended[-1]})
            self._passed(named)
            return
        if not self._continues(event):
            self._end()
            self._begin(event.response_id or new_id("resp"))
        self._passed(event if event.response_id else event.model_copy(update={"response_id": self._open}))
        self._wait_after(event)

    def _continues(self, event: events.ResponsePart) -> bool:
        """Whether a part belongs to the answer under way."""
        if event.response_id or not self._open:
            return event.response_id == self._open != ""
        return not self._closing or isinstance(event, _WHOLES + _CALLS)  # words without a name are the next answer's

    def _wait_after(self, event: events.ResponsePart) -> None:
        self.close()
        if isinstance(event, _LAST_PARTS):
            self._closing = True
        elif isinstance(event, events.AudioDelta):
            self._closing = False
        whole = isinstance(event, _WHOLES + _LAST_PARTS)
        if self._closing or whole:
            limit = GRACE if self._closing and whole else SILENCE_LIMIT
            self._limit = asyncio.get_running_loop().call_later(limit, self._end)

    def _begin(self, response_id: str) -> None:
        self._open, self._closing = response_id, False
        self._passed(events.ResponseCreated(response=Response(id=response_id)))

    def _end(self, status: str = "completed", details: dict[str, str] | None = None) -> None:
        response_id = self._forget()
        if response_id:
            response = Response(id=response_id, status=status, status_details=details)
            self._passed(events.ResponseDone(response=response))

    def _forget(self) -> str:
        """There is no answer under way any more. Returns which one was."""
        self.close()
        response_id, self._open = self._open, ""
        if response_id:
            self._ended.append(response_id)
        return response_id

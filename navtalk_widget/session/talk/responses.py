"""Asking for answers one at a time.

The service refuses `response.create` while an answer is under way, so a request made then waits for its end. An
answer belongs to the request before it, until the service says that it refused the request for an answer of its own.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from navtalk_widget.errors import NavTalkError
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import Response, new_id
from navtalk_widget.session.faults import refusal
from navtalk_widget.session.talk.reply import ReplyCollector
from navtalk_widget.session.talk.waiting_requests import Request, WaitingRequests

CANCEL_LIMIT = 3.0
"""Seconds after which an answer that was cancelled is taken to have ended, whatever the service says."""

RETRY_INTERVAL = 1.0
"""Seconds after which a request is repeated that was refused for an answer of which nothing is known here."""

MAX_REFUSALS = 20
"""Refusals of that kind after which a request has failed."""

_DROPPED_PARTS = (
    events.AudioDelta,
    events.AudioTranscriptDelta,
    events.TextDelta,
    events.FunctionCallArgumentsDelta,
    events.FunctionCallArgumentsDone,
)


@dataclass(slots=True)
class _Answer:
    id: str
    request: Request | None
    cancelled: bool = False


class ResponseGate:
    """Lets one answer through at a time.

    Args:
        send: sends an event to the service.
        changed: called when a cancelled answer is given up.
    """

    def __init__(self, send: Callable[[Event], None], changed: Callable[[], None]) -> None:
        self._send = send
        self._changed = changed
        self._waiting = WaitingRequests()
        self._sent: Request | None = None
        self._answer: _Answer | None = None
        self._cancelled_ids: deque[str] = deque(maxlen=8)
        self._uttered_ids: deque[str] = deque(maxlen=8)
        self._timer: asyncio.TimerHandle | None = (
            None  # for the end of what was cancelled, or for a request's repetition
        )

    @property
    def expecting(self) -> bool:
        """Whether an answer is to come that was asked for and has not begun."""
        return bool(self._waiting) or (self._sent is not None and not self._sent.cancelled)

    @property
    def active(self) -> bool:
        """Whether an answer is under way, and wanted."""
        return self._answer is not None and not self._answer.cancelled

    def under_way(self, response_id: str) -> bool:
        """Whether this answer is under way; an empty identifier means the one that is."""
        return self._answer is not None and self.active and response_id in ("", self._answer.id)

    @property
    def asked(self) -> bool:
        """Whether there is an answer to what was said that was asked for, to come or under way, and wanted."""
        asked = [*self._waiting, self._sent, self._answer.request if self._answer is not None and self.active else None]
        return any(each is not None and each.response is None and not each.cancelled for each in asked)

    @property
    def answer(self) -> str | None:
        """The answer that is under way and wanted."""
        return self._answer.id if self._answer is not None and not self._answer.cancelled else None

    def drops(self, event: Event) -> bool:
        """Whether an event is what a cancelled answer still says."""
        return isinstance(event, _DROPPED_PARTS) and self.cancelled(event)

    def cancelled(self, event: Event) -> bool:
        """Whether an event belongs to an answer that was cancelled."""
        match event:
            case events.ResponsePart(response_id=response_id) | events.ResponseDone(response=Response(id=response_id)):
                if response_id:
                    return response_id in self._cancelled_ids
                return self._answer is not None and self._answer.cancelled
        return False

    def uttered(self, event: Event) -> bool:
        """Whether an event belongs to what is said without being an answer to anything."""
        match event:
            case events.ResponseCreated():
                return self._sent is not None and self._sent.response is not None
            case events.ResponsePart(response_id=response_id) | events.ResponseDone(response=Response(id=response_id)):
                if response_id:
                    return response_id in self._uttered_ids
                request = None if self._answer is None else self._answer.request
                return request is not None and request.response is not None
        return False

    def is_utterance(self, response_id: str | None) -> bool:
        """Whether this is no answer to anything."""
        return response_id in self._uttered_ids

    def request(self, collector: ReplyCollector | None = None, response: dict[str, Any] | None = None) -> None:
        """Ask for an answer now, or after the one under way. Several requests that wait are one.

        Args:
            collector: of whoever waits for it.
            response: what it is to be, where that is no answer to what was said; such requests stay apart.
        """
        self._waiting.add(collector, response)
        self._release()

    def withdraw(self, response: dict[str, Any]) -> None:
        """What has not begun is not to be said, whether the service has been asked for it or not.

        Args:
            response: what it was to be, as it was given to `request`.
        """
        self._waiting.withdraw(response)
        if self._sent is not None and self._sent.response is response:
            self._sent.cancelled = True
            self._limit_cancelling()

    def withdraw_answer(self) -> None:
        """The answer under way calls tools, after which one is asked for: none before."""
        self._waiting.withdraw_answer()

    def cancel(self, *, voice_playing: bool) -> str | None:
        """Stop the answer under way or about to begin, or its voice where only that still goes on.

        Returns:
            The identifier of the answer that is stopped; None if there is none.
        """
        self._waiting.interrupt()
        if self._sent is not None:
            self._sent.cancelled = True
            self._limit_cancelling()
        if self._answer is not None:
            if self._answer.request is not None:
                self._answer.request.cancelled = True  # the service may yet say that this is another answer
            self._cancel_answer(self._answer)
            return self._answer.id
        if voice_playing:
            self._send_cancel(None)
        return None

    def cut(self) -> str | None:
        """The service has cut the answer under way by itself, because the person speaks.

        Returns:
            The identifier of that answer; None if there is none.
        """
        answer = self._answer
        if answer is None or answer.cancelled:
            return None
        self._mark_cancelled(answer)
        return answer.id

    def note(self, event: Event) -> None:
        """Follow what the service says of its answers."""
        match event:
            case events.ResponseCreated():
                self._begin(event.response.id)
            case events.ResponseDone():
                if self._answer is None:
                    self._release()  # it was given up, and in the way
                elif event.response.id in ("", self._answer.id) or not self._answer.id:
                    self._end()
            case events.SpeechStopped() if self._sent is not None and self._sent.cancelled:
                self._forget_sent()  # what comes now answers what was said

    def refused(self, event: events.ErrorEvent) -> NavTalkError | None:
        """Take in an error. Returns it if the person should know of it."""
        code, event_id = event.error.get("code"), event.error.get("event_id")
        if code == "response_cancel_not_active":
            if self._answer is not None and self._answer.cancelled:
                self._end()
            return None
        if code == "conversation_already_has_active_response":
            return self._retry_later(event)
        error = refusal(event)
        if event_id and self._sent is not None and event_id == self._sent.event_id:
            if self._sent.collector is not None:
                self._sent.collector.fail(error)
            self._sent = None
            self._release()
        return error

    def give_up(self) -> None:
        """Expect no answer any more."""
        self._waiting.clear()
        self._sent = self._answer = None
        self.close()

    def forget(self) -> None:
        """The connection is gone, and with it all answers."""
        self.give_up()
        self._cancelled_ids.clear()
        self._uttered_ids.clear()

    def close(self) -> None:
        """Stop the clock."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _begin(self, response_id: str) -> None:
        request, self._sent = self._sent, None
        self.close()  # an answer that was cancelled before has ended, said or not
        self._answer = _Answer(response_id, request)
        if request is not None:
            if request.response is not None and response_id:
                self._uttered_ids.append(response_id)
            if request.collector is not None:
                request.collector.begin(response_id)
            if request.cancelled:
                self._cancel_answer(self._answer)

    def _end(self) -> None:
        self._answer = None
        self.close()
        self._release()

    def _release(self) -> None:
        if not self._waiting or self._sent is not None or self._answer is not None:
            return
        self._sent = self._waiting.take()
        self._sent.event_id = new_id("event")
        self._send(events.ResponseCreate(event_id=self._sent.event_id, response=self._sent.response))

    def _retry_later(self, event: events.ErrorEvent) -> NavTalkError | None:
        """The service had begun an answer of its own, or not ended the one before: what looked like ours was that one.

        Returns:
            The error, if the request has failed with it.
        """
        request, self._sent = self._sent, None
        if request is None and self._answer is not None:
            request, self._answer.request = self._answer.request, None
            if self._answer.id in self._uttered_ids:
                self._uttered_ids.remove(self._answer.id)
            if request is not None and request.collector is not None:
                request.collector.retract()
        if request is None:
            return None
        if request.cancelled:
            if request.collector is not None:
                request.collector.interrupt()
        else:
            self._waiting.put_back(request)
        if not self._waiting or self._answer is not None:
            return None
        self._waiting.first.refusals += 1
        if self._waiting.first.refusals <= MAX_REFUSALS:
            self._call_later(RETRY_INTERVAL, self._release)
            return None
        failed = self._waiting.take()
        error = refusal(event)
        if failed.collector is not None:
            failed.collector.fail(error)
        return error

    def _cancel_answer(self, answer: _Answer) -> None:
        if not answer.cancelled:
            self._mark_cancelled(answer)
            self._send_cancel(answer.id or None)

    def _mark_cancelled(self, answer: _Answer) -> None:
        answer.cancelled = True
        if answer.id:
            self._cancelled_ids.append(answer.id)
        self._limit_cancelling()

    def _send_cancel(self, response_id: str | None) -> None:
        self._send(events.ResponseCancel(response_id=response_id, event_id=new_id("event")))

    def _limit_cancelling(self) -> None:
        self._call_later(CANCEL_LIMIT, self._cancelled_in_vain)

    def _call_later(self, seconds: float, action: Callable[[], None]) -> None:
        self.close()
        self._timer = asyncio.get_running_loop().call_later(seconds, action)

    def _cancelled_in_vain(self) -> None:
        if self._sent is not None and self._sent.cancelled:
            self._forget_sent()
        self._end()
        self._changed()

    def _forget_sent(self) -> None:
        if self._sent is not None and self._sent.collector is not None:
            self._sent.collector.interrupt()
        self._sent = None
        self._release()

"""Requests for answers that wait until they can be made.

However often an answer to what was said is asked for meanwhile, it is one; what is only to be said stays apart.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from navtalk_widget.session.talk.reply import ReplyCollector


@dataclass(slots=True, eq=False)
class Request:
    """A `response.create`, made or to be made."""

    collector: ReplyCollector | None
    """Of whoever waits for the answer."""
    response: dict[str, Any] | None = None
    """What is to be said, where that is no answer to what was said."""
    event_id: str = ""
    """Of the message with which it was made."""
    cancelled: bool = False
    refusals: int = 0


class WaitingRequests:
    """Keeps requests in the order in which they are to be made."""

    def __init__(self) -> None:
        self._requests: deque[Request] = deque()

    def __iter__(self) -> Iterator[Request]:
        return iter(self._requests)

    def __len__(self) -> int:
        return len(self._requests)

    @property
    def first(self) -> Request:
        """The next one to be made; there must be one."""
        return self._requests[0]

    def add(self, collector: ReplyCollector | None, response: dict[str, Any] | None) -> None:
        """Let a request wait; two for an answer become one, of whoever asked last and waits."""
        waiting = self._for_an_answer() if response is None else None
        if waiting is None:
            self._requests.append(Request(collector, response))
        else:
            waiting.collector, waiting.refusals = collector or waiting.collector, 0

    def put_back(self, request: Request) -> None:
        """Let a request wait again that was refused; one made since counts more, if somebody waits for it."""
        since = self._for_an_answer() if request.response is None else None
        if since is not None and since.collector is not None:
            return
        if since is not None:
            self._requests.remove(since)
        self._requests.appendleft(request)

    def take(self) -> Request:
        """The next one is made now, or has failed."""
        return self._requests.popleft()

    def withdraw(self, response: dict[str, Any]) -> None:
        """What was to be said is not."""
        self._requests = deque(each for each in self._requests if each.response is not response)

    def withdraw_answer(self) -> None:
        """No answer is to be asked for; what is only to be said waits on."""
        self._requests = deque(each for each in self._requests if each.response is not None)

    def interrupt(self) -> None:
        """None is to be made, as whoever waits is told."""
        requests, self._requests = self._requests, deque()
        for each in requests:
            if each.collector is not None:
                each.collector.interrupt()

    def clear(self) -> None:
        """None is to be made."""
        self._requests.clear()

    def _for_an_answer(self) -> Request | None:
        return next((each for each in self._requests if each.response is None), None)

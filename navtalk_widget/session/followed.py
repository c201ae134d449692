"""What can be seen of a session from outside: state, error, transcript and events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from itertools import islice
from typing import Any

from navtalk_widget.errors import NavTalkError, PageError
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import new_id
from navtalk_widget.session.event_names import refuse_unknown_event
from navtalk_widget.session.measurements import Measurements
from navtalk_widget.session.metrics import MediaPath, PageWay
from navtalk_widget.session.news import (
    AnswerLatency,
    Measured,
    News,
    Progressed,
    Retry,
    Status,
    StatusChanged,
    ToolCallChanged,
    TurnChanged,
)
from navtalk_widget.session.subscribers import Callback, Subscribers
from navtalk_widget.session.turn_facts import REMEMBERED, TurnFacts
from navtalk_widget.transcript.transcript import Transcript

REMEMBERED_CALLS = 64
"""Calls of tools that a page which joins is told of."""


REMEMBERED_LATENCIES = 50
"""Answers of which it is known how long they took."""


class Followed:
    """Keeps a session's state and transcript, and tells those who follow it.

    Args:
        character: whom the person talks with.
    """

    def __init__(self, character: str) -> None:
        self.conversation_id = new_id("conv")
        """Names all that is said in this session, over however many connections."""
        self.transcript = Transcript.empty()
        """What was said so far: an immutable snapshot."""
        self.status: Status = "idle"
        """What the conversation is doing."""
        self.error: NavTalkError | None = None
        """What went wrong last; None when nothing did."""
        self.retry: Retry | None = None
        """While the connection is lost: when it will be tried again."""
        self.progress: Progressed | None = None
        """What takes time before the conversation can begin."""
        self.tool_calls: tuple[ToolCallChanged, ...] = ()
        """The last calls of tools, in the order in which they began."""
        self.latencies: tuple[AnswerLatency, ...] = ()
        """How long the last answers took, in their order; `Turn.latency` has the same of all."""
        self._page_error: PageError | None = None
        self._measurements = Measurements()
        self._subscribers = Subscribers()
        self._turn_facts = TurnFacts(conversation_id=self.conversation_id, character=character)

    def on(self, name: str, callback: Callback) -> Callback:
        """Call a function with each event of that name, in the session's thread.

        Names are the protocol's (``"response.audio_transcript.delta"``), those of `navtalk_widget.session.news`
        (``"status"``, ``"turn"``, ``"tool_call"``, ``"voice_flushed"``, ``"reconnected"``, ``"progress"``,
        ``"engines"``, ``"measured"``, ``"latency"``, ``"recording"``), or ``"*"`` for everything.

        Raises:
            ConfigurationError: the name is almost one of these: a slip of the pen.
        """
        refuse_unknown_event(name)
        return self._subscribers.on(name, callback)

    def off(self, name: str, callback: Callback) -> None:
        """Undo `on`."""
        self._subscribers.off(name, callback)

    def __aiter__(self) -> AsyncIterator[Event | News]:
        """Iterate over all events from now on, until the session is closed; over none if it is."""
        return self._subscribers.stream(_is_farewell, over=self.status == "closed")

    def note_error(self, error: NavTalkError) -> None:
        """Make an error known that arose outside, such as in the page; the conversation goes on.

        An error concerns the turn in which it arose. One of the page, such as a microphone that is missing, stays
        until the next connection, and never hides why the conversation failed.
        """
        if isinstance(error, PageError):
            self._page_error = error
            if self.status == "failed":
                return
        self._set_status(self.status, error, self.retry)

    def note_remedy(self, codes: Collection[str]) -> None:
        """Make known that what had one of these codes is not wrong with the page any more."""
        error = self._page_error
        if error is None or error.code not in codes:
            return
        self._page_error = None
        if self.error is error:
            self._set_status(self.status, None, self.retry)

    def measured(self, name: str, milliseconds: float) -> None:
        """Make a figure known that was measured outside, such as in the page."""
        self._publish(Measured(name, milliseconds))

    def note_media(self, path: MediaPath, way: PageWay | None = None) -> None:
        """Take in how voice and picture reach the page, and how page and kernel are connected, for `metrics`."""
        self._measurements.media, self._measurements.way = path, way

    def annotate(self, turn_id: str, **fields: Any) -> None:
        """Add to a turn what is learnt of it besides its words, such as ``latency=`` or ``recorded=``; this lasts."""
        self._turn_facts.learn(turn_id, **fields)
        latest = islice(reversed(self.transcript), REMEMBERED)
        turn = next((turn for turn in latest if turn.id == turn_id), None)
        if turn is not None:
            self._publish(TurnChanged(turn))

    def _publish(self, news: News) -> None:
        self._measurements.note(news)
        if isinstance(news, TurnChanged):
            news = replace(news, turn=self._turn_facts.added_to(news.turn))
            self.transcript = self.transcript.with_turn(news.turn)
        elif isinstance(news, ToolCallChanged):
            calls = {call.call_id: call for call in self.tool_calls} | {news.call_id: news}
            self.tool_calls = tuple(calls.values())[-REMEMBERED_CALLS:]
        elif isinstance(news, AnswerLatency):
            latencies = {latency.turn_id: latency for latency in self.latencies} | {news.turn_id: news}
            self.latencies = tuple(latencies.values())[-REMEMBERED_LATENCIES:]
            self.annotate(news.turn_id, latency=news.latency)
        self._subscribers.publish(news.type, news)

    def _note_progress(self, what: str, share: float | None = None) -> None:
        """Make known what takes time; nothing more does where there are no words."""
        news = Progressed(what, share)
        if (news if what else None) != self.progress:
            self.progress = news if what else None
            self._publish(news)

    def _set_status(self, status: Status, error: NavTalkError | None = None, retry: Retry | None = None) -> None:
        if status != self.status or error is not self.error or retry != self.retry:
            self.status, self.error, self.retry = status, error, retry
            self._publish(StatusChanged(status, error, retry))

    def _begin_turn(self) -> None:
        self._set_status(self.status, self._page_error)


def _is_farewell(event: Any) -> bool:
    return isinstance(event, StatusChanged) and event.status == "closed"

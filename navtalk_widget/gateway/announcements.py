"""What all pages are told of the session, and what one that joins has missed."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import asdict

from navtalk_widget.gateway.page import Page
from navtalk_widget.gateway.to_page import (
    hint_message,
    latency_message,
    progress_message,
    tool_call_message,
    turn_message,
)
from navtalk_widget.session.news import (
    AnswerLatency,
    EnginesChosen,
    Progressed,
    StatusChanged,
    ToolCallChanged,
    TurnChanged,
)
from navtalk_widget.session.session import Session

SHOWN_TURNS = 500
"""Turns told to a page that joins."""

SHOWN_LATENCIES = 8
"""Answers of which a page that joins is told how long they took."""


class Announcements:
    """Tells pages how things are, and what changes. Belongs to the session's loop.

    Args:
        session: of which they are told.
        pages: those that are connected; read at each announcement.
    """

    def __init__(self, session: Session, pages: Set[Page]) -> None:
        self._session = session
        self._pages = pages
        session.on("status", self._status_changed)
        session.on("turn", self._turn_changed)
        session.on("tool_call", self._tool_call_changed)
        session.on("latency", self._answer_timed)
        session.on("progress", self._progressed)
        session.on("engines", self._engines_chosen)

    def catch_up(self, page: Page) -> None:
        """Tell a page that joins how things are."""
        page.tell(self._state())
        if self._session.progress is not None:
            page.tell(progress_message(self._session.progress))
        for note in self._session.engines.notes:
            page.tell(hint_message(note))
        turns = [turn_message(turn) for turn in self._session.transcript[-SHOWN_TURNS:]]
        page.tell({"type": "turns", "reset": True, "turns": turns})
        for call in self._session.tool_calls:
            page.tell(tool_call_message(call))
        for latency in self._session.latencies[-SHOWN_LATENCIES:]:
            page.tell(latency_message(latency))

    def _tell_all(self, message: dict[str, object]) -> None:
        for page in self._pages:
            page.tell(message)

    def _state(self) -> dict[str, object]:
        error, retry = self._session.error, self._session.retry
        return {
            "type": "state",
            "status": self._session.status,
            "error": None if error is None else error.as_dict(),
            "retry": None if retry is None else asdict(retry),
        }

    def _status_changed(self, _: StatusChanged) -> None:
        self._tell_all(self._state())

    def _turn_changed(self, news: TurnChanged) -> None:
        self._tell_all({"type": "turns", "reset": False, "turns": [turn_message(news.turn)]})

    def _tool_call_changed(self, news: ToolCallChanged) -> None:
        self._tell_all(tool_call_message(news))

    def _answer_timed(self, latency: AnswerLatency) -> None:
        self._tell_all(latency_message(latency))

    def _progressed(self, news: Progressed) -> None:
        self._tell_all(progress_message(news))

    def _engines_chosen(self, news: EnginesChosen) -> None:
        for note in news.notes:
            self._tell_all(hint_message(note))

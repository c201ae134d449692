"""What the session does, as the traits of its widget."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time
from typing import Any

from navtalk_widget.gateway.to_page import turn_message
from navtalk_widget.session.news import AnswerLatency, EnginesChosen, Measured, StatusChanged, TurnChanged
from navtalk_widget.session.session import Session
from navtalk_widget.widget.dispatcher import Dispatcher
from navtalk_widget.widget.traits import AvatarTraits

SHOWN_LIMIT = 1.0
"""Seconds that a verb waits for observers of the traits; one that blocks must not hold it up for ever."""

FIGURES_PAUSE = 1.0
"""Seconds between figures that come again and again; those of an answer are shown at once."""

REPEATED = ("av_offset_ms", "round_trip_ms", "clock_offset_ms")


class ShownState:
    """Sets the traits of a widget, in a thread of their own: their observers may take their time.

    Args:
        widget: whose traits are set.
        session: which is followed.
        thread: where they are set.
    """

    def __init__(self, widget: AvatarTraits, session: Session, thread: Dispatcher) -> None:
        self._widget = widget
        self._session = session
        self._thread = thread
        self._figures_shown = 0.0
        session.on("status", self._show_status)
        session.on("turn", self._show_turn)
        session.on("engines", self._show_engines)
        session.on("measured", self._show_figure)
        session.on("latency", self._show_metrics)

    def show(self, trait: str, value: Any) -> None:
        """Set a trait soon, in the order of the calls."""
        self._thread.post(functools.partial(self._widget.set_trait, trait, value))

    async def all_shown(self) -> None:
        """Wait until the traits say what the session does, for code that looks at them after a verb."""
        loop = asyncio.get_running_loop()
        shown = loop.create_future()
        self._thread.post(lambda: loop.call_soon_threadsafe(shown.set_result, None))
        with contextlib.suppress(asyncio.TimeoutError, TimeoutError):
            await asyncio.wait_for(asyncio.shield(shown), SHOWN_LIMIT)

    def _show_status(self, news: StatusChanged) -> None:
        self.show("error", news.error)
        self.show("status", news.status)
        if news.status in ("reconnecting", "failed", "closed"):
            self._show_metrics(news)

    def _show_engines(self, news: EnginesChosen) -> None:
        self.show("service_label", news.label)

    def _show_turn(self, news: TurnChanged) -> None:
        transcript = self._session.transcript
        self.show("transcript", transcript)
        saved = self._widget.saved_turns
        if news.turn.final and saved:  # words in progress need not be saved
            self.show("transcript_tail", [turn_message(turn) for turn in transcript[-saved:]])

    def _show_figure(self, news: Measured) -> None:
        # One that is passed over is in the next one's.
        if news.name not in REPEATED or time.monotonic() - self._figures_shown >= FIGURES_PAUSE:
            self._show_metrics(news)

    def _show_metrics(self, _: AnswerLatency | Measured | StatusChanged) -> None:
        self._figures_shown = time.monotonic()
        self.show("metrics", self._session.metrics)

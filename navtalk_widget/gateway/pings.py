"""Asks pages for their time while a conversation runs."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from navtalk_widget.gateway.page import Page
from navtalk_widget.session.session import Session

FIRST_PINGS = 5
FIRST_PAUSE = 0.2
"""Seconds between the first pings: the sooner there are some, the sooner one of them was quick."""

PAUSE = 2.0
"""Seconds between pings. Without a conversation there are none, or an open notebook would never seem idle."""


class Pings:
    """Asks all pages for their time while a conversation runs. Belongs to the session's loop.

    Args:
        session: the conversation.
        pages: those that are connected; read at each ping.
    """

    def __init__(self, session: Session, pages: Collection[Page]) -> None:
        self._session = session
        self._pages = pages
        self._task: asyncio.Task[None] | None = None

    def follow(self) -> None:
        """Begin, if there is a conversation; called whenever its state has changed."""
        if self._session.connected and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._run(), name="navtalk-pings")

    async def close(self) -> None:
        """End it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        pings = 0
        while self._session.connected:
            for page in self._pages:
                page.clock.ask()
            pings += 1
            await asyncio.sleep(FIRST_PAUSE if pings < FIRST_PINGS else PAUSE)

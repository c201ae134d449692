"""Connecting again after the connection was lost."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from typing import Protocol

from navtalk_widget.errors import NavTalkError, ServiceUnreachable
from navtalk_widget.session.connection.link import Link
from navtalk_widget.session.faults import retriable
from navtalk_widget.session.news import Retry

DELAYS = (0.4, 1.0, 2.0, 4.0, 8.0, 15.0, 25.0, 25.0)
"""At most this many seconds before each attempt; after the last the conversation is given up."""

FLAPS = 6
FLAP_WINDOW = 120.0
"""A connection that was lost so often within so many seconds is not tried again by itself."""


class Tell(Protocol):
    """Tells why there is no connection, and when the next attempt is due."""

    def __call__(self, error: NavTalkError | None, retry: Retry | None) -> None:
        """Tell it."""


class Reconnection:
    """Tries to connect until that succeeds or makes no sense any more.

    Args:
        tell: told before each attempt.
    """

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._hurried = asyncio.Event()
        self._losses: deque[float] = deque(maxlen=FLAPS)

    def allows(self) -> bool:
        """Whether a connection that was lost now is to be tried again."""
        now = time.monotonic()
        self._losses.append(now)
        return len(self._losses) < FLAPS or now - self._losses[0] > FLAP_WINDOW

    def hurry(self) -> None:
        """Make the next attempt now."""
        self._hurried.set()

    async def run(
        self, new_link: Callable[[], Link], open_link: Callable[[Link], Awaitable[None]], cause: NavTalkError | None
    ) -> Link:
        """Connect.

        Args:
            new_link: makes a connection, not open yet.
            open_link: opens it.
            cause: why the earlier connection ended; None if it was to be replaced, which is tried at once.

        Returns:
            The open connection.

        Raises:
            NavTalkError: the service refuses in a way that trying again does not mend, or all attempts were in vain.
        """
        for attempt, delay in enumerate(jittered(), start=1):
            if cause is not None:
                await self._wait(Retry(attempt, len(DELAYS), time.time() + delay), delay, cause)
            link = new_link()
            try:
                await open_link(link)
            except NavTalkError as error:
                await link.close()
                if not retriable(error, reconnecting=True):
                    raise
                cause = error
            except asyncio.CancelledError:
                await link.close()
                raise
            else:
                if link.configured:
                    return link
                await link.close()
                cause = ServiceUnreachable("The connection to the service was lost as soon as it stood.")
        raise cause or ServiceUnreachable("The service cannot be reached.")

    async def _wait(self, retry: Retry, delay: float, cause: NavTalkError) -> None:
        self._hurried.clear()
        self._tell(cause, retry)
        try:
            await asyncio.wait_for(self._hurried.wait(), delay)
        except (asyncio.TimeoutError, TimeoutError):
            return


def jittered() -> Iterator[float]:
    """The delays in seconds, each shortened at random by up to a half, so that clients do not come back all at once."""
    for delay in DELAYS:
        yield delay * random.uniform(0.5, 1.0)

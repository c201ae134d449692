"""The service of a session: which one it is, where it is, and where the person's words go."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from dataclasses import replace

from navtalk_widget.client.embedded import embedded_service
from navtalk_widget.client.endpoint import Endpoint, ServiceChoice
from navtalk_widget.daemon_thread import run_in_daemon_thread
from navtalk_widget.engines.chosen import Progress
from navtalk_widget.errors import NavTalkError, ServiceUnreachable
from navtalk_widget.session.local_engines import LocalEngines
from navtalk_widget.session.news import EnginesChosen

LAST_BREATH = 1.0
"""Seconds in which a process whose connection broke is gone, if that is why it broke."""


class ChosenService:
    """Finds the service, and starts it if it is the embedded one.

    Args:
        choice: which it is.
        engines: what the embedded service is to use.
        progress: told what takes time; ``""`` when it is over.
        publish: told where words go, and what the person should know of it, whenever that changes.
    """

    def __init__(
        self,
        choice: ServiceChoice,
        engines: LocalEngines,
        *,
        progress: Progress,
        publish: Callable[[EnginesChosen], None],
    ) -> None:
        self.choice = choice
        self._engines = engines
        self._progress = progress
        self._publish = publish
        self._told = EnginesChosen(choice.label, ())

    @property
    def label(self) -> str:
        """One line for the person: which service this is, and where their words go."""
        return self._told.label

    async def find(self) -> Endpoint:
        """Where the service is, and the key to it, with its engines ready.

        Raises:
            NavTalkError: it cannot be started, or an engine cannot be had.
        """
        if self.choice.kind != "local":
            return self.choice.endpoint()
        service = embedded_service()
        if service.pid is None:
            self._progress("Starting the local service", None)
        try:
            # Not to_thread: the interpreter would wait for its threads before it ends, and with them for the service.
            start = functools.partial(service.start, self.choice.protocol)
            started = await asyncio.wrap_future(run_in_daemon_thread(start, "navtalk-start-service"))
            if started.error is not None:
                raise started.error
            assert started.value is not None
            options = await self._engines.registered(service, self._progress)
        finally:
            self._progress("", None)
            self._tell()
        return replace(started.value, options=options)

    async def explained(self, error: NavTalkError) -> NavTalkError:
        """Of the embedded service one can tell whether it is the connection that ended, or the service."""
        if self.choice.kind == "local":
            ended = await asyncio.wrap_future(
                run_in_daemon_thread(lambda: embedded_service().ended_within(LAST_BREATH), "navtalk-last-breath")
            )
            if ended.value:
                return ServiceUnreachable("The embedded service has ended.", hint="It is started again.")
        return error

    def _tell(self) -> None:
        chosen = EnginesChosen(self._engines.label, self._engines.notes)
        if chosen != self._told:
            self._told = chosen
            self._publish(chosen)

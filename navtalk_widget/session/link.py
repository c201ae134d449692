"""The connection under a conversation: opened, configured, written to and read from."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from navtalk_widget.client.endpoint import Endpoint
from navtalk_widget.client.sockets import MainSocket
from navtalk_widget.errors import NavTalkError, ProtocolError, ServiceError, ServiceFault, ServiceUnreachable
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import assistant_text, user_text
from navtalk_widget.session.faults import fatal
from navtalk_widget.session.outbox import Outbox
from navtalk_widget.transcript.transcript import Transcript

CONFIGURE_TIMEOUT = 15.0
"""Seconds for the service to take the configuration."""

HISTORY_TURNS = 50
"""Turns told to the service when a conversation goes on."""

MEASURED_BLOCKS = 3_000
"""Blocks of microphone sound whose delay is remembered: the last minute."""

_logger = logging.getLogger(__name__)


class Link:
    """One connection to the service, from its opening to its end.

    Args:
        received: called with each event, and with an error for each message that breaks the protocol.
        lost: called once if the connection ends after `open` and before `close`.
    """

    def __init__(self, received: Callable[[Event | ProtocolError], None], lost: Callable[[NavTalkError], None]) -> None:
        self._received = received
        self._lost = lost
        self._outbox = Outbox()
        self._socket: MainSocket | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._ready: asyncio.Future[None] | None = None
        self._told: dict[str, Any] = {}
        self._telling = False
        self._closing = False
        self.microphone_delays_ms: deque[float] = deque(maxlen=MEASURED_BLOCKS)
        self.session_id: str | None = None
        """How the service calls the conversation, if it says so."""
        self.configured = False
        """Whether the service has confirmed the configuration, and the connection stands."""

    async def open(
        self, endpoint: Endpoint, character: str, config: Callable[[], dict[str, Any]], history: Transcript
    ) -> None:
        """Connect, configure, and tell what was said before.

        Args:
            endpoint: where the service is.
            character: whom to talk with.
            config: the configuration; asked for when the service is ready to take it, and by `tell_changes`.
            history: the turns of an earlier connection.

        Raises:
            NavTalkError: the service cannot be reached, or refuses.
        """
        self._config, self._history = config, history[-HISTORY_TURNS:]
        self._socket = await MainSocket.open(endpoint, character)
        self._ready = asyncio.get_running_loop().create_future()
        self._tasks = [
            asyncio.create_task(self._read(self._socket), name="navtalk-receive"),
            asyncio.create_task(self._write(self._socket), name="navtalk-send"),
        ]
        try:
            await asyncio.wait_for(asyncio.shield(self._ready), CONFIGURE_TIMEOUT)
        except (asyncio.TimeoutError, TimeoutError):
            raise ServiceUnreachable(
                f"{endpoint.main_address} did not take the configuration within {CONFIGURE_TIMEOUT:.0f} s."
            ) from None

    def tell_changes(self) -> None:
        """Send what has changed in the configuration, soon: changes made together are sent together."""
        if self.configured and not self._telling:
            self._telling = True
            asyncio.get_running_loop().call_soon(self._tell_changes)

    def send(self, event: Event, captured_at: float | None = None) -> None:
        """Queue an event; of the microphone's blocks the oldest are dropped when the service does not keep up.

        Args:
            event: what to send.
            captured_at: when a block of the microphone was captured, in seconds since 1970.
        """
        if self._telling and not isinstance(event, events.SessionUpdate):
            self._tell_changes()  # what was changed before is in force for what is said now
        try:
            self._outbox.put(event, captured_at)
        except OverflowError as error:
            self._end(ServiceUnreachable(f"The connection was given up: {error}."))

    async def close(self) -> None:
        """End the connection and its tasks."""
        self._closing = True
        self.configured = False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()

    async def _read(self, socket: MainSocket) -> None:
        error: NavTalkError = ServiceUnreachable("The service ended the conversation.")
        try:
            async for event in socket.events():
                end = self._take(event)
                if end is not None:
                    error = end
                    break
        except ServiceError as lost:
            error = lost
        except Exception as defect:  # of ours: without this the conversation would fall silent and say nothing
            _logger.exception("Handling what the service said failed")
            error = _fault("Handling what the service said", defect)
        self._end(error)

    def _take(self, event: Event | ProtocolError) -> NavTalkError | None:
        """Handle an event; an error returned ends the connection."""
        match event:
            case events.SessionId():
                self.session_id = event.session_id
            case events.SessionCreated() if not self._told:
                self._told = self._config()
                self.send(events.SessionUpdate(session=self._told))
                for turn in self._history:
                    item = user_text(turn.text) if turn.role == "user" else assistant_text(turn.text)
                    self.send(events.ConversationItemCreate(item=item))
            case events.SessionUpdated() if self._ready is not None and not self._ready.done():
                self.configured = True
                self._ready.set_result(None)
                self.tell_changes()  # those made since
            case _ if (error := fatal(event)) is not None:
                return error
        self._received(event)
        return None

    def _tell_changes(self) -> None:
        if self._telling and self.configured:
            self._telling = False
            told, self._told = self._told, self._config()
            changes = {name: value for name, value in self._told.items() if name not in told or told[name] != value}
            if changes:
                self.send(events.SessionUpdate(session=changes))

    async def _write(self, socket: MainSocket) -> None:
        try:
            while True:
                event, captured_at = await self._outbox.get()
                await socket.send(event)
                if captured_at is not None:
                    self.microphone_delays_ms.append(1000 * (time.time() - captured_at))
        except ServiceError as error:
            self._end(error)
        except Exception as defect:
            _logger.exception("Sending to the service failed")
            self._end(_fault("Sending to the service", defect))

    def _end(self, error: NavTalkError) -> None:
        if self._closing:
            return
        self._closing = True
        self.configured = False
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(error)
        else:
            self._lost(error)


def _fault(what: str, defect: Exception) -> ServiceFault:
    return ServiceFault(f"{what} failed: {type(defect).__name__}: {defect}.")

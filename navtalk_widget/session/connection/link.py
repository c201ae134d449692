"""The connection under a conversation: opened, configured, written to and read from."""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from navtalk_widget.audio.pcm import from_bytes, to_bytes
from navtalk_widget.audio.sound_formats import SoundDecoder, SoundEncoder
from navtalk_widget.client.endpoint import TRANSPARENCY, AvatarChoice, Endpoint
from navtalk_widget.client.ice_servers import GOOGLE_STUN, generated_ice_servers
from navtalk_widget.client.sockets import MainSocket
from navtalk_widget.daemon_thread import run_in_daemon_thread
from navtalk_widget.errors import NavTalkError, ProtocolError, ServiceError, ServiceFault, ServiceUnreachable
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.signalling import Signal
from navtalk_widget.session.connection.dialects import (
    Dialect,
    FirstGeneration,
    SecondGeneration,
    TransitionalSecondGeneration,
    Transparency,
)
from navtalk_widget.session.connection.inferred_responses import InferredResponses
from navtalk_widget.session.connection.one_socket_signalling import OneSocketSignalling
from navtalk_widget.session.connection.outbox import Outbox
from navtalk_widget.session.connection.sent_sound import SentSound
from navtalk_widget.session.connection.told_settings import ToldSettings
from navtalk_widget.session.faults import fatal

CONFIGURE_TIMEOUT = 15.0
"""Seconds for the service to take the configuration."""

UPDATED_GRACE = 3.0
"""Seconds after `session.created` in which a service of the second generation says `session.updated` by itself; one
that does not is of the transitional kind, and waits for `session.update`."""

MEASURED_BLOCKS = 3_000
"""Blocks of microphone sound whose delay is remembered: the last minute."""

_logger = logging.getLogger(__name__)


class Link:
    """One connection to the service, from its opening to its end.

    Args:
        received: called with each event, and with an error for each message that breaks the protocol.
        ready: called once when the service has taken the configuration.
        lost: called once if the connection ends after `open` and before `close`.
        noticed: called with what the person should know while the connection goes on.
    """

    def __init__(
        self,
        received: Callable[[Link, Event | ProtocolError], None],
        ready: Callable[[Link], None],
        lost: Callable[[Link, NavTalkError], None],
        noticed: Callable[[NavTalkError], None],
    ) -> None:
        self._received = received
        self._told_ready = ready
        self._lost = lost
        self._outbox = Outbox()
        self._socket: MainSocket | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._ready: asyncio.Future[None] | None = None
        self._settings = ToldSettings(self.send, noticed)
        self._responses: InferredResponses | None = None
        self._grace: asyncio.TimerHandle | None = None
        self._ice_servers: tuple[dict[str, Any], ...] = ()
        self._closing = False
        self.microphone_delays_ms: deque[float] = deque(maxlen=MEASURED_BLOCKS)
        self.sent_sound = SentSound()
        """Where the sound belongs that the service counts the milliseconds of."""
        self.session_id: str | None = None
        """How the service calls the conversation, if it says so."""
        self.configured = False
        """Whether the service has confirmed the configuration, and the connection stands."""
        self.expires_at: float | None = None
        """When the service will end the session, in seconds since 1970, if it says so."""
        self.effective: dict[str, Any] = {}
        """The settings in force, as the service confirmed them last."""
        self.signalling: OneSocketSignalling | None = None
        """Where there is one socket for everything."""

    @property
    def truncates(self) -> bool:
        """Whether the service can be told how much of an answer was heard."""
        return self._settings.dialect.truncates

    @property
    def round_trip_ms(self) -> float | None:
        """To the service and back, when it was looked at last; None before."""
        return None if self._socket is None else self._socket.round_trip_ms

    async def open(
        self,
        endpoint: Endpoint,
        avatar: AvatarChoice,
        config: Callable[[], dict[str, Any]],
        history: Sequence[Event],
    ) -> None:
        """Connect, configure, and tell what was said before.

        Args:
            endpoint: where the service is.
            avatar: whom to talk with.
            config: the configuration; asked for when the service is ready to take it, and by `tell_changes`.
            history: items of an earlier connection.

        Raises:
            NavTalkError: the service cannot be reached, or refuses.
        """
        self._endpoint, self._history = endpoint, history
        self._settings.begin(_dialect(endpoint, avatar), config)
        formats = config()  # they hold for the whole connection: what is on its way cannot change its format
        self._speech = SoundEncoder(formats["input_audio_format"])
        self._voice = SoundDecoder(formats["output_audio_format"])
        if endpoint.protocol == "v2":
            self.signalling = OneSocketSignalling(self.send)
            self._responses = InferredResponses(self._pass)
        self._socket = await MainSocket.open(endpoint, avatar)
        self._ready = asyncio.get_running_loop().create_future()
        self._settings.greet()
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
        if self.configured:
            self._settings.tell_soon()

    def send(self, event: Event | Signal, captured_at: float | None = None, place: int = 0) -> None:
        """Queue an event; of the microphone's blocks the oldest are dropped when the service does not keep up.

        Args:
            event: what to send.
            captured_at: when a block of the microphone was captured, in seconds since 1970.
            place: where it begins, in samples of the loop's time.
        """
        self.sent_sound.note(event, place)
        if isinstance(event, Event):
            if isinstance(event, events.InputAudioBufferAppend) and self._speech.format != "pcm16":
                event = event.model_copy(update={"audio": self._speech.encode(from_bytes(event.audio))})
            event = self._settings.dialect.outgoing(event)
            self._settings.tell_before(event)  # what was changed before is in force for what is said now
        try:
            if self._outbox.put(event, captured_at):
                self.sent_sound.dropped()
        except OverflowError as error:
            self._end(ServiceUnreachable(f"The connection was given up: {error}."))

    async def ice_servers(self) -> tuple[dict[str, Any], ...]:
        """What the page needs to find the service's media: `RTCIceServer` dictionaries."""
        if not self._ice_servers and self._endpoint.protocol == "v1" and self.session_id:
            ask = functools.partial(generated_ice_servers, self._endpoint)
            asked = await asyncio.wrap_future(run_in_daemon_thread(ask, "navtalk-ice-servers"))
            self._ice_servers = asked.value or ()
        if self._ice_servers or self._endpoint.on_loopback:
            return self._ice_servers
        return GOOGLE_STUN

    async def close(self) -> None:
        """End the connection and its tasks."""
        self._closing = True
        self.configured = False
        if self._grace is not None:
            self._grace.cancel()
        if self._responses is not None:
            self._responses.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.signalling is not None:
            await self.signalling.close()
        if self._socket is not None:
            await self._socket.close()

    async def _read(self, socket: MainSocket) -> None:
        error: NavTalkError = ServiceUnreachable("The service ended the conversation.")
        try:
            async for message in socket.messages():
                end = self._take(message)
                if end is not None:
                    error = end
                    break
        except ServiceError as lost:
            error = lost
        except Exception as defect:  # of ours: without this the conversation would fall silent and say nothing
            _logger.exception("Handling what the service said failed")
            error = _fault("Handling what the service said", defect)
        self._end(error)

    def _take(self, message: Event | Signal | ProtocolError) -> NavTalkError | None:
        """Handle a message; an error returned ends the connection."""
        if isinstance(message, events.AudioDelta):
            message = self._decoded(message)  # before all else: no answer begins with what is no sound
        if isinstance(message, ProtocolError):
            self._received(self, message)
            return None
        if not isinstance(message, Event):
            if self.signalling is not None:
                self.signalling.put(message)
            return None
        error = fatal(message) or self._settings.refused_setup(message)
        if error is None:
            self._note(message)
            if isinstance(message, events.ErrorEvent) and self._settings.refused(message):
                return None
        if self._responses is None or error is not None:
            self._pass(message)
        else:
            self._responses.note(message)
        return error

    def _note(self, event: Event) -> None:
        match event:
            case events.SessionId():
                self.session_id = event.session_id
            case events.ConversationConnected():
                self.session_id = event.session_id or None
                self._ice_servers = event.ice_servers
            case events.SessionCreated():
                self._note_session(event.session)
                if not self._settings.set_up:
                    self._set_up()
            case events.SessionUpdated():
                self._note_session(event.session)
                self._settings.confirmed()
        if self._ready is not None and not self._ready.done() and self._settings.dialect.is_ready(event):
            if self._grace is not None:
                self._grace.cancel()
            self.configured = True
            self._ready.set_result(None)
            self.tell_changes()  # those made since
            self._told_ready(self)

    def _note_session(self, session: dict[str, Any]) -> None:
        self.effective = {**self.effective, **session}
        expires_at = session.get("expires_at")
        if isinstance(expires_at, int | float) and expires_at > 0:
            self.expires_at = float(expires_at)

    def _set_up(self) -> None:
        self._settings.send_setup()
        for event in self._history:
            self.send(event)
        if isinstance(self._settings.dialect, SecondGeneration):
            self._grace = asyncio.get_running_loop().call_later(UPDATED_GRACE, self._try_transitional)

    def _try_transitional(self) -> None:
        _logger.info("The service does not update the session by itself; telling it the configuration in the older way")
        self._settings.dialect = TransitionalSecondGeneration()
        self._settings.send_setup()

    def _decoded(self, event: events.AudioDelta) -> events.AudioDelta | ProtocolError:
        try:
            pcm = to_bytes(self._voice.decode(event.delta))
        except ValueError as error:
            return ProtocolError(f"{event.type}: {error}.")
        return event if pcm == event.delta else event.model_copy(update={"delta": pcm})

    def _pass(self, event: Event) -> None:
        self._received(self, event)

    async def _write(self, socket: MainSocket) -> None:
        try:
            while True:
                event, captured_at = await self._outbox.get()
                await socket.send(event)
                if isinstance(event, events.InputAudioBufferAppend):
                    self.sent_sound.sent()
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
            self._lost(self, error)


def _dialect(endpoint: Endpoint, avatar: AvatarChoice) -> Dialect:
    if endpoint.protocol == "v1":
        return FirstGeneration()
    return Transparency() if avatar.model == TRANSPARENCY else SecondGeneration()


def _fault(what: str, defect: Exception) -> ServiceFault:
    return ServiceFault(f"{what} failed: {type(defect).__name__}: {defect}.")

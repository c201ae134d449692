"""The life of a session: its connections, one after another."""

from __future__ import annotations

import asyncio
import logging
import traceback
from typing import Any

from navtalk_widget.client.embedded import embedded_service
from navtalk_widget.client.endpoint import Endpoint, ServiceChoice
from navtalk_widget.client.redaction import redact
from navtalk_widget.client.sockets import SignallingSocket
from navtalk_widget.daemon_thread import run_in_daemon_thread
from navtalk_widget.errors import NavTalkError, NotConnectedError, ProtocolError, ServiceFault, ServiceUnreachable
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.protocol.events import Event, name_of
from navtalk_widget.session.conversation import Conversation
from navtalk_widget.session.followed import Followed
from navtalk_widget.session.link import Link
from navtalk_widget.tools.registry import ToolRegistry

_RESTART_HINT = "Connect again: Start in the widget, connect() in code; what was said so far is kept."

_logger = logging.getLogger(__name__)


class Life(Followed):
    """Connects, and ends what was connected; the last word of `connect` and `close` counts.

    Args:
        service: where to connect to.
        character: whom to talk with.
        tools: what the avatar may call.
        config: the settings.
    """

    def __init__(self, service: ServiceChoice, character: str, tools: ToolRegistry, config: SessionConfig) -> None:
        super().__init__()
        self.service = service
        self.character = character
        self.tools = tools
        self.config = config
        self._endpoint: Endpoint | None = None
        self._link: Link | None = None
        self._conversation: Conversation | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether the conversation is running."""
        return self._link is not None and self._link.configured

    async def connect(self) -> None:
        """Begin the conversation, or go on with it after a failure; what was said before is told to the service.

        Raises:
            NavTalkError: the service cannot be started, reached or used, or the conversation was ended meanwhile.
        """
        if self.connected:
            return
        connecting = self.begin_connecting()
        await asyncio.wait({connecting})  # who waits may be cancelled; the connection goes on
        if connecting.cancelled():
            raise NotConnectedError("The conversation was ended while it was beginning.")
        connecting.result()

    def begin_connecting(self) -> asyncio.Task[None]:
        """Do what `connect` does, without waiting: errors that arise from now on belong to the new connection."""
        if self._connecting is None:
            self._page_error = None
            self._set_status("connecting")
            self._connecting = asyncio.create_task(self._connect(), name="navtalk-connect")
            self._connecting.add_done_callback(self._forget_connecting)
        return self._connecting

    async def close(self) -> None:
        """End the conversation. The transcript stays; `connect` goes on with it."""
        connecting, self._connecting = self._connecting, None
        if connecting is not None:
            connecting.cancel()
        await asyncio.wait({self._begin_ending(connecting, closing=True)})

    async def open_signalling(self) -> SignallingSocket:
        """Open the socket on which the service offers the avatar's video and voice.

        Raises:
            NotConnectedError: there is no conversation.
            ServiceError: the service does not answer.
        """
        self._running()
        assert self._link is not None and self._endpoint is not None
        return await SignallingSocket.open(self._endpoint, self._link.session_id)

    async def _connect(self) -> None:
        if self._ending is not None:
            await asyncio.wait({self._ending})
        link = self._link = Link(self._received, self._lost)
        self._conversation = Conversation(
            self.tools,
            send=link.send,
            publish=self._publish,
            changed=self._conversation_changed,
            answers_speech=self._answers_speech,
        )
        try:
            self._endpoint = await self._find_service()
            await link.open(self._endpoint, self.character, self._full_config, self.transcript)
        except NavTalkError as error:
            self._fail(error)
            raise
        except Exception as unforeseen:  # noqa: BLE001 - whatever it is, the status must not stay "connecting"
            _logger.error("Connecting failed:\n%s", redact(traceback.format_exc()))  # it may quote the address
            fault = ServiceFault(f"Connecting failed: {type(unforeseen).__name__}: {redact(str(unforeseen))}.")
            self._fail(fault)
            raise fault from None
        if self._link is not link:  # lost as soon as it stood
            raise self.error or NotConnectedError("The conversation has ended.")
        self._set_status("listening", self.error)  # the page may have lacked a microphone meanwhile

    async def warm_up(self) -> None:
        """Start the embedded service ahead of `connect`, if it is to be used; what goes wrong is told in `error`."""
        if self.service.kind == "local":
            try:
                await self._find_service()
            except NavTalkError as error:
                self.report(error)

    async def _find_service(self) -> Endpoint:
        if self.service.kind != "local":
            return self.service.endpoint()
        # Not to_thread: the interpreter would wait for its threads before it ends, and with them for the service.
        started = await asyncio.wrap_future(run_in_daemon_thread(embedded_service().start, "navtalk-start-service"))
        if started.error is not None:
            raise started.error
        assert started.value is not None
        return started.value

    def _forget_connecting(self, task: asyncio.Task[None]) -> None:
        if task is self._connecting:
            self._connecting = None
        if not task.cancelled():
            task.exception()  # told through `error`, and to those who await connect()

    def _lost(self, error: NavTalkError) -> None:
        if self._link is None:
            return  # it was being ended anyway
        if self.service.kind == "local" and embedded_service().pid is None:
            error = ServiceUnreachable("The embedded service has ended.", hint=_RESTART_HINT)
        self._fail(error)

    def _fail(self, error: NavTalkError) -> None:
        self._connecting = None  # who wants to connect now begins anew
        self._begin_ending()
        self._set_status("failed", error)

    def _begin_ending(
        self, connecting: asyncio.Task[None] | None = None, *, closing: bool = False
    ) -> asyncio.Task[None]:
        """Let go of the connection at once, and end it in a task for which the next one waits."""
        conversation, self._conversation = self._conversation, None
        link, self._link = self._link, None
        earlier = [task for task in (connecting, self._ending) if task is not None and not task.done()]
        self._ending = asyncio.create_task(self._end(earlier, conversation, link, closing), name="navtalk-end")
        return self._ending

    async def _end(
        self, earlier: list[asyncio.Task[None]], conversation: Conversation | None, link: Link | None, closing: bool
    ) -> None:
        if earlier:
            await asyncio.wait(earlier)
        if conversation is not None:
            await conversation.end()
        if link is not None:
            await link.close()
        if closing and self._connecting is None and asyncio.current_task() is self._ending:
            self._set_status("closed")  # unless another connection has begun meanwhile

    def _running(self) -> Conversation:
        if self._conversation is None or not self.connected:
            raise NotConnectedError("There is no conversation.")
        return self._conversation

    @property
    def microphone_delays_ms(self) -> tuple[float, ...]:
        """Of the last blocks: milliseconds from their last sample to the service's socket."""
        return () if self._link is None else tuple(self._link.microphone_delays_ms)

    def _full_config(self) -> dict[str, Any]:
        return {**self.config.as_json(), "tools": self.tools.definitions()}

    def _answers_speech(self) -> bool:
        return self.config.turn_detection is not None and self.config.turn_detection.create_response

    def _received(self, event: Event | ProtocolError) -> None:
        if self._conversation is None:
            return
        if isinstance(event, ProtocolError):  # one message is lost, nothing else is affected
            self._set_status(self.status, event)
            return
        if isinstance(event, events.SpeechStarted):
            self._begin_turn()
        if self._conversation.receive(event):
            self._subscribers.publish(name_of(event), event)

    def _conversation_changed(self, error: NavTalkError | None) -> None:
        if self._conversation is not None and self.connected:
            self._set_status(self._conversation.facts.status, error or self.error)

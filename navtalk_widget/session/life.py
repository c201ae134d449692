"""The life of a session: its connections, one after another."""

from __future__ import annotations

import asyncio
import functools
import logging
import traceback
from collections import deque
from typing import Any

from navtalk_widget.client.endpoint import AvatarChoice, ServiceChoice
from navtalk_widget.client.redaction import redact
from navtalk_widget.errors import NavTalkError, NotConnectedError, ServiceFault
from navtalk_widget.protocol import events
from navtalk_widget.protocol.config import SessionConfig
from navtalk_widget.session.chosen_service import ChosenService
from navtalk_widget.session.connection.link import Link
from navtalk_widget.session.connection.reconnection import Reconnection
from navtalk_widget.session.connection.renewal import Renewal
from navtalk_widget.session.connection.replayed_history import replayed
from navtalk_widget.session.exchange import Exchange
from navtalk_widget.session.faults import retriable
from navtalk_widget.session.local_engines import LocalEngines
from navtalk_widget.session.news import Reconnected
from navtalk_widget.session.reported import reported
from navtalk_widget.session.talk.conversation import Conversation
from navtalk_widget.session.utterance import spoken_text
from navtalk_widget.tools.registry import ToolRegistry
from navtalk_widget.transcript.report.report import Report

REMEMBERED_PICTURES = 3
"""Pictures that are shown again over a new connection."""

_logger = logging.getLogger(__name__)


class Life(Exchange):
    """Connects, connects again when the connection is lost, and ends; the last word of `connect` and `close` counts.

    Args:
        service: where to connect to.
        avatar: whom to talk with.
        tools: what the avatar may call.
        config: the settings.
        engines: what the embedded service is to use, if that is the service.
    """

    def __init__(
        self,
        service: ServiceChoice,
        avatar: AvatarChoice,
        tools: ToolRegistry,
        config: SessionConfig,
        engines: LocalEngines,
    ) -> None:
        super().__init__(tools, config, avatar.avatar_id or avatar.character)
        self._engines = engines
        self.service = service
        self.avatar = avatar
        self._chosen_service = ChosenService(service, engines, progress=self._note_progress, publish=self._publish)
        self._farewells: set[asyncio.Task[None]] = set()
        self._reconnecting = False
        self._pictures: deque[str] = deque(maxlen=REMEMBERED_PICTURES)
        self._connecting: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._reconnection = Reconnection(functools.partial(self._set_status, "reconnecting"))
        self._renewal = Renewal(self._at_rest, self.renew)

    @property
    def service_label(self) -> str:
        """One line for the person: which service this is, and where their words go."""
        return self._chosen_service.label

    def report(self) -> Report:
        """The conversation in figures: talk time, words, latency, tools, connection. It shows itself as a table."""
        return reported(self.transcript, self.service_label, self.metrics)

    @property
    def engines(self) -> LocalEngines:
        """What the conversation wants of the embedded service, and what it gets."""
        return self._engines

    @property
    def relays_media(self) -> bool:
        """Whether `open_media` will bring voice and picture: the embedded service has them for whom WebRTC fails."""
        return self.connected and self.service.kind == "local"

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
        """Do what `connect` does, without waiting: errors that arise from now on belong to the new connection.

        When the connection is lost and the next attempt is due later, it is made now.
        """
        if self._connecting is None:
            self._page_error = None
            self._set_status("connecting")
            self._become(self._connect())
        self._reconnection.hurry()
        assert self._connecting is not None
        return self._connecting

    def renew(self) -> None:
        """Go on over a new connection; nothing happens while there is none, or one is being made."""
        if self._link is not None and self.connected and self._connecting is None:
            self._reconnect(self._link, None)

    async def reconnect(self) -> None:
        """Go on over a new connection, for settings that a service takes at the beginning only.

        Raises:
            NotConnectedError: there is no conversation.
            NavTalkError: the service cannot be reached or used.
        """
        if self._connecting is None:
            self._running()
            self.renew()
        await self.connect()

    async def close(self) -> None:
        """End the conversation. The transcript stays; `connect` goes on with it."""
        connecting, self._connecting = self._connecting, None
        if connecting is not None:
            connecting.cancel()
        await asyncio.wait({self._begin_ending(connecting, closing=True)})

    async def warm_up(self) -> None:
        """Start the embedded service ahead of `connect`, if it is to be used; what goes wrong is told in `error`."""
        if self.service.kind == "local":
            try:
                await self._chosen_service.find()
                # Notebooks are full of avatars that nobody ever starts.
                await self._engines.release_unless(lambda: self.status != "idle")
            except NotConnectedError:
                pass  # the session was closed meanwhile
            except NavTalkError as error:
                self.note_error(error)

    # ── connecting ───────────────────────────────────────────────────────────────────────────────────────

    def _become(self, work: Any) -> None:
        self._connecting = asyncio.create_task(work, name="navtalk-connect")
        self._connecting.add_done_callback(self._forget_connecting)

    async def _connect(self) -> None:
        if self._ending is not None:
            await asyncio.wait({self._ending})
        self._begin_conversation(functools.partial(spoken_text, local=self.service.kind == "local"))
        link = self._link = self._new_link()
        try:
            await self._open(link)
        except NavTalkError as error:
            self._fail(error)
            raise
        if self._link is not link:  # lost as soon as it stood
            raise self.error or NotConnectedError("The conversation has ended.")
        self._renewal.plan(link.expires_at)
        self._set_status("listening", self.error)  # the page may have lacked a microphone meanwhile

    def _new_link(self) -> Link:
        self._opening = Link(self._received, self._ready, self._lost, self.note_error)
        return self._opening

    async def _open(self, link: Link) -> None:
        try:
            self._endpoint = await self._chosen_service.find()
            pictures = [events.InputImage(content=picture) for picture in self._pictures]
            await link.open(self._endpoint, self.avatar, self._full_config, [*replayed(self.transcript), *pictures])
        except NavTalkError:
            raise
        except Exception as unforeseen:  # noqa: BLE001 - whatever it is, the status must not stay "connecting"
            _logger.error("Connecting failed:\n%s", redact(traceback.format_exc()))  # it may quote the address
            message = f"Connecting failed: {type(unforeseen).__name__}: {redact(str(unforeseen))}."
            raise ServiceFault(message) from None

    def _reconnect(self, lost: Link, cause: NavTalkError | None) -> None:
        self._let_go(lost, cause)
        self._reconnecting = True
        farewell = asyncio.create_task(lost.close(), name="navtalk-farewell")
        self._farewells.add(farewell)
        farewell.add_done_callback(self._farewells.discard)
        self._become(self._go_on(farewell, cause))

    def _let_go(self, lost: Link, cause: NavTalkError | None) -> None:
        """Suspend the conversation, whose connection this was."""
        assert self._conversation is not None and lost is self._link
        self._link = None
        self._renewal.cancel()
        self._conversation.suspend()
        self._set_status("reconnecting", cause)

    async def _go_on(self, farewell: asyncio.Task[None], cause: NavTalkError | None) -> None:
        """Connect again; `_ready` goes on with the conversation where it was."""
        try:
            await asyncio.wait({farewell})
            if cause is not None:
                cause = await self._chosen_service.explained(cause)
            await self._reconnection.run(self._new_link, self._open, cause)
        except NavTalkError as error:
            self._fail(error)
            raise
        finally:
            self._reconnecting = False

    def _ready(self, link: Link) -> None:
        """A connection stands. What it says from now on, in the same breath even, belongs to the conversation."""
        if not self._reconnecting or self._conversation is None or link is not self._opening:
            return
        self._link = link
        self.error = self._page_error  # what was wrong with the connection is over
        self._publish(Reconnected())
        self._conversation.resume()
        self._renewal.plan(link.expires_at)
        self._set_status(self._conversation.facts.status, self.error)

    def _forget_connecting(self, task: asyncio.Task[None]) -> None:
        if task is self._connecting:
            self._connecting = None
        if not task.cancelled():
            task.exception()  # told through `error`, and to those who await connect()

    # ── ending ───────────────────────────────────────────────────────────────────────────────────────────

    def _lost(self, link: Link, error: NavTalkError) -> None:
        if link is not self._link:
            return  # it was being ended anyway
        if self._reconnecting:
            self._let_go(link, error)  # lost as soon as it stood: the next attempt follows
        elif self._connecting is None and retriable(error) and self._reconnection.allows():
            self._reconnect(link, error)
        else:
            self._fail(error)

    def _fail(self, error: NavTalkError) -> None:
        self._connecting = None  # who wants to connect now begins anew
        self._begin_ending()
        self._set_status("failed", error)

    def _begin_ending(
        self, connecting: asyncio.Task[None] | None = None, *, closing: bool = False
    ) -> asyncio.Task[None]:
        """Let go of the connection at once, and end it in a task for which the next one waits."""
        self._renewal.cancel()
        self._reconnecting = False
        conversation, self._conversation = self._conversation, None
        link, self._link = self._link, None
        tasks = (connecting, self._ending, *self._farewells)
        earlier = [task for task in tasks if task is not None and not task.done()]
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
        await self._engines.release()
        if closing and self._connecting is None and asyncio.current_task() is self._ending:
            self._set_status("closed")  # unless another connection has begun meanwhile

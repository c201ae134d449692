"""The gateway: pages come and go, one of them has microphone and speaker, the session goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from http import HTTPStatus
from typing import Literal

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from navtalk_widget.errors import ProtocolError
from navtalk_widget.gateway import from_page
from navtalk_widget.gateway.admission import Admission
from navtalk_widget.gateway.announcements import Announcements
from navtalk_widget.gateway.connection import Connection, SocketConnection
from navtalk_widget.gateway.device import Device
from navtalk_widget.gateway.door import bounded_connections, door_logger
from navtalk_widget.gateway.own_page import FrontEnd, OwnPage
from navtalk_widget.gateway.ownership import Ownership
from navtalk_widget.gateway.page import Page
from navtalk_widget.gateway.pings import Pings
from navtalk_widget.gateway.port import Port
from navtalk_widget.gateway.recording_consent import RecordingConsent
from navtalk_widget.gateway.requests import Requests
from navtalk_widget.gateway.shared_traits import SharedTraits, TraitOwner
from navtalk_widget.protocol.events import AudioDelta
from navtalk_widget.session.news import Reconnected, StatusChanged
from navtalk_widget.session.session import Session

HANDSHAKE_TIMEOUT = 5.0
"""Seconds for a page to ask for a WebSocket."""

HELLO_TIMEOUT = 5.0
"""Seconds for a page to show its token."""

MAX_FRAME_BYTES = 2**20
"""The largest that a page may send is an SDP; this is far more."""

MAX_PAGES = 16
"""Pages connected at a time; the views of a widget in one browser tab share one."""

MAX_STRANGERS = 32
"""Connections that have not shown their token yet."""

CLOSE_TIMEOUT = 2.0
"""Seconds for a page to say farewell."""


class Gateway:
    """Connects pages with a session, on a port of the loopback interface.

    Belongs to the session's loop.

    Args:
        session: the conversation.
        traits: the widget, whose traits pages see and set.
        greet: whether the avatar speaks first in a conversation that a page begins.
        front_end: what pages are made of that the gateway serves itself; None if it is to serve none.
        found_devices: called with the microphones and speakers of the page that owns the media, or would.
    """

    def __init__(
        self,
        session: Session,
        *,
        traits: TraitOwner | None = None,
        greet: bool = True,
        front_end: FrontEnd | None = None,
        found_devices: Callable[[tuple[Device, ...]], None] = lambda devices: None,
    ) -> None:
        self._session = session
        self._admission = Admission()
        self._own_page = OwnPage(front_end)
        self._port = Port(self._listen, self._expects_pages)
        self._pages: set[Page] = set()
        self._strangers = 0
        self._pings = Pings(session, self._pages)
        self._ownership = Ownership(session, self._pages)
        self._announcements = Announcements(session, self._pages)  # before us: pages learn a state before its effects
        self.traits = SharedTraits(traits, self._pages)
        self.consent = RecordingConsent(session, self._pages)
        self._requests = Requests(
            session,
            self._ownership,
            self.traits,
            self.consent,
            greet=greet,
            link=self.link,
            extras=self._own_page.extras,
            found_devices=found_devices,
        )
        self._settling: asyncio.Task[None] | None = None
        self._settled = True
        for name, callback in (
            ("status", self._status_changed),
            ("reconnected", self._reconnected),
            ("voice_flushed", lambda news: self._ownership.flush_voice()),
            (AudioDelta.type, lambda event: self._ownership.play(event.delta)),
        ):
            session.on(name, callback)

    async def open(self) -> None:
        """Listen on a free port of the loopback interface, until no page has come for a while."""
        await self._port.open()

    def _expects_pages(self) -> bool:
        return bool(self._pages or self._strangers or self._own_page.expects_somebody)

    async def _listen(self) -> Server:
        return await serve(
            self._serve_page,
            "127.0.0.1",
            0,
            process_request=self._check_request,
            compression=None,
            max_size=MAX_FRAME_BYTES,
            close_timeout=CLOSE_TIMEOUT,
            open_timeout=HANDSHAKE_TIMEOUT,
            server_header=None,
            create_connection=bounded_connections(),
            logger=door_logger(),
        )

    def dismiss(self) -> None:
        """Tell pages how things are, but do nothing more for them; for when the widget ends, before `close`."""
        self._requests.dismiss()

    async def close(self) -> None:
        """End all connections and stop listening."""
        self.dismiss()
        self.consent.close()
        await self._requests.call_off_start()
        if self._settling is not None:
            self._settling.cancel()
            await asyncio.gather(self._settling, return_exceptions=True)
        await self._pings.close()
        await self._port.close()
        await self._ownership.close()

    def invite(self, origin: str | None, page: str = "") -> dict[str, str]:
        """The ways to this gateway for one page: to be sent by comm message, never to be stored.

        Each has a token of its own. On the page's machine, if the kernel's is another, somebody else may listen at
        the port: what is shown there must not open the way through the notebook server.

        Args:
            origin: where the page says it is.
            page: how the page calls itself, for comm messages reach all pages.
        """
        port = self._port.number
        return {
            "type": "gateway",
            "page": page,
            "url": f"ws://127.0.0.1:{port}/",
            "token": self._admission.invite(origin),
            "proxy_path": f"proxy/{port}/",
            "proxy_token": self._admission.invite(origin),
        }

    def link(self) -> str:
        """A link to the page that is served here, good for one visit; for the person only, never to be stored."""
        return self._own_page.link(self._port.number)

    # ── connections ──────────────────────────────────────────────────────────────────────────────────────

    def _check_request(self, connection: ServerConnection, request: Request) -> Response | None:
        headers = request.headers
        if not self._admission.accepts_host(headers.get("Host")):
            return connection.respond(HTTPStatus.MISDIRECTED_REQUEST, "This address serves loopback names only.\n")
        if (file := self._own_page.answer(request)) is not None:
            return file
        if not self._admission.accepts_origin(headers.get("Origin"), headers.get("Host")):
            return connection.respond(HTTPStatus.FORBIDDEN, "This page was not invited by a notebook.\n")
        if len(self._pages) >= MAX_PAGES or self._strangers >= MAX_STRANGERS:
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "Too many pages show this widget.\n")
        return None

    async def _serve_page(self, connection: ServerConnection) -> None:
        introduced = await self._introduced(connection)
        if introduced is None:
            await connection.close(1008, "token refused")
            return
        hello, way_in = introduced
        await self.serve(SocketConnection(connection), hello.name, hello.connection, by_link=way_in == "link")

    async def serve(self, connection: Connection, name: str = "", number: int = 0, *, by_link: bool = False) -> None:
        """Serve a page that may be trusted, until its connection ends; not if there are too many.

        Args:
            connection: the way to the page.
            name: how it calls itself.
            number: which of its connections this is. The earlier ones are ended: a page that went to sleep may have
                lost them without our having noticed, and would find itself in its own way.
            by_link: whether it came by a link, so that nobody will invite it again after a reload.
        """
        page = Page(connection, name, number)
        await self._end_earlier(page)
        if len(self._pages) >= MAX_PAGES:
            return
        self._pages.add(page)
        sender = asyncio.create_task(page.send_queued(), name="navtalk-page")
        try:
            self._welcome(page)
            if by_link:
                page.tell({"type": "return_token", "token": self._own_page.token_to_return()})
            async with aclosing(connection.frames()) as frames:
                async for frame in frames:
                    await self._requests.take(page, frame)
        finally:
            self._pages.discard(page)
            self._requests.forget(page)
            self._port.rest_later()
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
            await self._ownership.leave(page)

    async def _end_earlier(self, page: Page) -> None:
        for earlier in [each for each in self._pages if page.succeeds(each)]:
            earlier.disconnect()
            self._pages.discard(earlier)
            self._requests.forget(earlier)
            await self._ownership.leave(earlier)  # before the welcome, which tells whether somebody has the media

    async def _introduced(
        self, connection: ServerConnection
    ) -> tuple[from_page.Hello, Literal["invitation", "link"]] | None:
        self._strangers += 1
        try:
            first = from_page.read(await asyncio.wait_for(connection.recv(), HELLO_TIMEOUT))
        except (ProtocolError, ConnectionClosed, asyncio.TimeoutError, TimeoutError):
            return None
        finally:
            self._strangers -= 1
        if not isinstance(first, from_page.Hello):
            return None
        if self._admission.accepts_token(first.token):
            return first, "invitation"
        return (first, "link") if self._own_page.accepts_token(first.token) else None

    def _welcome(self, page: Page) -> None:
        page.tell({"type": "welcome", "owner": False, "owned": self._ownership.owner is not None})
        self.traits.catch_up(page)
        self._announcements.catch_up(page)
        self.consent.catch_up(page)

    # ── when the session changes ─────────────────────────────────────────────────────────────────────────

    def _status_changed(self, _: StatusChanged) -> None:
        self._pings.follow()
        self._settle_soon()

    def _reconnected(self, _: Reconnected) -> None:
        self._ownership.media.outdated = True
        self._settle_soon()

    def _settle_soon(self) -> None:
        self._settled = False
        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(self._follow_session(), name="navtalk-settle")

    async def _follow_session(self) -> None:
        while not self._settled:
            self._settled = True
            if self._session.status in ("failed", "closed"):
                await self._requests.call_off_start()
                await self._ownership.release()
            await self._ownership.settle()

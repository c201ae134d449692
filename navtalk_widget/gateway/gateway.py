"""The gateway: pages come and go, one of them has microphone and speaker, the session goes on."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from navtalk_widget.errors import NavTalkError, ProtocolError
from navtalk_widget.gateway import from_page
from navtalk_widget.gateway.admission import Admission
from navtalk_widget.gateway.announcements import Announcements
from navtalk_widget.gateway.door import bounded_connections, door_logger
from navtalk_widget.gateway.frames import read_microphone
from navtalk_widget.gateway.from_page import FromPage
from navtalk_widget.gateway.ownership import Ownership
from navtalk_widget.gateway.page import Page
from navtalk_widget.gateway.page_problem import page_problem
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

GREETING_TIMEOUT = 4.0
"""Seconds that the greeting waits for the page to be able to see and hear it."""

_logger = logging.getLogger(__name__)


class Gateway:
    """Connects pages with a session, on a port of the loopback interface.

    Belongs to the session's loop.

    Args:
        session: the conversation.
        greet: whether the avatar speaks first in a conversation that a page begins.
    """

    def __init__(self, session: Session, *, greet: bool = True) -> None:
        self._session = session
        self._greet = greet
        self._admission = Admission()
        self._opening = asyncio.Lock()
        self._server: Server | None = None
        self._pages: set[Page] = set()
        self._strangers = 0
        self._ownership = Ownership(session, self._pages)
        self._announcements = Announcements(session, self._pages)  # before us: pages learn a state before its effects
        self._starting: asyncio.Task[None] | None = None
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
        """Listen on a free port of the loopback interface; nothing happens if it listens already."""
        async with self._opening:
            if self._server is None:
                self._server = await self._listen()

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

    async def close(self) -> None:
        """End all connections and stop listening."""
        await self._cancel(self._starting, self._settling)
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        await self._ownership.close()

    def invite(self, origin: str | None) -> dict[str, str]:
        """The way to this gateway for one page: to be sent by comm message, never to be stored."""
        assert self._server is not None
        port = next(iter(self._server.sockets)).getsockname()[1]
        return {"type": "gateway", "url": f"ws://127.0.0.1:{port}/", "token": self._admission.invite(origin)}

    # ── connections ──────────────────────────────────────────────────────────────────────────────────────

    def _check_request(self, connection: ServerConnection, request: Request) -> Response | None:
        headers = request.headers
        if not self._admission.accepts_host(headers.get("Host")):
            return connection.respond(HTTPStatus.MISDIRECTED_REQUEST, "This address serves loopback names only.\n")
        if not self._admission.accepts_origin(headers.get("Origin")):
            return connection.respond(HTTPStatus.FORBIDDEN, "This page was not invited by a notebook.\n")
        if len(self._pages) >= MAX_PAGES or self._strangers >= MAX_STRANGERS:
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "Too many pages show this widget.\n")
        return None

    async def _serve_page(self, connection: ServerConnection) -> None:
        if not await self._introduced(connection):
            await connection.close(1008, "token refused")
            return
        page = Page(connection)
        self._pages.add(page)
        sender = asyncio.create_task(page.send_queued(), name="navtalk-page")
        self._welcome(page)
        try:
            async for frame in connection:
                await self._take(page, frame)
        except ConnectionClosed:
            pass
        finally:
            self._pages.discard(page)
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
            await self._ownership.leave(page)

    async def _introduced(self, connection: ServerConnection) -> bool:
        self._strangers += 1
        try:
            first = from_page.read(await asyncio.wait_for(connection.recv(), HELLO_TIMEOUT))
        except (ProtocolError, ConnectionClosed, asyncio.TimeoutError, TimeoutError):
            return False
        finally:
            self._strangers -= 1
        return isinstance(first, from_page.Hello) and self._admission.accepts_token(first.token)

    def _welcome(self, page: Page) -> None:
        page.tell({"type": "welcome", "owner": False, "owned": self._ownership.owner is not None})
        self._announcements.catch_up(page)

    # ── from the page ────────────────────────────────────────────────────────────────────────────────────

    async def _take(self, page: Page, frame: str | bytes) -> None:
        try:
            if isinstance(frame, bytes):
                block = read_microphone(frame)
                if page is self._ownership.owner:
                    self._session.append_audio(block.pcm, block.captured_at)
            else:
                await self._obey(page, from_page.read(frame))
        except NavTalkError as error:
            page.tell_error(error)

    async def _obey(self, page: Page, message: FromPage) -> None:
        match message:
            case from_page.Start():
                await self._cancel(self._starting)
                self._ownership.call_off_ending()  # until it stands; then the page takes it over, or it is ended
                if not self._session.connected:
                    self._session.begin_connecting()
                self._starting = asyncio.create_task(self._start(page), name="navtalk-start")
            case from_page.Stop():
                await self._cancel(self._starting)
                await self._ownership.release()
                await self._session.close()
            case from_page.TakeOver():
                await self._ownership.take(page)
            case from_page.SendText(text=text):
                self._session.send_text(text)
            case from_page.Interrupt():
                self._session.interrupt()
            case from_page.ReconnectNow():
                if self._session.status == "reconnecting":
                    self._session.begin_connecting()
            case from_page.PageProblem(code=code, message=detail):
                self._session.report(page_problem(code, detail))
                if code == "webrtc_failed" and page is self._ownership.owner:
                    self._ownership.play_by_gateway()
            case _ if page is self._ownership.owner:
                await self._note_media(message)

    async def _note_media(self, message: FromPage) -> None:
        match message:
            case from_page.AnswerPeer():
                await self._ownership.media.answer(message)
            case from_page.PageCandidate():
                await self._ownership.media.candidate(message)
            case from_page.MediaState():
                await self._ownership.media_changed(message)
            case from_page.Playback(delay_ms=delay_ms):
                self._session.note_playback(delay_ms)
            case from_page.FirstFrame(elapsed_ms=elapsed_ms):
                self._session.measured("first_frame_ms", elapsed_ms)
                self._ownership.ready.set()

    async def _start(self, page: Page) -> None:
        try:
            await self._session.connect()
        except NavTalkError:
            return  # the pages learn it from the state
        await self._ownership.take(page, anew=True)
        if page is not self._ownership.owner:  # gone while we were connecting
            await self._session.close()
        elif self._greet and not len(self._session.transcript):
            await self._greet_when_heard()

    async def _greet_when_heard(self) -> None:
        try:
            await asyncio.wait_for(self._ownership.ready.wait(), GREETING_TIMEOUT)
        except (asyncio.TimeoutError, TimeoutError):
            _logger.info("The page shows no video yet; the avatar greets all the same")
        if self._session.connected and not len(self._session.transcript):
            self._session.create_response()

    async def _cancel(self, *tasks: asyncio.Task[None] | None) -> None:
        running = [task for task in tasks if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    # ── when the session changes ─────────────────────────────────────────────────────────────────────────

    def _status_changed(self, _: StatusChanged) -> None:
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
                await self._cancel(self._starting)
                await self._ownership.release()
            await self._ownership.settle()

"""The gateway: pages come and go, one of them has microphone and speaker, the session goes on."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from navtalk_widget.errors import NavTalkError, ProtocolError
from navtalk_widget.gateway import messages
from navtalk_widget.gateway.admission import Admission
from navtalk_widget.gateway.frames import read_microphone
from navtalk_widget.gateway.media import MediaLink
from navtalk_widget.gateway.messages import FromPage, tool_call_message, turn_message
from navtalk_widget.gateway.page import Page
from navtalk_widget.gateway.page_problem import page_problem
from navtalk_widget.protocol.events import AudioDelta
from navtalk_widget.session.news import StatusChanged, ToolCallChanged, TurnChanged, VoiceFlushed
from navtalk_widget.session.session import Session

HELLO_TIMEOUT = 5.0
"""Seconds for a page to show its token."""

MAX_FRAME_BYTES = 2**20
"""The largest that a page may send is an SDP; this is far more."""

MAX_PAGES = 16
"""Pages connected at a time; the views of a widget in one browser tab share one."""

GREETING_TIMEOUT = 4.0
"""Seconds that the greeting waits for the page to be able to see and hear it."""

ORPHAN_TIMEOUT = 30.0
"""Seconds that a conversation goes on after its page is gone; a page that is only reloaded may take it over."""

SHOWN_TURNS = 500
"""Turns told to a page that joins."""

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
        self._server: Server | None = None
        self._pages: set[Page] = set()
        self._owner: Page | None = None
        self._voice_by_gateway = False
        self._media = MediaLink(session, session.report)
        self._media_ready = asyncio.Event()
        self._starting: asyncio.Task[None] | None = None
        self._greeting: asyncio.Task[None] | None = None
        self._releasing: asyncio.Task[None] | None = None
        for name, callback in (
            ("status", self._status_changed),
            ("turn", self._turn_changed),
            ("tool_call", self._tool_call_changed),
            ("voice_flushed", self._voice_flushed),
            (AudioDelta.type, self._voice_arrived),
        ):
            session.on(name, callback)

    async def open(self) -> None:
        """Listen on a free port of the loopback interface."""
        self._server = await serve(
            self._serve_page,
            "127.0.0.1",
            0,
            process_request=self._check_request,
            compression=None,
            max_size=MAX_FRAME_BYTES,
            server_header=None,
            logger=logging.getLogger("navtalk_widget.gateway.socket"),
        )

    async def close(self) -> None:
        """End all connections and stop listening."""
        await self._cancel(self._starting, self._greeting, self._releasing)
        await self._media.close()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

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
        if len(self._pages) >= MAX_PAGES:
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
            if page is self._owner:
                await self._set_owner(None)
                self._releasing = asyncio.create_task(self._end_unless_taken_over(), name="navtalk-orphan")

    async def _end_unless_taken_over(self) -> None:
        await asyncio.sleep(ORPHAN_TIMEOUT)
        if self._owner is None:
            await self._session.close()

    async def _introduced(self, connection: ServerConnection) -> bool:
        try:
            first = messages.read(await asyncio.wait_for(connection.recv(), HELLO_TIMEOUT))
        except (ProtocolError, ConnectionClosed, asyncio.TimeoutError, TimeoutError):
            return False
        return isinstance(first, messages.Hello) and self._admission.accepts_token(first.token)

    def _welcome(self, page: Page) -> None:
        page.tell({"type": "welcome", "owner": False, "owned": self._owner is not None})
        page.tell(self._state())
        turns = [turn_message(turn) for turn in self._session.transcript[-SHOWN_TURNS:]]
        page.tell({"type": "turns", "reset": True, "turns": turns})

    async def _set_owner(self, page: Page | None) -> None:
        """Give microphone and speaker to one page."""
        if page is self._owner:
            return
        self._owner = page
        self._voice_by_gateway = False
        self._media_ready.clear()
        for each in self._pages:
            each.tell({"type": "owner", "owner": each is page, "owned": page is not None})
        await self._media.close()
        if page is not None and self._session.connected:
            await self._media.open(page)

    # ── from the page ────────────────────────────────────────────────────────────────────────────────────

    async def _take(self, page: Page, frame: str | bytes) -> None:
        try:
            if isinstance(frame, bytes):
                block = read_microphone(frame)
                if page is self._owner:
                    self._session.append_audio(block.pcm, block.captured_at)
            else:
                await self._obey(page, messages.read(frame))
        except NavTalkError as error:
            page.tell_error(error)

    async def _obey(self, page: Page, message: FromPage) -> None:
        match message:
            case messages.Start():
                await self._cancel(self._starting)
                if not self._session.connected:
                    self._session.begin_connecting()
                self._starting = asyncio.create_task(self._start(page), name="navtalk-start")
            case messages.Stop():
                await self._cancel(self._starting, self._greeting)
                await self._set_owner(None)
                await self._session.close()
            case messages.TakeOver():
                await self._set_owner(page)
            case messages.SendText(text=text):
                await self._cancel(self._greeting)
                self._session.send_text(text)
            case messages.Interrupt():
                self._session.interrupt()
            case messages.AnswerPeer() if page is self._owner:
                await self._media.answer(message)
            case messages.PageCandidate() if page is self._owner:
                await self._media.candidate(message)
            case messages.MediaState() if page is self._owner and self._media.is_current(message.peer):
                self._media_changed(message)
            case messages.FirstFrame() if page is self._owner:
                self._session.measured("first_frame_ms", message.elapsed_ms)
                self._media_ready.set()
            case messages.VoiceHeard(elapsed_ms=elapsed_ms) if page is self._owner:
                self._session.measured("voice_heard_ms", elapsed_ms)
            case messages.PageProblem(code=code, message=detail):
                self._session.report(page_problem(code, detail))
                if code == "webrtc_failed" and page is self._owner:
                    self._voice_by_gateway = True
                    self._media_ready.set()

    async def _start(self, page: Page) -> None:
        try:
            await self._session.connect()
        except NavTalkError:
            return  # the pages learn it from the state
        if self._owner is page:
            self._owner = None  # pressed again: negotiate anew
        await self._set_owner(page)
        if self._greet and not len(self._session.transcript):
            await self._cancel(self._greeting)
            self._greeting = asyncio.create_task(self._greet_when_heard(), name="navtalk-greeting")

    async def _greet_when_heard(self) -> None:
        try:
            await asyncio.wait_for(self._media_ready.wait(), GREETING_TIMEOUT)
        except (asyncio.TimeoutError, TimeoutError):
            _logger.info("The page shows no video yet; the avatar greets all the same")
        if self._session.connected and not len(self._session.transcript):
            self._session.create_response()

    async def _cancel(self, *tasks: asyncio.Task[None] | None) -> None:
        running = [task for task in tasks if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _media_changed(self, message: messages.MediaState) -> None:
        if message.state == "connected":
            self._voice_by_gateway = not message.audio_track
        elif message.state in ("failed", "closed"):
            self._voice_by_gateway = True
        if message.state == "connected" and not message.video_track:
            self._media_ready.set()

    # ── to the pages ─────────────────────────────────────────────────────────────────────────────────────

    def _tell_all(self, message: dict[str, object]) -> None:
        for page in self._pages:
            page.tell(message)

    def _state(self) -> dict[str, object]:
        error = self._session.error
        return {
            "type": "state",
            "status": self._session.status,
            "error": None if error is None else error.as_dict(),
        }

    def _status_changed(self, news: StatusChanged) -> None:
        self._tell_all(self._state())
        if news.status in ("failed", "closed") and self._owner is not None:
            self._releasing = asyncio.create_task(self._release_media(), name="navtalk-release")

    async def _release_media(self) -> None:
        if not self._session.connected and self._session.status != "connecting":
            await self._cancel(self._greeting)
            await self._set_owner(None)

    def _turn_changed(self, news: TurnChanged) -> None:
        self._tell_all({"type": "turns", "reset": False, "turns": [turn_message(news.turn)]})

    def _tool_call_changed(self, news: ToolCallChanged) -> None:
        self._tell_all(tool_call_message(news))

    def _voice_flushed(self, _: VoiceFlushed) -> None:
        if self._owner is not None:
            self._owner.flush_voice()

    def _voice_arrived(self, event: AudioDelta) -> None:
        if self._owner is not None and self._voice_by_gateway:
            self._owner.play(event.delta)

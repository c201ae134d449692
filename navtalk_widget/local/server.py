"""The NavTalk-compatible service on its port: first generation, a main and a signalling socket per conversation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from types import TracebackType

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from navtalk_widget.errors import ProtocolError
from navtalk_widget.local import admission
from navtalk_widget.local.admission import Visit
from navtalk_widget.local.conversation import Conversation, invalid_request
from navtalk_widget.local.engines import Engines
from navtalk_widget.local.outbox import Outbox, close_socket
from navtalk_widget.local.pairing import Pairing, same
from navtalk_widget.local.responders.builtin import BuiltinResponder
from navtalk_widget.local.responders.responder import Responder
from navtalk_widget.local.viewer import Viewer
from navtalk_widget.protocol import events, v1
from navtalk_widget.protocol.events import Event

logger = logging.getLogger(__name__)

DEFAULT_PORT = 8810
"""What the vendor's sample server listens on."""

PING_S = 20.0
"""Between keep-alive pings, and for the answer to one; the vendor's clients use the same."""

VIEWERS_PER_SESSION = 2
"""Signalling sockets for each session allowed: a reloaded page opens its new one before the old one is gone."""


class LocalService:
    """The service; use it as an asynchronous context manager.

    ::

        async with LocalService(port=0) as service:
            print(service.url)

    Args:
        host: address or name to listen on.
        port: TCP port; 0 for any that is free.
        license: what clients must present; None to accept any licence.
        responder: decides on the avatar's words; None for the built-in one.
        max_sessions: conversations at the same time; further clients are told that the service is full.

    Raises:
        OSError: on entering, if the port cannot be had.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = DEFAULT_PORT,
        license: str | None = None,
        responder: Responder | None = None,
        max_sessions: int = 20,
    ) -> None:
        self._host = host
        self._port = port
        self._license = license
        self._responder = responder or BuiltinResponder()
        self._max_sessions = max_sessions
        self._pairing = Pairing(license=license)
        self._sessions = 0
        self._viewers = 0

    @property
    def host(self) -> str:
        """What the service listens on."""
        return self._host

    @property
    def port(self) -> int:
        """The TCP port; the real one once the service is up."""
        return self._port

    @property
    def url(self) -> str:
        """The base of the service's addresses, such as ``ws://127.0.0.1:8810``."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"ws://{host}:{self._port}"

    @property
    def sessions(self) -> int:
        """How many conversations there are."""
        return self._sessions

    async def __aenter__(self) -> LocalService:
        self._server = await serve(
            self._serve,
            self._host,
            self._port,
            process_request=self._admit,
            compression=None,  # speech in base64 does not shrink, and deflating it costs more than sending it
            max_size=v1.MAX_MESSAGE_BYTES,
            ping_interval=PING_S,
            ping_timeout=PING_S,
            server_header=None,
            logger=_discreet_logger(),
        )
        self._port = self._server.sockets[0].getsockname()[1]
        self._engines = Engines(self._responder)
        self._warming = asyncio.create_task(self._engines.warm_up(), name="warm up")
        logger.info("listening on %s", self.url)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._warming.cancel()
        self._server.close(close_connections=False)
        closing = [close_socket(socket, 1001, "the service ends") for socket in self._server.connections]
        await asyncio.gather(*closing, self._server.wait_closed())
        await asyncio.wait([self._warming])
        await self._engines.close()

    async def _admit(self, socket: ServerConnection, request: Request) -> Response | None:
        refused = admission.refusal(request, host=self._host)
        if refused is not None:
            return refused
        if Visit.read(request.path).path == admission.HEALTH_PATH:
            return admission.health(sessions=self._sessions, max_sessions=self._max_sessions)
        return None

    async def _serve(self, socket: ServerConnection) -> None:
        visit = Visit.read(socket.request.path if socket.request is not None else "")
        if visit.path in v1.MAIN_PATHS:
            await self._converse(socket, visit)
        elif self._viewers >= VIEWERS_PER_SESSION * self._max_sessions:
            await close_socket(socket, 1013, "too many signalling sockets")
        else:
            await self._show(socket, visit)

    async def _converse(self, socket: ServerConnection, visit: Visit) -> None:
        outbox = Outbox(socket)

        def send(event: Event) -> None:
            outbox.put(v1.encode_server(event))

        if self._license is not None and not same(visit.license, self._license):
            # A refused upgrade would reach a browser's script as nothing but "failed".
            send(events.ErrorEvent(error=invalid_request("invalid_license", "Invalid license key")))
            await outbox.close(1008, "Invalid license key")
            return
        if self._sessions >= self._max_sessions:
            send(events.SessionGpuFull(message=f"All {self._max_sessions} places are taken; try again later."))
            await outbox.close(1013, "all places are taken")
            return
        self._sessions += 1
        try:
            conversation = Conversation(
                license=visit.license,
                character=visit.character,
                engines=self._engines,
                send=send,
                on_configured=self._pairing.match,
            )
            conversation.begin()
            self._pairing.add_conversation(conversation)
            logger.info("conversation %s began", conversation.session_id)
            try:
                fault = await _until_one_ends(_read(socket, conversation), conversation.run())
                if fault is not None:  # ours; the other conversations go on
                    logger.error("conversation %s failed", conversation.session_id, exc_info=fault)
                    send(events.SessionBackendError(message="The service failed; see its log."))
                    await outbox.close(1011, "the service failed")
            finally:
                left_over = self._pairing.remove_conversation(conversation)
                await asyncio.gather(
                    conversation.close(), outbox.close(), *(v.close(1000, "the conversation ended") for v in left_over)
                )
                logger.info("conversation %s ended", conversation.session_id)
        finally:
            self._sessions -= 1

    async def _show(self, socket: ServerConnection, visit: Visit) -> None:
        self._viewers += 1
        viewer = Viewer(socket, visit.user_id, on_wish=self._pairing.wish)
        try:
            self._pairing.add_viewer(viewer)
            await viewer.run()
        finally:
            self._pairing.remove_viewer(viewer)
            await viewer.close()
            self._viewers -= 1


async def _read(socket: ServerConnection, conversation: Conversation) -> None:
    try:
        async for message in socket:
            if isinstance(message, bytes):
                conversation.refuse("invalid_event", "This protocol has no binary messages.")
                continue
            try:
                event = v1.decode_client(message)
            except ProtocolError as error:
                conversation.refuse("invalid_event", error.message)
                continue
            await conversation.handle(event)
    except ConnectionClosed:
        logger.debug("a main socket was lost")


async def _until_one_ends(*work: Coroutine[None, None, None]) -> Exception | None:
    """Run all at once until the first ends, stop the others, and return what went wrong, if anything did."""
    tasks = [asyncio.create_task(part) for part in work]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    return next((result for result in results if isinstance(result, Exception)), None)


class _WithoutRequests(logging.Filter):
    """Leaves the cause of failed handshakes out of the log: it may quote the URL, and the licence is in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if "handshake" in record.msg:
            record.exc_info = None
        return True


def _discreet_logger() -> logging.Logger:
    """A logger for websockets that never comes to show requests, whatever the level of the root logger is."""
    sockets = logging.getLogger(f"{__name__}.sockets")
    sockets.setLevel(logging.WARNING)
    if not sockets.filters:
        sockets.addFilter(_WithoutRequests())
    return sockets

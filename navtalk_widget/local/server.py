"""The NavTalk-compatible service on its port: both generations of the protocol, and what is asked over HTTP."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from navtalk_widget.engines.choices import Builtin, Espeak, LocalOptions, PocketSphinx
from navtalk_widget.engines.chosen import Chosen, Progress
from navtalk_widget.engines.responder import Responder
from navtalk_widget.errors import NavTalkError
from navtalk_widget.local.avatars import Avatars
from navtalk_widget.local.door.admission import DEFAULT_CHARACTER, Licences
from navtalk_widget.local.door.http.application import application
from navtalk_widget.local.door.http.avatars import AvatarLookup
from navtalk_widget.local.door.http.conversations import ConversationRecords
from navtalk_widget.local.door.http.function_call import FunctionCall
from navtalk_widget.local.door.http.ice_servers import IceServers
from navtalk_widget.local.door.http.stills import Stills
from navtalk_widget.local.door.listening import Listening
from navtalk_widget.local.door.media_sockets import MediaSockets
from navtalk_widget.local.door.pairing import Pairing
from navtalk_widget.local.door.places import Places
from navtalk_widget.local.door.reception import Reception, Terms
from navtalk_widget.local.door.simulation import Simulation
from navtalk_widget.local.door.socket_routes import PATHS, SocketRoutes
from navtalk_widget.local.engines.engine_room import EngineRoom, unheard
from navtalk_widget.local.engines.hosted import HostedFunctions
from navtalk_widget.local.engines.own_characters import OwnCharacters
from navtalk_widget.local.engines.registered_options import RegisteredOptions
from navtalk_widget.local.records import Records
from navtalk_widget.local.talk.upstream.backend import Backend
from navtalk_widget.protocol.json_text import MAX_MESSAGE_BYTES

logger = logging.getLogger(__name__)

DEFAULT_PORT = 8810
"""What the vendor's sample server listens on."""

VIEWERS_PER_SESSION = 2
"""Signalling sockets for each session allowed: a reloaded page opens its new one before the old one is gone."""

CONNECTIONS_BESIDES = 200
"""Connections at the same time besides those that conversations need, for HTTP and for clients that are refused."""


class LocalService:
    """The service; use it as an asynchronous context manager.

    ::

        async with LocalService(port=0) as service:
            print(service.url)

    Args:
        host: address or name to listen on.
        port: TCP port; 0 for any that is free.
        license: what clients must present, one or several; None to accept any licence.
        characters: folders of characters and portraits, or photos, that clients can ask for besides the usual ones.
        options: the engines and what else holds for conversations, unless their kernel has chosen other ones.
        responder: decides on the avatar's words where `options` names none; None for the best that is there.
        tell_kernel: sends a message to the kernel that has started the service, if one has; see `take`.
        max_sessions: conversations at the same time; further clients are told that the service is full.
        max_sessions_per_license: conversations of one licence at the same time; None for no limit of its own.
        max_message_bytes: a longer message closes its socket.
        session_seconds: how long a conversation may last; None for as long as the client wants.
        simulate: the troubles every conversation is to have.
        ice_servers: `RTCIceServer` dictionaries whose `urls` are lists; none are needed in one network.
        tls: certificate and key, for ``wss://`` and ``https://``.
        backend: that hears and answers in the place of the service's own engines; None for these.

    Raises:
        OSError: on entering, if the port cannot be had.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = DEFAULT_PORT,
        license: str | Collection[str] | None = None,
        options: LocalOptions | None = None,
        characters: Sequence[Path] = (),
        responder: Responder | None = None,
        tell_kernel: Callable[[dict[str, Any]], None] | None = None,
        max_sessions: int = 20,
        max_sessions_per_license: int | None = None,
        max_message_bytes: int = MAX_MESSAGE_BYTES,
        session_seconds: float | None = None,
        simulate: Sequence[Simulation] = (),
        ice_servers: Sequence[Mapping[str, Any]] = (),
        tls: ssl.SSLContext | None = None,
        backend: Backend | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._licences = Licences([license] if isinstance(license, str) else license or ())
        self._options = options or LocalOptions()
        self._own = OwnCharacters(characters)
        if backend is not None:  # it hears, thinks and speaks: nothing of ours is to be looked for and loaded
            unused = {"responder": Builtin(), "recognizer": PocketSphinx(), "synthesizer": Espeak()}
            self._options = self._options.model_copy(update=unused)
        self._responder = responder
        self._tell_kernel = tell_kernel
        self._max_sessions = max_sessions
        self._max_sessions_per_license = max_sessions_per_license
        self._max_message_bytes = max_message_bytes
        self._terms = Terms(session_seconds, tuple(simulate), tuple(ice_servers), backend)
        self._tls = tls

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
        return f"{'ws' if self._tls is None else 'wss'}://{host}:{self._port}"

    async def __aenter__(self) -> LocalService:
        self._hosted = None if self._tell_kernel is None else HostedFunctions(self._tell_kernel)
        self._room = room = EngineRoom(self._responder, self._hosted, warms=self._terms.backend is None)
        self._registered = None if self._tell_kernel is None else RegisteredOptions(room, self._tell_kernel)
        licences, avatars, records = self._licences, Avatars(self._own), Records()
        places = Places(limit=self._max_sessions, limit_per_license=self._max_sessions_per_license)
        pairing = Pairing(licences=licences)
        media = MediaSockets(licences)
        reception = Reception(
            room=room,
            options_of=self._options_of,
            own=self._own,
            licences=licences,
            places=places,
            pairing=pairing,
            media=media,
            avatars=avatars,
            records=records,
            terms=self._terms,
        )
        self._sockets = SocketRoutes(
            reception,
            pairing,
            media,
            max_message_bytes=self._max_message_bytes,
            max_viewers=VIEWERS_PER_SESSION * self._max_sessions,
            ice_servers=self._terms.ice_servers,
        )
        routes = [
            *self._sockets.routes(),
            *AvatarLookup(avatars, licences).routes(),
            *ConversationRecords(records, licences).routes(),
            *FunctionCall(room, self._options, licences).routes(),
            *IceServers(self._terms.ice_servers).routes(),
            *Stills(room.faces, self._own).routes(),
        ]
        try:
            self._listening = await Listening.begin(
                application(self._host, places, routes, socket_paths=PATHS),
                self._host,
                self._port,
                max_connections=(1 + VIEWERS_PER_SESSION) * self._max_sessions + CONNECTIONS_BESIDES,
                tls=self._tls,
            )
        except BaseException:
            await room.close()
            raise
        self._port = self._listening.port
        self._warming = asyncio.create_task(self._warm_up(), name="warm up")
        logger.info("listening on %s", self.url)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._warming.cancel()
        self._listening.stop()
        await self._sockets.close()
        await self._listening.close()
        await asyncio.wait([self._warming])
        if self._registered is not None:
            await self._registered.close()
        await self._room.close()

    def take(self, message: dict[str, Any]) -> None:
        """Take in what the kernel says: what its conversations want, and what its functions give."""
        if self._registered is None or self._hosted is None:
            return
        if message["type"] in ("options", "forget_options"):
            self._registered.take(message)
        else:
            self._hosted.take(message)

    async def prepare(self, progress: Progress = unheard) -> dict[str, Chosen[Any]]:
        """Make the engines of the service's own options ready, and tell which they are, by the options' names.

        Raises:
            NavTalkError: an engine that was chosen by name cannot be had.
        """
        _, chosen = await self._room.chosen(self._options, progress)
        self._room.release(self._options)  # it keeps what is worth it
        return chosen

    def _options_of(self, registration: str) -> LocalOptions | None:
        if not registration or self._registered is None:
            return self._options
        return self._registered.find(registration)

    async def _warm_up(self) -> None:
        own = next(iter(self._own), None)
        await self._room.draw(DEFAULT_CHARACTER if own is None else own.path, self._options.video_size)
        if self._registered is None and self._terms.backend is None:  # a kernel tells what is wanted
            try:
                await self.prepare()
            except NavTalkError as error:  # the client that wants to talk is told
                logger.error("an engine is not ready: %s", error)

"""The NavTalk-compatible service on its port: both generations of the protocol, and what is asked over HTTP."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Collection, Mapping, Sequence
from types import TracebackType
from typing import Any

from navtalk_widget.engines.responder import Responder
from navtalk_widget.local.avatars import Avatars
from navtalk_widget.local.door.admission import Licences
from navtalk_widget.local.door.http.application import application
from navtalk_widget.local.door.http.avatars import AvatarLookup
from navtalk_widget.local.door.http.conversations import ConversationRecords
from navtalk_widget.local.door.http.function_call import FunctionCall
from navtalk_widget.local.door.http.ice_servers import IceServers
from navtalk_widget.local.door.http.stills import Stills
from navtalk_widget.local.door.listening import Listening
from navtalk_widget.local.door.pairing import Pairing
from navtalk_widget.local.door.places import Places
from navtalk_widget.local.door.reception import Reception, Terms
from navtalk_widget.local.door.simulation import Simulation
from navtalk_widget.local.door.socket_routes import PATHS, SocketRoutes
from navtalk_widget.local.engines import Engines
from navtalk_widget.local.records import Records
from navtalk_widget.local.responders.builtin import BuiltinResponder
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
        responder: decides on the avatar's words; None for the built-in one.
        max_sessions: conversations at the same time; further clients are told that the service is full.
        max_sessions_per_license: conversations of one licence at the same time; None for no limit of its own.
        max_message_bytes: a longer message closes its socket.
        session_seconds: how long a conversation may last; None for as long as the client wants.
        simulate: the troubles every conversation is to have.
        ice_servers: `RTCIceServer` dictionaries whose `urls` are lists; none are needed in one network.
        tls: certificate and key, for ``wss://`` and ``https://``.

    Raises:
        OSError: on entering, if the port cannot be had.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = DEFAULT_PORT,
        license: str | Collection[str] | None = None,
        responder: Responder | None = None,
        max_sessions: int = 20,
        max_sessions_per_license: int | None = None,
        max_message_bytes: int = MAX_MESSAGE_BYTES,
        session_seconds: float | None = None,
        simulate: Sequence[Simulation] = (),
        ice_servers: Sequence[Mapping[str, Any]] = (),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._licences = Licences([license] if isinstance(license, str) else license or ())
        self._responder = responder or BuiltinResponder()
        self._max_sessions = max_sessions
        self._max_sessions_per_license = max_sessions_per_license
        self._max_message_bytes = max_message_bytes
        self._terms = Terms(session_seconds, tuple(simulate), tuple(ice_servers))
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
        self._engines = Engines(self._responder)
        licences, avatars, records = self._licences, Avatars(), Records()
        places = Places(limit=self._max_sessions, limit_per_license=self._max_sessions_per_license)
        pairing = Pairing(licences=licences)
        reception = Reception(
            engines=self._engines,
            licences=licences,
            places=places,
            pairing=pairing,
            avatars=avatars,
            records=records,
            terms=self._terms,
        )
        self._sockets = SocketRoutes(
            reception,
            pairing,
            max_message_bytes=self._max_message_bytes,
            max_viewers=VIEWERS_PER_SESSION * self._max_sessions,
            ice_servers=self._terms.ice_servers,
        )
        routes = [
            *self._sockets.routes(),
            *AvatarLookup(avatars, licences).routes(),
            *ConversationRecords(records, licences).routes(),
            *FunctionCall(self._responder, licences).routes(),
            *IceServers(self._terms.ice_servers).routes(),
            *Stills(self._engines.faces).routes(),
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
            await self._engines.close()
            raise
        self._port = self._listening.port
        self._warming = asyncio.create_task(self._engines.warm_up(), name="warm up")
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
        await self._engines.close()

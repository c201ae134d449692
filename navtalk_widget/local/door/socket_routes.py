"""The service's WebSocket addresses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from aiohttp import web

from navtalk_widget.local.door.admission import Visit
from navtalk_widget.local.door.endings import GOING_AWAY, TRY_AGAIN_LATER
from navtalk_widget.local.door.generations import FirstGeneration, SecondGeneration
from navtalk_widget.local.door.http.replies import Refusal
from navtalk_widget.local.door.media_sockets import MediaSockets
from navtalk_widget.local.door.pairing import Pairing
from navtalk_widget.local.door.reception import Reception
from navtalk_widget.local.door.signalling_socket import SignallingSocket
from navtalk_widget.local.door.websocket import SocketClosed, WebSocket
from navtalk_widget.protocol import v1, v2
from navtalk_widget.protocol.media_frames import MEDIA_PATH

PATHS = (*v1.MAIN_PATHS, *v1.SIGNALLING_PATHS, *v2.MAIN_PATHS, MEDIA_PATH)

Work: TypeAlias = "Callable[[WebSocket, Mapping[str, str]], Awaitable[None]]"


class SocketRoutes:
    """Opens the clients' WebSockets and brings each to whom it wants.

    Args:
        reception: for the main sockets.
        pairing: for the signalling sockets of the first generation.
        media: for the sockets that carry voice and picture themselves.
        max_message_bytes: a longer message closes its socket.
        max_viewers: signalling sockets at the same time; further ones are closed.
        ice_servers: `RTCIceServer` dictionaries for the service's own side.
    """

    def __init__(
        self,
        reception: Reception,
        pairing: Pairing,
        media: MediaSockets,
        *,
        max_message_bytes: int,
        max_viewers: int,
        ice_servers: Sequence[Mapping[str, Any]],
    ) -> None:
        self._reception = reception
        self._pairing = pairing
        self._media = media
        self._max_message_bytes = max_message_bytes
        self._max_viewers = max_viewers
        self._ice_servers = ice_servers
        self._viewers = 0
        self._open: set[WebSocket] = set()

    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        return [
            *(self._route(path, self._talk_first_generation) for path in v1.MAIN_PATHS),
            *(self._route(path, self._talk_second_generation) for path in v2.MAIN_PATHS),
            *(self._route(path, self._show) for path in v1.SIGNALLING_PATHS),
            self._route(MEDIA_PATH, self._relay),
        ]

    async def close(self) -> None:
        """Close all sockets."""
        await self._reception.close()
        await self._media.close()
        await asyncio.gather(*(socket.close(GOING_AWAY, "the service ends") for socket in self._open))

    def _route(self, path: str, work: Work) -> web.RouteDef:
        async def answer(request: web.Request) -> web.StreamResponse:
            if not web.WebSocketResponse().can_prepare(request):
                raise Refusal(400, "This is the address of a WebSocket.")
            try:
                socket = await WebSocket.accept(request, max_message_bytes=self._max_message_bytes)
            except SocketClosed:
                return web.Response()
            self._open.add(socket)
            try:
                await work(socket, request.query)
            finally:
                await socket.close()
                self._open.discard(socket)
            return socket.response

        return web.get(path, answer, allow_head=False)

    async def _talk_first_generation(self, socket: WebSocket, query: Mapping[str, str]) -> None:
        await self._reception.serve(socket, Visit.read(query), FirstGeneration())

    async def _talk_second_generation(self, socket: WebSocket, query: Mapping[str, str]) -> None:
        await self._reception.serve(socket, Visit.read(query), SecondGeneration())

    async def _relay(self, socket: WebSocket, query: Mapping[str, str]) -> None:
        await self._media.serve(socket, query)

    async def _show(self, socket: WebSocket, query: Mapping[str, str]) -> None:
        if self._viewers >= self._max_viewers:
            await socket.close(TRY_AGAIN_LATER, "too many signalling sockets")
            return
        self._viewers += 1
        user_id = Visit.read(query).user_id
        viewer = SignallingSocket(socket, user_id, on_wish=self._pairing.wish, ice_servers=self._ice_servers)
        try:
            self._pairing.add_viewer(viewer)
            await viewer.run()
        finally:
            self._pairing.remove_viewer(viewer)
            await viewer.close()
            self._viewers -= 1

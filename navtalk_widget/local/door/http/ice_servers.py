"""The ICE servers, for the clients of the first generation that ask for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from navtalk_widget.local.door.http.replies import success

PATH = "/api/webrtc/generate-ice-servers"


class IceServers:
    """Needs no licence: the clients do not send one.

    Args:
        servers: `RTCIceServer` dictionaries whose `urls` are lists; none are needed in one network.
    """

    def __init__(self, servers: Sequence[Mapping[str, Any]]) -> None:
        self._servers = [dict(server) for server in servers]

    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        return [web.post(PATH, self._answer), web.get(PATH, self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        return success({"iceServers": self._servers})

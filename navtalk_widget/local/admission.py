"""What the service's one port answers before a WebSocket is open: who may come in, and to which door."""

from __future__ import annotations

import ipaddress
import json
import socket
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from navtalk_widget.protocol.v1 import MAIN_PATHS, SIGNALLING_PATHS

HEALTH_PATH = "/health"

DEFAULT_CHARACTER = "navtalk.Leo"


@dataclass(frozen=True, slots=True)
class Visit:
    """What a client asks for in its URL. `license` and `user_id` are secrets and stay out of `repr`."""

    path: str
    license: str = field(repr=False)
    character: str
    user_id: str = field(repr=False)

    @classmethod
    def read(cls, target: str) -> Visit:
        """Read a request target such as ``/api/realtime-api?license=…&characterName=navtalk.Leo``."""
        url = urlsplit(target)
        query = parse_qs(url.query)

        def first(name: str, default: str = "") -> str:
            return query.get(name, [default])[0]

        return cls(url.path, first("license"), first("characterName", DEFAULT_CHARACTER), first("userId"))


def refusal(request: Request, *, host: str) -> Response | None:
    """Answer a request that names another host or an unknown path; None for one that may go on.

    A web page can make its own domain resolve to this machine and then talk to its ports with no origin check in
    the way (DNS rebinding); the `Host` header gives it away. `Origin` is not looked at: clients are served from
    anywhere, and where a licence is required they must know it.

    Args:
        request: the opening request.
        host: what the service was told to listen on.
    """
    if not names_this_service(request.headers.get("Host", ""), host):
        return answer(
            HTTPStatus.FORBIDDEN, f"The Host header names another machine; use the address of this one, {host}.\n"
        )
    path = urlsplit(request.path).path
    if path not in (*MAIN_PATHS, *SIGNALLING_PATHS, HEALTH_PATH):
        doors = ", ".join((*MAIN_PATHS, *SIGNALLING_PATHS))
        return answer(HTTPStatus.NOT_FOUND, f"There is nothing at this path. WebSockets: {doors}. Health: /health.\n")
    return None


def names_this_service(header: str, host: str) -> bool:
    """Whether a `Host` header names loopback or the address the service listens on."""
    try:
        name = urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return False
    if name in ("localhost", host.lower()):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        # A service on all interfaces is also called by the machine's name.
        return _listens_everywhere(host) and name in (socket.gethostname().lower(), socket.getfqdn().lower())
    return address.is_loopback or _listens_everywhere(host)


def _listens_everywhere(host: str) -> bool:
    try:
        return host == "" or ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def answer(status: HTTPStatus, text: str) -> Response:
    """An HTTP answer in words."""
    return _response(status, text.encode(), "text/plain; charset=utf-8")


def health(**facts: object) -> Response:
    """An HTTP answer with facts as JSON, readable for pages of any origin."""
    return _response(HTTPStatus.OK, json.dumps({"status": "ok", **facts}).encode(), "application/json")


def _response(status: HTTPStatus, body: bytes, content_type: str) -> Response:
    headers = Headers(
        {
            "Content-Type": content_type,
            "Content-Length": str(len(body)),
            "Connection": "close",
            "Access-Control-Allow-Origin": "*",
        }
    )
    return Response(status.value, status.phrase, headers, body)

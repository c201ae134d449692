"""The ICE servers that late services of the first generation make for each conversation."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from navtalk_widget.client.endpoint import Endpoint

GOOGLE_STUN: tuple[dict[str, Any], ...] = ({"urls": ["stun:stun.l.google.com:19302"]},)
"""What all clients of the first generation fall back on."""

TIMEOUT = 3.0
"""Seconds to wait for the servers."""

MAX_BYTES = 2**20


def generated_ice_servers(endpoint: Endpoint) -> tuple[dict[str, Any], ...]:
    """Ask the service for ICE servers; blocks for up to `TIMEOUT`.

    Returns:
        `RTCIceServer` dictionaries; none if the service tells none, whatever the reason: clients then use their own.
    """
    answer = _post(endpoint.ice_servers_address, endpoint.on_loopback)
    if not isinstance(answer, dict):
        return ()
    data = answer.get("data")
    servers = data.get("iceServers") if isinstance(data, dict) else answer.get("iceServers")
    return tuple(server for server in servers if isinstance(server, dict)) if isinstance(servers, list) else ()


def _post(address: str, on_loopback: bool) -> Any:
    proxies = urllib.request.ProxyHandler({} if on_loopback else None)
    request = urllib.request.Request(address, data=b"", method="POST")
    try:
        with urllib.request.build_opener(proxies).open(request, timeout=TIMEOUT) as response:
            return json.loads(response.read(MAX_BYTES))
    except (OSError, ValueError):  # URLError is an OSError; a body that is no JSON
        return None

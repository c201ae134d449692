"""HTTP requests to the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, ClientTimeout
from multidict import CIMultiDictProxy

from navtalk_widget.local.server import LocalService
from tests.local.wire_client import PATIENCE_S


@dataclass(frozen=True)
class Reply:
    """What came back; `json` is None if it is none."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    json: Any


async def ask(
    service: LocalService,
    method: str,
    path: str,
    *,
    query: dict[str, str] | None = None,
    json: Any = None,
    data: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Reply:
    base = service.url.replace("ws", "http", 1)
    async with (
        ClientSession(timeout=ClientTimeout(PATIENCE_S)) as session,
        session.request(method, base + path, params=query, json=json, data=data, headers=headers) as response,
    ):
        body = await response.read()
        is_json = response.content_type == "application/json"
        return Reply(response.status, response.headers, body, await response.json() if is_json else None)

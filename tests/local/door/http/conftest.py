from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from navtalk_widget.local.server import LocalService
from tests.local.scripted import ScriptedResponder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(script: ScriptedResponder) -> AsyncIterator[LocalService]:
    async with LocalService(port=0, responder=script, ice_servers=[{"urls": ["stun:192.0.2.1:3478"]}]) as service:
        yield service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def guarded(script: ScriptedResponder) -> AsyncIterator[LocalService]:
    """A service that requires one of two licences."""
    async with LocalService(port=0, responder=script, license=["sk_one", "sk_two"]) as service:
        yield service

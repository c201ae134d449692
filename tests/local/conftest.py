"""A service whose avatar says what a test wants, and a first-generation client of it.

Modules that use them keep one event loop: ``pytestmark = pytest.mark.asyncio(loop_scope="module")``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.local.server import LocalService
from tests.local.scripted import ScriptedResponder
from tests.local.wire_client import WireClient, talking_to


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def script() -> ScriptedResponder:
    return ScriptedResponder()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(script: ScriptedResponder) -> AsyncIterator[LocalService]:
    async with LocalService(port=0, responder=script) as service:
        yield service


@pytest_asyncio.fixture(loop_scope="module")
async def client(service: LocalService) -> AsyncIterator[WireClient]:
    async with talking_to(service) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engines(script: ScriptedResponder) -> AsyncIterator[Engines]:
    """What a service has, without the service."""
    engines = Engines(script)
    yield engines
    await engines.close()

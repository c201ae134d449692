from collections.abc import AsyncIterator

import pytest

from navtalk_widget.session.session import Session
from tests.support.scripted_service import ScriptedService, scripted_service


@pytest.fixture
async def service() -> AsyncIterator[ScriptedService]:
    async with scripted_service() as service:
        yield service


@pytest.fixture
async def session(service: ScriptedService) -> AsyncIterator[Session]:
    async with Session(service=service.url, license="sk_navtalk_canary") as session:
        yield session

from collections.abc import AsyncIterator

import pytest

from navtalk_widget.gateway.gateway import Gateway
from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService


@pytest.fixture
async def service(no_leftovers: None) -> AsyncIterator[ScriptedService]:
    async with ScriptedService(ignore=["*"]) as service:
        yield service


@pytest.fixture
async def session(service: ScriptedService) -> AsyncIterator[Session]:
    session = Session(service=service.url, license="sk_navtalk_canary")
    yield session
    await session.close()


@pytest.fixture
async def gateway(session: Session) -> AsyncIterator[Gateway]:
    gateway = Gateway(session, greet=False)
    await gateway.open()
    yield gateway
    await gateway.close()

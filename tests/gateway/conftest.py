from collections.abc import AsyncIterator

import pytest

from navtalk_widget.gateway.gateway import Gateway
from navtalk_widget.session.session import Session


@pytest.fixture
async def gateway(session: Session) -> AsyncIterator[Gateway]:
    gateway = Gateway(session, greet=False)
    await gateway.open()
    yield gateway
    await gateway.close()

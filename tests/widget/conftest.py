from collections.abc import AsyncIterator

import pytest

from navtalk_widget.testing import ScriptedService


@pytest.fixture
async def service() -> AsyncIterator[ScriptedService]:
    async with ScriptedService(ignore=["*"]) as service:
        yield service

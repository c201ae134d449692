import asyncio
from collections.abc import AsyncIterator

import pytest

from navtalk_widget.session.session import Session
from navtalk_widget.testing import ScriptedService


@pytest.fixture
async def service(no_leftovers: None) -> AsyncIterator[ScriptedService]:
    async with ScriptedService(ignore=["*"]) as service:
        yield service


@pytest.fixture
async def session(service: ScriptedService) -> AsyncIterator[Session]:
    async with Session(service=service.url, license="sk_navtalk_canary") as session:
        yield session


class StoppedClock:
    """The time by which a voice is heard, and answers are timed; a test lets it pass."""

    def __init__(self, now: float) -> None:
        self.now = now

    def pass_(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    stopped = StoppedClock(asyncio.get_running_loop().time())
    for module in ("voice_clock", "answer_times"):
        monkeypatch.setattr(f"navtalk_widget.session.talk.{module}._now", lambda: stopped.now)
    return stopped

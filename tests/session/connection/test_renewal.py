import asyncio
import time

import pytest

from navtalk_widget.session.connection import renewal
from navtalk_widget.session.connection.renewal import Renewal
from tests.support.waiting import eventually


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewal, "LOOK", 0.01)
    monkeypatch.setattr(renewal, "SHORTEST_SESSION", 0.05)


async def test_it_waits_for_rest() -> None:
    renewed: list[float] = []
    resting = False
    plan = Renewal(lambda: resting, lambda: renewed.append(time.time()))
    plan.plan(time.time() + 10)
    monitor = asyncio.get_running_loop()
    monitor.call_soon(lambda: plan._look(time.time() + 10))
    await asyncio.sleep(0.05)
    assert renewed == []
    resting = True
    await eventually(lambda: len(renewed) == 1)
    plan.cancel()


async def test_shortly_before_the_end_it_waits_no_longer() -> None:
    renewed: list[float] = []
    plan = Renewal(lambda: False, lambda: renewed.append(time.time()))
    plan.plan(time.time() + 0.1)  # within AT_THE_LATEST
    await eventually(lambda: len(renewed) == 1)


@pytest.mark.parametrize("remaining", [None, -1e8, 0.0, 0.04])
async def test_a_session_without_an_end_to_come_is_not_renewed(remaining: float | None) -> None:
    plan = Renewal(lambda: True, lambda: pytest.fail("renewed"))
    plan.plan(None if remaining is None else time.time() + remaining)
    assert plan._timer is None


async def test_a_later_plan_replaces_the_earlier() -> None:
    renewed: list[float] = []
    plan = Renewal(lambda: True, lambda: renewed.append(time.time()))
    plan.plan(time.time() + 0.2)
    plan.plan(None)
    await asyncio.sleep(0.3)  # the earlier one had its moment at half of its time
    assert renewed == []

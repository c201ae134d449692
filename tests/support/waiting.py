"""Waiting for a condition, within a limit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


async def eventually(condition: Callable[[], object], limit: float = 30.0) -> None:
    """Wait until the condition holds; fail with its source's name if it does not in time."""
    deadline = time.monotonic() + limit
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"did not come true within {limit} s: {condition}")
        await asyncio.sleep(0.01)


def until(condition: Callable[[], object], limit: float = 60.0) -> None:
    """Wait, without a loop, until the condition holds; fail if it does not in time."""
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, f"did not come true within {limit} s: {condition}"
        time.sleep(0.02)

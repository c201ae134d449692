"""pytest fixtures; ``pytest_plugins = ["navtalk_widget.testing.fixtures"]`` makes them known.

They need the extra ``testing``: pytest, pytest-asyncio and psutil. What a factory makes ends with the test, and a
scripted service or client that was surprised makes the test fail then.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest_asyncio

from navtalk_widget.testing.fault_proxy import FaultProxy
from navtalk_widget.testing.leftovers import inventory, leftovers
from navtalk_widget.testing.scripted_client import ScriptedClient
from navtalk_widget.testing.scripted_service import ScriptedService
from navtalk_widget.testing.virtual_clock import VirtualClock
from navtalk_widget.testing.wav_microphone import WavMicrophone


@pytest_asyncio.fixture
async def no_leftovers() -> AsyncIterator[None]:
    """Fail the test if it leaves a task, thread, socket or process behind that was not there before.

    Name it before the fixtures whose leavings it is to see, as it must be set up first; ``usefixtures`` on a module or
    class does that. The embedded service, which is one for a whole process, counts unless it ran before.
    """
    before = inventory()
    yield
    left = await leftovers(before)
    assert not left, "left behind:\n" + "\n".join(left)


@pytest_asyncio.fixture
async def scripted_service() -> AsyncIterator[Callable[..., Awaitable[ScriptedService]]]:
    """Start scripted services.

    Such as ``service = await scripted_service("v2", ignore=…)``.
    """
    async with AsyncExitStack() as stack:

        async def start(*arguments: Any, **options: Any) -> ScriptedService:
            return await stack.enter_async_context(ScriptedService(*arguments, **options))

        yield start


@pytest_asyncio.fixture
async def scripted_client() -> AsyncIterator[Callable[..., Awaitable[ScriptedClient]]]:
    """Make scripted clients.

    Such as ``client = await scripted_client(url, "v2", ignore=…)``.
    """
    async with AsyncExitStack() as stack:

        async def start(*arguments: Any, **options: Any) -> ScriptedClient:
            return await stack.enter_async_context(ScriptedClient(*arguments, **options))

        yield start


@pytest_asyncio.fixture
async def fault_proxy() -> AsyncIterator[Callable[[str], Awaitable[FaultProxy]]]:
    """Put proxies before services.

    Such as ``proxy = await fault_proxy(service.url)``.
    """
    async with AsyncExitStack() as stack:

        async def start(target: str) -> FaultProxy:
            return await stack.enter_async_context(FaultProxy(target))

        yield start


@pytest_asyncio.fixture
async def wav_microphone() -> AsyncIterator[Callable[..., Awaitable[WavMicrophone]]]:
    """Open microphones.

    Such as ``microphone = await wav_microphone(session.append_audio)``.
    """
    async with AsyncExitStack() as stack:

        async def start(append_audio: Callable[[bytes], Awaitable[object] | object]) -> WavMicrophone:
            return await stack.enter_async_context(WavMicrophone(append_audio))

        yield start


@pytest_asyncio.fixture
async def virtual_clock() -> AsyncIterator[VirtualClock]:
    """Let the test's loop jump over waiting."""
    with VirtualClock().running() as clock:
        yield clock

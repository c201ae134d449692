"""A conversation over a line that can be broken: session, fault proxy, local service."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from navtalk_widget import Session
from navtalk_widget.errors import ProtocolError
from navtalk_widget.local.server import LocalService
from navtalk_widget.session.news import StatusChanged
from navtalk_widget.session.talk.reply import Reply
from navtalk_widget.testing import FaultProxy, WavMicrophone

ProtocolName: TypeAlias = Literal["v1", "v2"]

FIRST_WORDS = ["What is two plus three?", "That makes 5."]


class Stage:
    """Where a moment is reached and a fault strikes: a conversation in which something has been said.

    Args:
        protocol: the generation.
        url: where a service runs already; empty for one in this process, which can be started again.
        license: what that service wants to see.
    """

    def __init__(self, protocol: ProtocolName, url: str = "", license: str | None = None) -> None:
        self.statuses: list[StatusChanged] = []
        """What the session has gone through since the first words."""
        self.tool_runs: list[str] = []
        self.tool_may_end = asyncio.Event()
        self.connecting: asyncio.Task[None] | None = None
        """The connection that is being made while the fault strikes."""
        self.asked: asyncio.Task[Reply] | None = None
        self.playing: asyncio.Task[None] | None = None
        self._stack = AsyncExitStack()
        self._protocol, self._url, self._license = protocol, url, license
        self._service: LocalService | None = None

    async def __aenter__(self) -> Stage:
        if not self._url:
            await self._start_service(0)
        self._stack.push_async_callback(self._stop_service)
        self.proxy = await self._stack.enter_async_context(FaultProxy(self._url))
        self.session = await self._stack.enter_async_context(
            Session(service=self.proxy.url, protocol=self._protocol, license=self._license, tools=[self.weather])
        )
        self.microphone = await self._stack.enter_async_context(WavMicrophone(self.session.append_audio))
        await self.session.ask(FIRST_WORDS[0])
        assert self.words == FIRST_WORDS
        self.session.on("status", self.statuses.append)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.tool_may_end.set()
        tasks = [task for task in (self.connecting, self.asked, self.playing) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._stack.aclose()

    @property
    def words(self) -> list[str]:
        """What was said so far."""
        return [turn.text for turn in self.session.transcript]

    @property
    def lost(self) -> bool:
        """Whether the session has noticed that it has no connection any more."""
        return any(news.status in ("reconnecting", "failed") for news in self.statuses)

    @property
    def complaints(self) -> int:
        """How often the session said that a message breaks the protocol."""
        return sum(isinstance(news.error, ProtocolError) for news in self.statuses)

    async def weather(self, city: str) -> str:
        """Current weather in a city."""
        self.tool_runs.append(city)
        await self.tool_may_end.wait()
        return f"It is 18 degrees and sunny in {city}."

    async def restart_service(self) -> None:
        """End the service in this process, and start it again where it was."""
        assert self._service is not None
        await self._stop_service()
        await self._start_service(urlsplit(self._url).port or 0)

    async def _start_service(self, port: int) -> None:
        self._service = LocalService(port=port)
        await self._service.__aenter__()
        self._url = self._service.url

    async def _stop_service(self) -> None:
        service, self._service = self._service, None
        if service is not None:
            await service.__aexit__(None, None, None)

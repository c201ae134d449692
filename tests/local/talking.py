"""A conversation without a socket: events in, events out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_bytes
from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.local.talk.conversation import Conversation
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import Item, user_text
from tests.local.wire_client import PATIENCE_S

E = TypeVar("E", bound=Event)


class Talk:
    """A client of one conversation; `log` holds all that the service said."""

    def __init__(self, engines: Engines, **options: Any) -> None:
        self.log: list[Event] = []
        self.configured = 0
        self._read = 0
        self._arrived = asyncio.Event()
        self.conversation = Conversation(
            license="sk_1",
            character="navtalk.Leo",
            engines=engines,
            send=self._take,
            on_configured=self._count,
            **options,
        )

    async def say(self, *events: Event) -> None:
        for event in events:
            await self.conversation.handle(event)

    async def write(self, text: str, item_id: str | None = None) -> None:
        """Type a message."""
        await self.say(events.ConversationItemCreate(item=user_text(text).model_copy(update={"id": item_id})))

    async def ask(self, **response: Any) -> events.ResponseDone:
        """Ask for a response and wait until it is done."""
        await self.say(events.ResponseCreate(response=response or None))
        return await self.until(events.ResponseDone)

    async def hear(self, sound: NDArray[np.int16]) -> None:
        """Send microphone sound in blocks of 20 ms."""
        for start in range(0, sound.size, SAMPLE_RATE // 50):
            block = to_bytes(sound[start : start + SAMPLE_RATE // 50])
            await self.say(events.InputAudioBufferAppend(audio=block))

    async def until(self, cls: type[E]) -> E:
        """Read on until such an event comes."""

        async def read() -> E:
            while True:
                while self._read < len(self.log):
                    event = self.log[self._read]
                    self._read += 1
                    if isinstance(event, cls):
                        return event
                self._arrived.clear()
                await self._arrived.wait()

        return await asyncio.wait_for(read(), PATIENCE_S)

    def skip(self) -> None:
        """Wait from now on for what is still to come."""
        self._read = len(self.log)

    def of(self, cls: type[E]) -> list[E]:
        return [event for event in self.log if isinstance(event, cls)]

    def types(self) -> list[str]:
        """The types of all events so far, repetitions in a row told once."""
        types = [event.type for event in self.log]
        return [type for place, type in enumerate(types) if place == 0 or types[place - 1] != type]

    @property
    def errors(self) -> list[str]:
        return [event.error["code"] for event in self.of(events.ErrorEvent)]

    def _take(self, event: Event) -> None:
        self.log.append(event)
        self._arrived.set()

    def _count(self) -> None:
        self.configured += 1


@asynccontextmanager
async def talking(engines: Engines, **options: Any) -> AsyncIterator[Talk]:
    talk = Talk(engines, **options)
    talk.conversation.begin()
    running = asyncio.create_task(talk.conversation.run())
    try:
        yield talk
        assert not running.done(), "the conversation went on to its end"
    finally:
        await talk.conversation.close()
        await asyncio.wait_for(running, PATIENCE_S)


def picture(data: str = "AA==") -> str:
    return f"data:image/png;base64,{data}"


def item_of(**fields: Any) -> events.ConversationItemCreate:
    return events.ConversationItemCreate(item=Item(**fields))

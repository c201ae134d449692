"""Engines of one kind, each made once for all conversations that choose it."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from navtalk_widget.engines.chosen import Chosen, Progress
from navtalk_widget.errors import NavTalkError, ServiceFault

logger = logging.getLogger(__name__)

C = TypeVar("C", bound=Hashable)
T = TypeVar("T")

KEPT = 2
"""Engines that nobody uses and that are kept for who may want them again; a model takes up to gigabytes."""


@dataclass(slots=True, eq=False)
class _Entry(Generic[T]):
    making: asyncio.Task[Chosen[T]]
    users: int = 0
    listeners: list[Progress] = field(default_factory=list)


class Shelf(Generic[C, T]):
    """Makes what is asked for, and lends it out. Belongs to the service's loop.

    Args:
        make: makes the engine for a choice, and tells its progress, from any thread.
        discard: ends an engine that is not used any more.
        keeps: whether the engine that was made for a choice may be kept when nobody uses it.
    """

    def __init__(
        self,
        make: Callable[[C, Progress], Awaitable[Chosen[T]]],
        discard: Callable[[T], Awaitable[None]],
        keeps: Callable[[C, Chosen[T]], bool],
    ) -> None:
        self._make = make
        self._discard = discard
        self._keeps = keeps
        self._loop = asyncio.get_running_loop()
        self._entries: OrderedDict[C, _Entry[T]] = OrderedDict()
        self._discarding: set[asyncio.Task[None]] = set()

    async def take(self, choice: C, progress: Progress) -> Chosen[T]:
        """Borrow the engine for a choice, when it is ready; it is to be given back.

        Raises:
            NavTalkError: it cannot be had. There is nothing to give back then.
        """
        entry = self._entries.get(choice)
        if entry is None:
            entry = self._entries[choice] = _Entry(asyncio.create_task(self._made(choice), name="make an engine"))
        entry.users += 1
        entry.listeners.append(progress)
        self._entries.move_to_end(choice)
        try:
            return await asyncio.shield(entry.making)
        except BaseException:
            self.give_back(choice)
            raise
        finally:
            entry.listeners.remove(progress)

    def give_back(self, choice: C) -> None:
        """Return what was borrowed."""
        entry = self._entries.get(choice)
        if entry is None:
            return
        entry.users -= 1
        unused = [each for each, entry in self._entries.items() if not entry.users]
        kept = [each for each in unused if self._may_be_kept(each)]
        for each in (*(each for each in unused if each not in kept), *kept[: max(0, len(kept) - KEPT)]):
            self._throw_away(each)

    async def close(self) -> None:
        """End all engines, lent or not."""
        for choice in list(self._entries):
            self._throw_away(choice)
        if self._discarding:
            await asyncio.wait(self._discarding)

    def _may_be_kept(self, choice: C) -> bool:
        making = self._entries[choice].making
        is_ready = making.done() and not making.cancelled() and making.exception() is None
        return is_ready and self._keeps(choice, making.result())

    def _throw_away(self, choice: C) -> None:
        entry = self._entries.pop(choice)
        task = asyncio.create_task(self._ended(entry.making), name="end an engine")
        self._discarding.add(task)
        task.add_done_callback(self._discarding.discard)

    async def _made(self, choice: C) -> Chosen[T]:
        def tell(what: str, share: float | None) -> None:
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._tell, choice, what, share)

        try:
            return await self._make(choice, tell)
        except NavTalkError:
            raise
        except Exception as error:
            # Engines are other people's libraries, and fail as they like; the person is told, and may choose another.
            logger.exception("an engine cannot be had")
            raise ServiceFault(f"An engine failed to load: {type(error).__name__}: {error}.") from error

    def _tell(self, choice: C, what: str, share: float | None) -> None:
        entry = self._entries.get(choice)
        for listener in () if entry is None else tuple(entry.listeners):
            listener(what, share)

    async def _ended(self, making: asyncio.Task[Chosen[T]]) -> None:
        making.cancel()
        await asyncio.wait([making])
        if not making.cancelled() and making.exception() is None:
            await self._discard(making.result().engine)

"""Callbacks and iterators that follow a conversation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

_logger = logging.getLogger(__name__)

ITERATOR_LIMIT = 10_000
"""Events kept for an `async for` that does not keep up; older ones are dropped."""

Callback = Callable[[Any], object]


class Subscribers:
    """Calls functions by the name of what happened; ``"*"`` takes everything."""

    def __init__(self) -> None:
        self._callbacks: dict[str, list[Callback]] = {}

    def on(self, name: str, callback: Callback) -> Callback:
        """Call `callback` with each event of that name. Returns it, so that this can be used as a decorator."""
        self._callbacks.setdefault(name, []).append(callback)
        return callback

    def off(self, name: str, callback: Callback) -> None:
        """Undo `on`; nothing happens if it was not on."""
        callbacks = self._callbacks.get(name, [])
        if callback in callbacks:
            callbacks.remove(callback)

    def publish(self, name: str, event: object) -> None:
        """Call all who want to know, in the order in which they came.

        A callback that raises is logged with its traceback; the conversation and the other callbacks go on.
        """
        for callback in [*self._callbacks.get(name, ()), *self._callbacks.get("*", ())]:
            try:
                callback(event)
            except Exception:
                _logger.exception("The callback %r for %r failed", callback, name)

    async def stream(self, is_last: Callable[[Any], bool], *, over: bool = False) -> AsyncIterator[Any]:
        """Iterate over all events from now on, up to and with the one that is the last, or until it is closed.

        Args:
            is_last: tells which event is the last.
            over: whether the last event has been already.
        """
        if over:
            return
        queue: asyncio.Queue[object] = asyncio.Queue(ITERATOR_LIMIT)

        def keep(event: object) -> None:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)

        self.on("*", keep)
        try:
            while True:
                event = await queue.get()
                yield event
                if is_last(event):
                    return
        finally:
            self.off("*", keep)

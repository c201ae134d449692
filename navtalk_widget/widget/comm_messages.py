"""What pages send by the notebook's comm: the question for the way to the gateway, and all else if they find none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from navtalk_widget.gateway.comm import CommDoor
from navtalk_widget.gateway.gateway import Gateway


class CommMessages:
    """Answers the pages of one widget.

    Args:
        gateway: where pages are served.
        send: sends content and buffers to all pages of the widget, from any thread.
        submit: has work done where the gateway lives; an error is shown to the person.
        call: has a function called there.
    """

    def __init__(
        self,
        gateway: Gateway,
        *,
        send: Callable[..., None],
        submit: Callable[[Coroutine[Any, Any, None]], object],
        call: Callable[..., None],
    ) -> None:
        self._gateway = gateway
        self._send = send
        self._submit = submit
        self._call = call
        self._door = CommDoor(gateway.serve, send)
        self._closed = False

    def take(self, _: object, content: object, buffers: list[memoryview]) -> None:
        """Take in a message: a callback for ``on_msg``.

        It may come on any thread, and while a cell runs not at all: what can goes by the gateway's own socket.
        """
        if self._closed or not isinstance(content, dict):
            return
        if content.get("type") == "ready":
            self._submit(self._invite(_text(content.get("origin")), _text(content.get("page"))))
        else:
            self._call(self._door.take, content, [bytes(buffer) for buffer in buffers], _running_loop())

    async def close(self) -> None:
        """End what goes by comm."""
        self._closed = True
        await self._door.close()

    async def _invite(self, origin: str, page: str) -> None:
        await self._gateway.open()
        self._send(self._gateway.invite(origin, page))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None

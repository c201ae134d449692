"""Functions of the user's that the kernel keeps, as they are called from here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from itertools import count
from typing import Any

from navtalk_widget.engines.responder import Message, ToolCall, ToolDefinition
from navtalk_widget.engines.wire import decoded, encoded
from navtalk_widget.errors import NavTalkError

PIECE_TIMEOUT_S = 180.0
"""How long a function may take for each piece that it gives."""


class FunctionFailed(NavTalkError):
    """A function of the user's raised an exception, or took too long."""

    code = "function_failed"
    hint = "See the traceback in the log of the notebook's kernel."


class HostedFunctions:
    """Calls functions over the pipe, piece by piece. Belongs to the service's loop.

    Args:
        tell: sends a message to the kernel.
    """

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Queue[dict[str, Any]]] = {}

    def take(self, message: dict[str, Any]) -> None:
        """Take in what the kernel says of a call; one piece is under way at a time, so that the queues are short."""
        number = message.get("call")
        answers = self._answers.get(number) if isinstance(number, int) else None
        if answers is not None:
            answers.put_nowait(message)

    async def call(self, function: str, *arguments: Any) -> AsyncGenerator[Any, None]:
        """Call a function and give what it gives; closing the generator ends the call.

        Raises:
            FunctionFailed: it raised an exception, or took too long.
        """
        number = next(self._numbers)
        asked = {"type": "call", "call": number, "function": function, "arguments": encoded(arguments)}
        answers = self._answers[number] = asyncio.Queue()
        over = False
        try:
            while True:
                try:
                    self._tell(asked)
                except ValueError as error:
                    over = True
                    raise FunctionFailed(f"The function cannot be called: {error}.") from None
                try:
                    answer = await asyncio.wait_for(answers.get(), PIECE_TIMEOUT_S)
                except (asyncio.TimeoutError, TimeoutError):
                    raise FunctionFailed(f"The function gave nothing for {PIECE_TIMEOUT_S:.0f} s.") from None
                over = answer["type"] != "piece"
                if answer["type"] == "error":
                    raise FunctionFailed(f"{answer.get('message')}.")
                if over:
                    return
                try:
                    value = decoded(answer.get("value"))
                except ValueError as error:
                    raise FunctionFailed(f"The function gave something else than it should: {error}.") from None
                yield value
                asked = {"type": "next", "call": number}
        finally:
            del self._answers[number]
            if not over:
                self._tell({"type": "cancel", "call": number})

    def responder(
        self, function: str
    ) -> Callable[[tuple[Message, ...], tuple[ToolDefinition, ...]], AsyncGenerator[str | ToolCall, None]]:
        """A function to make a responder of."""

        async def respond(
            messages: tuple[Message, ...], tools: tuple[ToolDefinition, ...]
        ) -> AsyncGenerator[str | ToolCall, None]:
            async for value in self.call(function, messages, tools):
                for piece in value if isinstance(value, tuple) else (value,):
                    if piece is not None:
                        yield piece

        return respond

    def recognizer(self, function: str) -> Callable[..., Any]:
        """A function to make a recogniser of; it is called in a worker thread, which it blocks."""

        def recognize(*arguments: Any) -> Any:
            words = list(self._blocking(function, *arguments))
            return words[-1] if words else ""

        return recognize

    def synthesizer(self, function: str) -> Callable[..., Iterator[Any]]:
        """A function to make a synthesiser of; it is gone through in a worker thread, which it blocks."""

        def synthesize(*arguments: Any) -> Iterator[Any]:
            yield from self._blocking(function, *arguments)

        return synthesize

    def _blocking(self, function: str, *arguments: Any) -> Iterator[Any]:
        pieces = self.call(function, *arguments)
        try:
            while True:
                step = asyncio.run_coroutine_threadsafe(_step(pieces), self._loop)
                piece = step.result(PIECE_TIMEOUT_S + 10)
                if piece is _END:
                    return
                yield piece
        finally:
            if not self._loop.is_closed():
                asyncio.run_coroutine_threadsafe(pieces.aclose(), self._loop)


_END = object()


async def _step(pieces: AsyncGenerator[Any, None]) -> Any:
    return await anext(pieces, _END)

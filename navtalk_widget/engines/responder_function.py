"""Any function as a responder."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import TypeAlias

from navtalk_widget.engines.language import spoken_language
from navtalk_widget.engines.responder import Message, Responder, ResponseRequest, ToolCall, ToolDefinition

Piece: TypeAlias = "str | ToolCall"
Answer: TypeAlias = "Piece | Iterable[Piece] | AsyncIterable[Piece] | Awaitable[Piece | Iterable[Piece]] | None"
ResponderFunction: TypeAlias = "Callable[[tuple[Message, ...], tuple[ToolDefinition, ...]], Answer]"

_END = object()


def from_callable(function: ResponderFunction) -> Responder:
    """Make a responder of a function of the messages and the tools.

    Args:
        function: returns text, a `ToolCall`, several of them one by one (a generator), or nothing. It may be
            ``async``; if it is not, it runs in a worker thread, so that it may take its time.
    """
    return _CallableResponder(function)


class _CallableResponder:
    def __init__(self, function: ResponderFunction) -> None:
        self._function = function

    def language(self, request: ResponseRequest) -> str:
        return spoken_language(request)

    async def respond(self, request: ResponseRequest) -> AsyncIterator[str | ToolCall]:
        arguments = (request.messages, request.tools)
        function = self._function
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            answer: Answer = function(*arguments)
        else:
            answer = await asyncio.to_thread(function, *arguments)
        if isinstance(answer, Awaitable):
            answer = await answer
        calls = False
        async for piece in _pieces(answer):
            if calls and not isinstance(piece, ToolCall):
                return
            calls = isinstance(piece, ToolCall)
            yield piece


async def _pieces(answer: object) -> AsyncIterator[str | ToolCall]:
    if answer is None:
        return
    if isinstance(answer, str | ToolCall):
        yield answer
    elif isinstance(answer, AsyncIterable):
        async for piece in answer:
            yield _checked(piece)
    elif isinstance(answer, Iterable):
        iterator = iter(answer)
        while (piece := await asyncio.to_thread(_next, iterator)) is not _END:
            yield _checked(piece)
    else:
        yield _checked(answer)


def _next(iterator: Iterator[object]) -> object:
    return next(iterator, _END)  # StopIteration cannot pass through a future


def _checked(piece: object) -> str | ToolCall:
    if not isinstance(piece, str | ToolCall):
        raise TypeError(f"a responder gives text or a ToolCall, not {type(piece).__name__}")
    return piece

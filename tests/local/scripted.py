"""A responder that says what a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from navtalk_widget.engines.responder import ResponseRequest, ToolCall

LONG_STORY = " ".join(f"This is sentence number {number} of a story that goes on and on." for number in range(1, 40))


class ScriptedResponder:
    """Gives the next of `answers`, or the last one again; `requests` holds what it was asked."""

    def __init__(self) -> None:
        self.requests: list[ResponseRequest] = []
        self.answers: list[str | ToolCall | Exception | Callable[[], AsyncIterator[str | ToolCall]]] = []

    def will_answer(self, *answers: str | ToolCall | Exception | Callable[[], AsyncIterator[str | ToolCall]]) -> None:
        self.requests.clear()
        self.answers[:] = answers

    async def respond(self, request: ResponseRequest) -> AsyncIterator[str | ToolCall]:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, str | ToolCall):
            yield answer
        else:
            async for piece in answer():
                yield piece

    def language(self, request: ResponseRequest) -> str:
        return "en"


async def one_word_and_then_nothing() -> AsyncIterator[str | ToolCall]:
    """A response that stays in progress until it is cancelled."""
    yield "Well, "
    yield "let me see, "
    await asyncio.Event().wait()

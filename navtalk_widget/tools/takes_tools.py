"""Giving tools to an avatar: the decorator that a session and a widget share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, overload

from navtalk_widget.tools.registry import AnyTool
from navtalk_widget.tools.result_text import MAX_CHARACTERS
from navtalk_widget.tools.tool import DEFAULT_TIMEOUT, OnInterruption, Tool, tool

P = ParamSpec("P")
R = TypeVar("R")


class TakesTools:
    """Functions that the avatar may call."""

    def _add_tool(self, function: Callable[..., Any]) -> AnyTool:
        raise NotImplementedError

    @overload
    def tool(self, function: Callable[P, R], /) -> Tool[P, R]: ...

    @overload
    def tool(
        self,
        /,
        *,
        name: str | None = None,
        description: str | None = None,
        timeout: float | None = DEFAULT_TIMEOUT,
        needs_approval: bool = False,
        on_interruption: OnInterruption = "finish",
        max_result_characters: int = MAX_CHARACTERS,
        filler: str | None = None,
    ) -> Callable[[Callable[P, R]], Tool[P, R]]: ...

    def tool(
        self,
        function: Callable[..., Any] | None = None,
        /,
        *,
        name: str | None = None,
        description: str | None = None,
        timeout: float | None = DEFAULT_TIMEOUT,
        needs_approval: bool = False,
        on_interruption: OnInterruption = "finish",
        max_result_characters: int = MAX_CHARACTERS,
        filler: str | None = None,
    ) -> Any:
        """Let the avatar call a function, in the running conversation too.

        ::

            @avatar.tool
            def opening_hours(museum: str) -> str:
                "Opening hours of a museum in town."

            @avatar.tool(timeout=5)
            async def weather(city: str) -> str: ...

            @avatar.tool(needs_approval=True)
            def delete(path: str) -> str: ...

            @avatar.tool(on_interruption="cancel", filler="One moment, I am looking.")
            async def search(words: str) -> list[str]: ...

        A parameter annotated with `ToolContext` gets the call itself, by which the tool reports its progress.

        Args:
            function: plain or ``async``, or a `Tool`.
            name: instead of the function's own.
            description: instead of the first paragraph of the docstring.
            timeout: seconds a call may take; None for as long as it likes.
            needs_approval: whether the person is asked before each call, in the widget; Python can answer too, by
                `approve` and `reject`.
            on_interruption: ``"finish"`` to go on when the person interrupts, and tell the result then; ``"cancel"``
                to call it off: an ``async`` function is cancelled, a plain one can see `ToolContext.cancelled`.
            max_result_characters: how much of a result the model is told, 100 or more; it learns when there is more.
            filler: a sentence, up to 200 characters, that the avatar says when a call has run through 1.5 s of silence.

        Raises:
            ToolDefinitionError: the function cannot serve as a tool.
        """
        if function is None:
            made = tool(
                name=name,
                description=description,
                timeout=timeout,
                needs_approval=needs_approval,
                on_interruption=on_interruption,
                max_result_characters=max_result_characters,
                filler=filler,
            )
            return lambda wrapped: self._add_tool(made(wrapped))
        return self._add_tool(function)

"""A tool: a Python function that the avatar may call while it talks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, ParamSpec, TypeVar, get_args, overload

from navtalk_widget.errors import ToolDefinitionError
from navtalk_widget.tools.arguments import ArgumentValidator
from navtalk_widget.tools.docstring import describe
from navtalk_widget.tools.result_text import MAX_CHARACTERS, MIN_LIMIT
from navtalk_widget.tools.schema import inspect_parameters

P = ParamSpec("P")
R = TypeVar("R")

DEFAULT_TIMEOUT = 30.0
"""Seconds. Longer silence reads as a broken conversation; a slower tool says so with ``timeout=``."""

OnInterruption = Literal["finish", "cancel"]
"""What becomes of a call when the person interrupts: it goes on and its result is told, or it is called off."""

MAX_FILLER_CHARACTERS = 200
"""Of what is said while a tool runs: longer, and the answer would wait for it."""

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""What OpenAI's Realtime service accepts, which NavTalk passes tools on to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool(Generic[P, R]):
    """A function with what the model needs to know of it. Calling the tool calls the function.

    Made by `tool` or `Tool.from_function`.
    """

    name: str
    description: str
    parameters: dict[str, Any]
    """JSON schema of the arguments: an object."""
    function: Callable[P, R]
    timeout: float | None = DEFAULT_TIMEOUT
    """Seconds a call may take; None for as long as it likes."""
    needs_approval: bool = False
    """Whether the person is asked before each call."""
    on_interruption: OnInterruption = "finish"
    """What becomes of a call when the person interrupts."""
    max_result_characters: int = MAX_CHARACTERS
    """How much of a result the model is told."""
    filler: str | None = None
    """What the avatar says when a call takes a while."""
    validator: ArgumentValidator = field(repr=False, compare=False)

    @classmethod
    def from_function(
        cls,
        function: Callable[P, R],
        *,
        name: str | None = None,
        description: str | None = None,
        timeout: float | None = DEFAULT_TIMEOUT,
        needs_approval: bool = False,
        on_interruption: OnInterruption = "finish",
        max_result_characters: int = MAX_CHARACTERS,
        filler: str | None = None,
    ) -> Tool[P, R]:
        """Describe a function by its signature, type hints and docstring.

        Args:
            function: plain or ``async``.
            name: instead of the function's own; up to 64 letters, digits, ``_`` and ``-``.
            description: instead of the first paragraph of the docstring.
            timeout: seconds a call may take; None for as long as it likes.
            needs_approval: whether the person is asked before each call; the wait is not counted in `timeout`.
            on_interruption: ``"finish"`` to go on when the person interrupts, and tell the result then; ``"cancel"``
                to call it off: an ``async`` function is cancelled, a plain one can see `ToolContext.cancelled`.
            max_result_characters: how much of a result the model is told, 100 or more; it learns when there is more.
            filler: a sentence, up to 200 characters, that the avatar says when a call has run through 1.5 s of silence.

        Raises:
            ToolDefinitionError: the function cannot serve as a tool; the error says why.
        """
        if not callable(function):
            raise ToolDefinitionError(
                f"A tool is a function, not {function!r:.40}.", hint="Write @tool above a function, or pass one."
            )
        name = getattr(function, "__name__", "") if name is None else name
        if not _NAME.fullmatch(name):
            raise ToolDefinitionError(
                f"{name!r} is no name for a tool.",
                hint="Pass name=, up to 64 of the characters a-z, A-Z, 0-9, _ and -.",
            )
        if timeout is not None and not timeout > 0:
            raise ToolDefinitionError(
                f"{name} cannot have a time limit of {timeout} s.", hint="Pass seconds above 0, or None for no limit."
            )
        if on_interruption not in get_args(OnInterruption):
            raise ToolDefinitionError(
                f"{name} cannot {on_interruption!r} on an interruption.", hint='Pass "finish" or "cancel".'
            )
        if max_result_characters < MIN_LIMIT:
            raise ToolDefinitionError(
                f"{name} cannot have results of at most {max_result_characters} characters.",
                hint=f"Pass {MIN_LIMIT} or more.",
            )
        if filler is not None and not 0 < len(filler.strip()) <= MAX_FILLER_CHARACTERS:
            raise ToolDefinitionError(
                f"{name} cannot have a filler of {len(filler.strip())} characters.",
                hint=f"Pass a short sentence, of {MAX_FILLER_CHARACTERS} characters at most, or None.",
            )
        words = describe(function)
        parameters, validator = inspect_parameters(function, words.parameters)
        return cls(
            name=name,
            description=words.summary if description is None else description,
            parameters=parameters,
            function=function,
            timeout=timeout,
            needs_approval=needs_approval,
            on_interruption=on_interruption,
            max_result_characters=max_result_characters,
            filler=None if filler is None else filler.strip(),
            validator=validator,
        )

    @property
    def __wrapped__(self) -> Callable[P, R]:
        """The function, where `inspect.signature` and the notebook's tooltips look for it."""
        return self.function

    @property
    def definition(self) -> dict[str, Any]:
        """The tool as the service is told of it in ``session.update``."""
        return {
            "type": "function",
            "name": self.name,
            "description": self.description,
            "parameters": self.parameters,
        }

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function itself, with no time limit and no conversion."""
        return self.function(*args, **kwargs)


@overload
def tool(function: Callable[P, R], /) -> Tool[P, R]: ...


@overload
def tool(
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
    """Turn a function into a tool, which can still be called like the function.

    ::

        @tool
        def opening_hours(museum: str) -> str:
            "Opening hours of a museum in town."

        @tool(timeout=5)
        async def weather(city: str) -> str: ...

        @tool(needs_approval=True)
        def delete(path: str) -> str: ...

        @tool(on_interruption="cancel", filler="One moment, I am looking.")
        async def search(words: str) -> list[str]: ...

    A parameter annotated with `ToolContext` gets the call itself, by which the tool reports its progress.

    Args:
        function: plain or ``async``.
        name: instead of the function's own; up to 64 letters, digits, ``_`` and ``-``.
        description: instead of the first paragraph of the docstring.
        timeout: seconds a call may take; None for as long as it likes.
        needs_approval: whether the person is asked before each call; the wait is not counted in `timeout`.
        on_interruption: ``"finish"`` to go on when the person interrupts, and tell the result then; ``"cancel"`` to
            call it off: an ``async`` function is cancelled, a plain one can see `ToolContext.cancelled`.
        max_result_characters: how much of a result the model is told, 100 or more; it learns when there is more.
        filler: a sentence, up to 200 characters, that the avatar says when a call has run through 1.5 s of silence.

    Raises:
        ToolDefinitionError: the function cannot serve as a tool; the error says why.
    """

    def wrap(wrapped: Callable[P, R]) -> Tool[P, R]:
        return Tool.from_function(
            wrapped,
            name=name,
            description=description,
            timeout=timeout,
            needs_approval=needs_approval,
            on_interruption=on_interruption,
            max_result_characters=max_result_characters,
            filler=filler,
        )

    return wrap if function is None else wrap(function)

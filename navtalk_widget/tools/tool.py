"""A tool: a Python function that the avatar may call while it talks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, ParamSpec, TypeVar, overload

from navtalk_widget.errors import ToolDefinitionError
from navtalk_widget.tools.arguments import ArgumentValidator
from navtalk_widget.tools.docstring import describe
from navtalk_widget.tools.schema import inspect_parameters

P = ParamSpec("P")
R = TypeVar("R")

DEFAULT_TIMEOUT = 30.0
"""Seconds. Longer silence reads as a broken conversation; a slower tool says so with ``timeout=``."""

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
    ) -> Tool[P, R]:
        """Describe a function by its signature, type hints and docstring.

        Args:
            function: plain or ``async``.
            name: instead of the function's own; letters, digits, ``_`` and ``-``.
            description: instead of the first paragraph of the docstring.
            timeout: seconds a call may take; None for as long as it likes.
            needs_approval: whether the person is asked before each call; the wait is not counted in `timeout`.

        Raises:
            ToolDefinitionError: the function cannot serve as a tool; the error says why.
        """
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
        words = describe(function)
        parameters, validator = inspect_parameters(function, words.parameters)
        return cls(
            name=name,
            description=words.summary if description is None else description,
            parameters=parameters,
            function=function,
            timeout=timeout,
            needs_approval=needs_approval,
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
) -> Callable[[Callable[P, R]], Tool[P, R]]: ...


def tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    timeout: float | None = DEFAULT_TIMEOUT,
    needs_approval: bool = False,
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

    A parameter annotated with `ToolContext` gets the call itself, by which the tool reports its progress.

    Args:
        function: plain or ``async``.
        name: instead of the function's own; letters, digits, ``_`` and ``-``.
        description: instead of the first paragraph of the docstring.
        timeout: seconds a call may take; None for as long as it likes.
        needs_approval: whether the person is asked before each call; the wait is not counted in `timeout`.

    Raises:
        ToolDefinitionError: the function cannot serve as a tool; the error says why.
    """

    def wrap(wrapped: Callable[P, R]) -> Tool[P, R]:
        return Tool.from_function(
            wrapped, name=name, description=description, timeout=timeout, needs_approval=needs_approval
        )

    return wrap if function is None else wrap(function)

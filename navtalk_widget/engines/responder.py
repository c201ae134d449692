"""The interface of a responder: what decides on the avatar's next words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from navtalk_widget.errors import NavTalkError


class ResponderError(NavTalkError):
    """The responder failed at an answer; the conversation goes on."""

    code = "response_failed"
    hint = "Ask again."


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that was said or done in the conversation.

    Attributes:
        role: ``"user"``, ``"assistant"`` or ``"tool"``.
        text: what was said; for ``"tool"`` the result as the client sent it; for a call of the assistant the
            arguments as JSON.
        name: for ``"tool"`` the tool that answered; for ``"assistant"`` the tool that was called, ``None`` for speech.
        call_id: what joins a call and its result.
        images: pictures that the user shows, as data URLs; older ones are forgotten, so that few messages have any.
            A message with pictures may have no text.
    """

    role: Literal["user", "assistant", "tool"]
    text: str
    name: str | None = None
    call_id: str | None = None
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolDefinition:
    """A function the client offers; ``parameters`` is the JSON schema of its arguments."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The wish that the client run a tool; its result comes with the next request."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ResponseRequest:
    """All that a responder knows when it is asked for the next response.

    Attributes:
        messages: the conversation so far, oldest first.
        tools: what may be called now.
        instructions: what the client wants the avatar to be; may change at any time.
        character: such as ``"navtalk.Leo"``.
        temperature: how freely a model is to choose its words, 0 to 2; None where the client did not say.
        max_tokens: how long the answer may become; None for any length. Longer ones are cut anyway.
        greeting: what the character says first where the instructions ask for nothing else; ``""`` if it has none.
    """

    messages: tuple[Message, ...]
    tools: tuple[ToolDefinition, ...] = ()
    instructions: str = ""
    character: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    greeting: str = ""


class Responder(Protocol):
    """Answers in a conversation. One responder serves all of them, so it keeps nothing of any."""

    def respond(self, request: ResponseRequest) -> AsyncIterator[str | ToolCall]:
        """Give the next response, in pieces of text as soon as they are known.

        A ``ToolCall``, or several in a row, end the response: they are given to the client when the iterator ends,
        and nothing but further calls is taken from it. The results are the last messages of the next request, unless
        the person went on speaking before they came. Closing the iterator (an interruption) ends the work.
        """
        ...

    def language(self, request: ResponseRequest) -> str:
        """The language of the answer to ``request``, such as ``"en"`` or ``"fr"``, for the synthesiser."""
        ...

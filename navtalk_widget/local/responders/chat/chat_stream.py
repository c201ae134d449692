"""What a chat endpoint answers, read as it comes: server-sent events, and the pieces of words and calls in them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp

from navtalk_widget.engines.responder import ResponderError, ToolCall
from navtalk_widget.local.openai_endpoint import read_up_to

MAX_LINE_BYTES = 4 * 2**20
"""A longer line is no answer; one of an ordinary answer has some hundred bytes."""

MAX_ANSWER_BYTES = 32 * 2**20
"""A longer answer has no end; each word of an ordinary one takes some hundred bytes."""

MAX_CALLS = 32

LAST_BYTES_S = 0.1
"""Seconds for the end of the stream to follow the end of the answer."""

_DONE = "[DONE]"
_SHOWN_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of an answer.

    Attributes:
        text: more of its words; what a model thinks is none of them.
        calls: fragments of calls, as they came.
        is_thought: whether the model thinks, and gives its thoughts apart from its words.
    """

    text: str
    calls: tuple[Mapping[str, Any], ...]
    is_thought: bool = False


async def read_deltas(response: aiohttp.ClientResponse) -> AsyncGenerator[Delta, None]:
    """Read an answer, streamed or whole.

    Raises:
        ResponderError: it is no answer, or an error in the midst of it.
        aiohttp.ClientPayloadError: it broke off.
    """
    if response.content_type == "application/json":  # a service that does not stream
        whole = await read_up_to(response.content, MAX_LINE_BYTES)
        for choice in _choices(_object(whole.decode("utf-8", "replace"))):
            yield _delta(choice.get("message"))
        return
    ended = False
    async for data in _events(response.content):
        if data == _DONE:
            with suppress(asyncio.TimeoutError):  # what was read to its end leaves a connection for the next answer
                await asyncio.wait_for(_rest(response.content), LAST_BYTES_S)
            return
        event = _object(data)
        for choice in _choices(event):  # the last one of a stream may have none, but the usage
            ended = ended or choice.get("finish_reason") is not None
            yield _delta(choice.get("delta"))
    if not ended:
        raise aiohttp.ClientPayloadError("the stream ended before the answer did")


async def _rest(content: aiohttp.StreamReader) -> None:
    while await content.readany():
        pass


async def _events(content: aiohttp.StreamReader) -> AsyncIterator[str]:
    """The data of each event; their other fields, comments among them, mean nothing here."""
    buffer, size = b"", 0
    async for block in content.iter_any():
        size += len(block)
        if size > MAX_ANSWER_BYTES:
            raise ResponderError("The answer of the chat endpoint has no end.")
        *lines, buffer = (buffer + block).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].decode("utf-8", "replace").strip()
        if len(buffer) > MAX_LINE_BYTES:
            raise ResponderError(f"The chat endpoint sent a line of more than {MAX_LINE_BYTES} bytes.")


def _object(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise ResponderError("The chat endpoint sent what is no JSON object.", hint="Check its address.")
    if error := told.get("error"):
        said = error.get("message") if isinstance(error, dict) else error
        words = " ".join(str(said).split()).rstrip(".")[:_SHOWN_CHARACTERS]
        raise ResponderError(f"The chat endpoint broke the answer off: {words}.")
    return told


def _choices(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    choices = told.get("choices")
    return [choice for choice in choices if isinstance(choice, dict)] if isinstance(choices, list) else []


def _delta(told: Any) -> Delta:
    if not isinstance(told, dict):
        return Delta("", ())
    text, calls = told.get("content"), told.get("tool_calls")
    return Delta(
        text if isinstance(text, str) else "",
        tuple(call for call in calls if isinstance(call, dict)) if isinstance(calls, list) else (),
        is_thought=bool(told.get("reasoning_content") or told.get("reasoning")),
    )


@dataclass(slots=True)
class _Call:
    id: str
    name: str
    arguments: str


class ToolCallParts:
    """Puts the calls of one answer together from their fragments."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._by_index: dict[int, _Call] = {}

    def add(self, fragment: Mapping[str, Any]) -> None:
        """Take a fragment.

        Raises:
            ResponderError: there are too many calls.
        """
        function, index = fragment.get("function"), fragment.get("index")
        function = function if isinstance(function, dict) else {}
        id, name, arguments = _text(fragment.get("id")), _text(function.get("name")), function.get("arguments")
        call = self._belongs_to(index if isinstance(index, int) else None, id, name)
        call.id = call.id or id
        call.name = call.name or name
        if isinstance(arguments, dict):  # some services send them read already
            arguments = json.dumps(arguments)
        call.arguments += _text(arguments)

    def calls(self) -> list[ToolCall]:
        """The calls, in the order in which they began.

        Raises:
            ResponderError: the arguments of one are no JSON object.
        """
        return [ToolCall(call.name, _arguments(call)) for call in self._calls if call.name]

    def _belongs_to(self, index: int | None, id: str, name: str) -> _Call:
        # Some services leave the index out, and some number all calls alike: a new identifier begins a new call.
        known = self._by_index.get(index) if index is not None else next(iter(self._calls[-1:]), None)
        if known is None or (id and name and known.id and known.id != id) or (index is None and name):
            if len(self._calls) >= MAX_CALLS:
                raise ResponderError(f"The model wants more than {MAX_CALLS} calls at once.")
            known = _Call("", "", "")
            self._calls.append(known)
            self._by_index[len(self._calls) - 1 if index is None else index] = known
        return known


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _arguments(call: _Call) -> dict[str, Any]:
    try:
        arguments = json.loads(call.arguments.strip() or "{}")
    except ValueError:
        arguments = call.arguments
    if arguments is None:  # for a function without parameters
        return {}
    if not isinstance(arguments, dict):
        raise ResponderError(f"The model called {call.name} with arguments that are no JSON object.")
    return arguments

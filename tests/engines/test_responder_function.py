"""Functions as responders."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from navtalk_widget.engines.responder import Message, ResponseRequest, ToolCall
from navtalk_widget.engines.responder_function import ResponderFunction, from_callable
from tests.local.responders.conftest import TOOLS, conversation

CALL = ToolCall("get_weather", {"city": "Paris"})
REQUEST = ResponseRequest(conversation("hello"), TOOLS, "", "navtalk.Leo")


async def pieces(function: ResponderFunction) -> list[str | ToolCall]:
    return [piece async for piece in from_callable(function).respond(REQUEST)]


def text(messages: Any, tools: Any) -> str:
    return f"{messages[-1].text} {len(tools)}"


def generated(messages: Any, tools: Any) -> Iterator[str]:
    yield "one "
    yield "two"


async def awaited(messages: Any, tools: Any) -> str:
    return "later"


async def awaited_list(messages: Any, tools: Any) -> list[str]:
    return ["a", "b"]


async def streamed(messages: Any, tools: Any) -> AsyncIterator[str | ToolCall]:
    yield "let me see"
    yield CALL
    yield "never said"


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (text, [f"hello {len(TOOLS)}"]),
        (generated, ["one ", "two"]),
        (awaited, ["later"]),
        (awaited_list, ["a", "b"]),
        (streamed, ["let me see", CALL]),
        (lambda messages, tools: [CALL, CALL, "never said", CALL], [CALL, CALL]),
        (lambda messages, tools: CALL, [CALL]),
        (lambda messages, tools: None, []),
    ],
)
async def test_any_kind_of_function_answers(function: ResponderFunction, expected: list[str | ToolCall]) -> None:
    assert await pieces(function) == expected


async def test_a_plain_function_may_take_its_time_in_a_thread_of_its_own() -> None:
    threads: list[threading.Thread] = []

    def slow(messages: Any, tools: Any) -> Iterator[str]:
        threads.append(threading.current_thread())
        yield "done"

    def remembering(messages: Any, tools: Any) -> Iterator[str]:
        threads.append(threading.current_thread())
        return slow(messages, tools)

    assert await pieces(remembering) == ["done"]
    assert len(threads) == 2
    assert threading.main_thread() not in threads


async def test_its_errors_are_its_own() -> None:
    def broken(messages: Any, tools: Any) -> str:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await pieces(broken)


@pytest.mark.parametrize(("answer", "kind"), [(5, "int"), ([b"x"], "bytes")])
async def test_anything_but_text_and_calls_is_refused(answer: Any, kind: str) -> None:
    with pytest.raises(TypeError, match=f"not {kind}"):
        await pieces(lambda messages, tools: answer)


def test_the_language_follows_the_instructions() -> None:
    request = ResponseRequest((Message("user", "hello"),), (), "Answer in Japanese.", "")
    assert from_callable(text).language(request) == "ja"

"""The functions of a kernel as the service calls them; the kernel is spoken by the test."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from navtalk_widget.local.engines.hosted import FunctionFailed, HostedFunctions
from tests.support.waiting import eventually

Message = dict[str, Any]


async def test_what_the_pipe_does_not_take_is_no_call() -> None:
    told: list[Message] = []

    def tell(message: Message) -> None:
        told.append(message)
        if message["type"] == "call":
            raise ValueError("17 MB are more than the pipe to the kernel takes at once")

    functions = HostedFunctions(tell)
    with pytest.raises(FunctionFailed, match="17 MB"):
        await anext(functions.call("f", "x"))
    assert [message["type"] for message in told] == ["call"], "there is nothing to be called off"


@pytest.mark.parametrize("value", [{"$": "oracle"}, {"$": "array", "type": "int16", "shape": [3], "data": "AAAA"}])
async def test_a_piece_that_cannot_be_read_ends_the_call_in_words(value: Message) -> None:
    told: list[Message] = []
    functions = HostedFunctions(told.append)
    calling = functions.call("f", "x")
    step = asyncio.ensure_future(anext(calling))
    await eventually(lambda: told)
    functions.take({"type": "piece", "call": told[0]["call"], "value": value})
    with pytest.raises(FunctionFailed, match="something else than it should"):
        await step
    assert told[-1]["type"] == "cancel"

"""The functions as the service sees them; the service's side is spoken by the test."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio

from navtalk_widget.client.function_host import MAX_CALLS, FunctionHost

Message = dict[str, Any]


class Asker:
    """Calls functions, and hears what they give."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self._said: asyncio.Queue[Message] = asyncio.Queue()
        self.host = FunctionHost(lambda message: loop.call_soon_threadsafe(self._said.put_nowait, message))
        self._number = 0

    def call(self, function: Any, *arguments: Any) -> int:
        self._number += 1
        self.host.add({f"f{self._number}": function})
        self.host.take(
            {"type": "call", "call": self._number, "function": f"f{self._number}", "arguments": list(arguments)}
        )
        return self._number

    async def hear(self) -> Message:
        return await asyncio.wait_for(self._said.get(), 10)

    def silent(self) -> bool:
        return self._said.empty()

    async def all(self, function: Any, *arguments: Any) -> list[Any]:
        number, heard = self.call(function, *arguments), []
        while (message := await self.hear())["type"] == "piece":
            heard.append(message["value"])
            self.host.take({"type": "next", "call": number})
        assert message == {"type": "end", "call": number}, message
        return heard


@pytest_asyncio.fixture
async def asker(no_leftovers: None) -> AsyncIterator[Asker]:
    asker = Asker()
    yield asker
    await asyncio.to_thread(asker.host.close)


async def later(*words: str) -> AsyncIterator[str]:
    for word in words:
        yield word


async def test_functions_of_every_kind_are_called(asker: Asker) -> None:
    async def coroutine(word: str) -> str:
        return word + "!"

    def generator(word: str) -> Iterator[str]:
        yield word
        yield "again"

    class Callable:
        async def __call__(self, word: str) -> AsyncIterator[str]:
            return later(word, "done")

    assert await asker.all(lambda word: word.upper(), "hi") == ["HI"]
    assert await asker.all(coroutine, "hi") == ["hi!"]
    assert await asker.all(generator, "hi") == ["hi", "again"]
    assert await asker.all(later, "a", "b") == ["a", "b"]
    assert await asker.all(Callable(), "hi") == ["hi", "done"]
    assert await asker.all(lambda: ["a", "list"]) == [["a", "list"]], "a list travels whole"
    assert await asker.all(lambda: None) == [None]


async def test_a_generator_runs_no_further_than_it_is_listened_to(asker: Asker) -> None:
    steps: list[int] = []

    def count() -> Iterator[int]:
        for number in range(3):
            steps.append(number)
            yield number

    number = asker.call(count)
    assert (await asker.hear())["value"] == 0
    assert await asker.all(lambda: "meanwhile") == ["meanwhile"]
    assert steps == [0]
    asker.host.take({"type": "next", "call": number})
    assert (await asker.hear())["value"] == 1


@pytest.mark.parametrize("kind", ["plain", "asynchronous"])
async def test_a_generator_that_is_called_off_is_closed(asker: Asker, kind: str) -> None:
    closed = threading.Event()

    def plain() -> Iterator[str]:
        try:
            while True:
                yield "more"
        finally:
            closed.set()

    async def asynchronous() -> AsyncIterator[str]:
        try:
            while True:
                yield "more"
        finally:
            closed.set()

    number = asker.call(plain if kind == "plain" else asynchronous)
    await asker.hear()
    asker.host.take({"type": "cancel", "call": number})
    assert await asyncio.to_thread(closed.wait, 10)


async def test_a_generator_that_computes_when_it_is_called_off_is_closed_afterwards(asker: Asker) -> None:
    computing, go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def slow() -> Iterator[str]:
        try:
            computing.set()
            go_on.wait(10)
            yield "late"
        finally:
            closed.set()

    number = asker.call(slow)
    assert await asyncio.to_thread(computing.wait, 10)
    asker.host.take({"type": "cancel", "call": number})
    assert await asker.all(lambda: "meanwhile") == ["meanwhile"]
    assert not closed.is_set()
    go_on.set()
    assert await asyncio.to_thread(closed.wait, 10)


def fails() -> None:
    raise KeyError("the reason")


def leaves() -> None:
    raise SystemExit(3)


async def breaks() -> AsyncIterator[str]:
    yield "a piece"
    raise ValueError("in the midst")


async def exits() -> str:
    raise SystemExit(3)


async def waits_in_vain() -> str:
    task = asyncio.create_task(asyncio.sleep(60))
    asyncio.get_running_loop().call_soon(task.cancel)
    await task
    return "never"


class UnspeakableError(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


def is_unspeakable() -> None:
    raise UnspeakableError


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (exits, "exits() failed: SystemExit: 3"),
        (waits_in_vain, "waits_in_vain() failed: CancelledError"),
        (is_unspeakable, "is_unspeakable() failed: UnspeakableError"),
        (fails, "fails() failed: KeyError: 'the reason'"),
        (leaves, "leaves() failed: RuntimeError: SystemExit"),
        (object, "object() failed: TypeError: a object cannot be passed on"),
        (breaks, "breaks() failed: ValueError: in the midst"),
    ],
)
async def test_what_goes_wrong_is_told_and_logged_with_its_traceback(
    asker: Asker, function: Any, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    number = asker.call(function)
    message = await asker.hear()
    if message["type"] == "piece":
        asker.host.take({"type": "next", "call": number})
        message = await asker.hear()
    assert message == {"type": "error", "call": number, "message": words}
    assert any(record.exc_info for record in caplog.records)
    assert await asker.all(lambda: "again") == ["again"], "whatever one does, the others are called"


async def test_a_function_that_was_let_go_is_not_called(asker: Asker) -> None:
    asker.host.add({"gone": fails})
    asker.host.remove(["gone"])
    asker.host.take({"type": "call", "call": 99, "function": "gone", "arguments": []})
    assert "not there any more" in (await asker.hear())["message"]


async def test_functions_that_never_return_fill_up_what_room_there_is_and_no_more(asker: Asker) -> None:
    release = threading.Event()
    try:
        for _ in range(MAX_CALLS):
            asker.call(release.wait)
        asker.call(lambda: "one too many")
        assert "are under way already" in (await asker.hear())["message"]
        release.set()
        for _ in range(MAX_CALLS):
            await asker.hear()
        assert await asker.all(lambda: "again") == ["again"]
    finally:
        release.set()

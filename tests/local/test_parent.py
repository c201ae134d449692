"""The pipe to a kernel that is not what it should be; the kernel is spoken by the test."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from navtalk_widget.local import parent
from navtalk_widget.local.parent import Parent, ParentError
from tests.support.waiting import eventually

FIRST = b'{"license": "key"}\n'


class Kernel:
    """The other end of the pipe; to be made in a loop."""

    def __init__(self) -> None:
        self._ear, self._says = os.pipe()
        self._hears, mouth = os.pipe()
        self.gone = threading.Event()
        self.heard: list[dict[str, Any]] = []
        self.parent = Parent(self.gone.set, ear=self._ear, mouth=mouth)
        self.parent.listen(self.heard.append)

    def say(self, content: bytes) -> None:
        os.write(self._says, content)

    def hear(self) -> bytes:
        return os.read(self._hears, 65_536)

    def close(self) -> None:
        for end in (self._hears, self._ear):
            os.close(end)

    def go(self) -> None:
        if self._says >= 0:
            os.close(self._says)
            self._says = -1


@pytest.fixture
async def kernel() -> AsyncIterator[Kernel]:
    kernel = Kernel()
    yield kernel
    kernel.go()
    await eventually(kernel.gone.is_set)
    kernel.close()


@pytest.mark.parametrize(
    "line",
    [b"nonsense", b"", b"3", b"[]", b'{"type": 3}', b"\xff", b"[" * 2_000, b"x" * 5_000],
    ids=lambda line: line[:9],
)
async def test_what_makes_no_sense_is_passed_over(kernel: Kernel, line: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "MAX_LINE_BYTES", 3_000)
    kernel.say(FIRST + line + b'\n{"type": "call"}\n')
    assert await kernel.parent.license() == "key"
    await eventually(lambda: kernel.heard)
    assert kernel.heard == [{"type": "call"}]


@pytest.mark.parametrize("first", [b"nonsense\n", b"[]\n", b'{"license": ""}\n', b"x" * 65_537, b""])
async def test_a_first_line_that_is_none_is_told(kernel: Kernel, first: bytes) -> None:
    kernel.say(first) if len(first) < 65_536 else threading.Thread(target=kernel.say, args=(first,)).start()
    if not first:
        kernel.go()
    with pytest.raises(ParentError):
        await kernel.parent.license()


async def test_what_is_too_long_is_refused_and_the_next_is_said(kernel: Kernel) -> None:
    with pytest.raises(ValueError, match="17 MB"):
        kernel.parent.tell({"type": "call", "arguments": "x" * (17 * 2**20)})
    kernel.parent.tell({"type": "ready"})
    assert kernel.hear() == b'{"type": "ready"}\n'


async def test_the_death_of_the_kernel_is_noticed(kernel: Kernel) -> None:
    kernel.say(FIRST)
    kernel.go()
    await eventually(kernel.gone.is_set)

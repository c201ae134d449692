"""The pipe to a process that is not what it should be."""

from __future__ import annotations

import os
import queue
from collections.abc import Iterator
from typing import IO, Any

import pytest

from navtalk_widget.client import service_pipe
from navtalk_widget.client.service_pipe import ServicePipe

Message = dict[str, Any]


class Process:
    """The other end, spoken by the test; what is said twice is refused by who hears it."""

    def __init__(self) -> None:
        stdin, to_process = os.pipe()
        from_process, stdout = os.pipe()
        self.hears: IO[bytes] = os.fdopen(stdin, "rb")
        self.says: IO[bytes] = os.fdopen(stdout, "wb", buffering=0)
        self.received: queue.Queue[Message | None] = queue.Queue()
        self.pipe = ServicePipe(
            os.fdopen(to_process, "wb"),
            os.fdopen(from_process, "rb"),
            received=self._receive,
            ended=lambda: self.received.put(None),
        )

    def _receive(self, message: Message) -> None:
        if message["type"] == "senseless":
            raise KeyError("part")
        self.received.put(message)

    def close(self) -> None:
        self.says.close()
        self.pipe.hang_up()
        self.hears.close()


@pytest.fixture
def process() -> Iterator[Process]:
    process = Process()
    yield process
    process.close()


@pytest.mark.parametrize(
    "line",
    [b"nonsense", b"", b"3", b"[]", b'{"type": 3}', b"\xff", b"[" * 50_000, b'{"type": "senseless"}'],
    ids=lambda line: line[:12].decode(errors="replace"),
)
def test_what_makes_no_sense_is_passed_over(process: Process, line: bytes) -> None:
    process.says.write(line + b'\n{"type": "call"}\n')
    assert process.received.get(timeout=10) == {"type": "call"}


def test_a_line_without_an_end_ends_the_pipe(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_pipe, "MAX_LINE_BYTES", 1_000)
    process.says.write(b'{"type": "first"}\n')
    assert process.received.get(timeout=10) == {"type": "first"}
    process.says.write(b"x" * 2_000)
    assert process.received.get(timeout=10) is None
    assert process.hears.read() == b"", "the process is asked to end"


def test_a_message_that_is_too_large_is_refused_and_the_next_one_is_sent(process: Process) -> None:
    with pytest.raises(ValueError, match="too large"):
        process.pipe.tell({"type": "piece", "value": "x" * service_pipe.MAX_LINE_BYTES})
    process.pipe.tell({"type": "end"})
    assert process.hears.readline() == b'{"type": "end"}\n'


def test_nothing_is_said_after_hanging_up(process: Process) -> None:
    process.pipe.hang_up()
    process.pipe.tell({"type": "end"})
    assert process.hears.read() == b""

"""What a test leaves behind: tasks, threads, sockets and processes."""

from __future__ import annotations

import asyncio
import socket
import threading
from dataclasses import dataclass
from typing import Any

import psutil

SETTLING = 2.0
"""Seconds for what is being ended to end."""

_INTERVAL = 0.02


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything of this process that should not outlive its use."""

    tasks: frozenset[asyncio.Task[Any]]
    threads: frozenset[threading.Thread]
    sockets: frozenset[tuple[Any, ...]]
    processes: frozenset[psutil.Process]

    def beyond(self, before: Inventory) -> list[str]:
        """What is in this inventory and was not in an earlier one, a line each."""
        return [
            *(f"task {task.get_name()}: {task.get_coro()!r}" for task in self.tasks - before.tasks),
            *(f"thread {thread.name}" for thread in self.threads - before.threads),
            *(f"socket {_described(each)}" for each in self.sockets - before.sockets),
            *(f"process {process.pid} {_name(process)}" for process in self.processes - before.processes),
        ]


def inventory() -> Inventory:
    """Take stock; to be called inside a running loop.

    The calling task, daemon threads but ours, and the loop's own worker threads do not count.
    """
    this = psutil.Process()
    return Inventory(
        tasks=frozenset(asyncio.all_tasks() - {asyncio.current_task()}),
        threads=frozenset(thread for thread in threading.enumerate() if _counts(thread)),
        sockets=frozenset(
            (each.fd, each.family, each.type, each.laddr, each.raddr) for each in this.net_connections(kind="all")
        ),
        processes=frozenset(this.children(recursive=True)),
    )


async def leftovers(before: Inventory) -> list[str]:
    """What was not there before, and is not gone within `SETTLING` seconds, a line each."""
    # A clock that is virtual would give threads and processes no time at all, so the tries are counted.
    left = inventory().beyond(before)
    for _ in range(round(SETTLING / _INTERVAL)):
        if not left:
            break
        await asyncio.sleep(_INTERVAL)
        left = inventory().beyond(before)
    return left


def _counts(thread: threading.Thread) -> bool:
    # The loop's executor keeps its threads ("asyncio_0") until the loop is closed.
    ours = thread.name.startswith("navtalk")
    return ours or not (thread.daemon or thread.name.startswith("asyncio_"))


def _described(connection: tuple[Any, ...]) -> str:
    fd, family, kind, local, remote = connection
    return f"{fd} ({socket.AddressFamily(family).name}, {socket.SocketKind(kind).name}) {local} → {remote}"


def _name(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline()) or process.name()
    except psutil.Error:
        return "(gone)"

"""Runs benchmarks, each in a process of its own, so that none costs the others their figures or their time."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

import psutil

from tests.benchmarks.figure import Failure, Finding

ENDING_S = 20.0
"""For a benchmark to end its browser, service and notebook server by itself."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A module beside this one, whose `measure` yields findings.

    Attributes:
        name: of the module.
        limit_s: after which it is ended.
        always: whether it belongs to a run of all.
    """

    name: str
    limit_s: float
    always: bool = True


def run(benchmark: Benchmark, log: Path) -> Iterator[Finding]:
    """Run one, and yield what it finds as it finds it; at last a `Failure` if it does not come to its end.

    Args:
        benchmark: which.
        log: takes what its process writes to its standard output and standard error.
    """
    context = multiprocessing.get_context("spawn")
    findings, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(benchmark.name, sender, log))
    process.start()
    sender.close()
    deadline = time.monotonic() + benchmark.limit_s
    failed = False
    try:
        while findings.poll(max(0.0, deadline - time.monotonic())):
            try:
                found: Finding = findings.recv()
            except EOFError:
                process.join(ENDING_S)
                if process.exitcode and not failed:
                    yield Failure(benchmark.name, f"its process ended with exit code {process.exitcode}; see {log}")
                return
            failed = failed or isinstance(found, Failure)
            yield found
        yield Failure(benchmark.name, f"it was not ready after {benchmark.limit_s:.0f} s, and was ended; see {log}")
    finally:
        _end(process)
        findings.close()


def _work(name: str, findings: Connection, log: Path) -> None:
    if hasattr(os, "setsid"):
        os.setsid()  # Ctrl-C on the terminal is for the run, which ends what it has begun
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
    with log.open("w") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())
    try:
        for found in importlib.import_module(f"tests.benchmarks.{name}").measure():
            findings.send(found)
    except Exception as error:
        findings.send(Failure(name, f"{type(error).__name__}: {_first_line(error)}; see {log}"))
        raise


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else "it says no more"


def _end(process: SpawnProcess) -> None:
    """Have the process end what it began; whatever is left of that is killed."""
    family: list[psutil.Process] = []
    with suppress(psutil.NoSuchProcess):
        family = psutil.Process(process.pid).children(recursive=True)
    if process.is_alive() and process.pid is not None:
        os.kill(process.pid, signal.SIGINT)
        process.join(ENDING_S)
    if process.is_alive():
        process.kill()
        process.join()
    for each in family:
        with suppress(psutil.NoSuchProcess):
            each.kill()

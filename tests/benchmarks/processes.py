"""What other processes use."""

from __future__ import annotations

import time

import psutil


class Meter:
    """Measures how much of a core a process uses.

    Args:
        process: whose time is counted from now on.
    """

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._used, self._began = processor_s(process), time.monotonic()

    def share(self) -> float:
        """Of one core, since the beginning."""
        return (processor_s(self._process) - self._used) / (time.monotonic() - self._began)


def processor_s(process: psutil.Process) -> float:
    """Seconds of the processor that a process has used itself."""
    times = process.cpu_times()
    return float(times.user + times.system)


def service() -> psutil.Process:
    """The local service that this process has started."""
    return next(child for child in psutil.Process().children() if "navtalk_widget.local" in child.cmdline())

"""A cell that computes until a test has seen enough."""

from __future__ import annotations

from pathlib import Path

LIMIT_S = 150


def computing(enough: Path) -> str:
    """Python that holds the interpreter's lock as much as code can, until a file is there, or for `LIMIT_S`.

    It leaves ``began`` and ``ended``, in seconds since 1970, and ``in_time``: whether the file came.
    """
    return f"""
import pathlib, time
began, total = time.time(), 0
while not (in_time := pathlib.Path({str(enough)!r}).exists()) and time.time() < began + {LIMIT_S}:
    for _ in range(1000):
        total += sum(range(1000))      # in pure Python
ended = time.time()
"""

"""What a transcript costs at 10² to 10⁵ turns."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from navtalk_widget.transcript import Transcript, Turn
from tests.benchmarks.figure import Figure, Finding, Step, amount
from tests.support.talks import long_talk

LENGTHS = (100, 1_000, 10_000, 100_000)
PANDAS_LIMIT_S = 0.5
SAME = 2.0
"""As far as this times, a cost of microseconds counts as the same."""

EVENTS = 2_000
REPEATED = 3


def measure() -> Iterator[Finding]:
    """Report the figures."""
    transcript = long_talk(10)
    _row(transcript, 0.0, _once(transcript.to_pandas))  # loading what all this needs is not what is measured
    one_more, to_pandas = [], []
    for length in LENGTHS:
        transcript = long_talk(length)
        one_more.append(_one_more(transcript))
        to_pandas.append(_fastest(transcript.to_pandas))
        yield Step("Growth with the number of turns", _row(transcript, one_more[-1], to_pandas[-1]))
    yield Figure(
        what=f"transcript of {LENGTHS[-1]:,} turns, with latencies and tools, to pandas",
        measured=f"{amount(to_pandas[-1])} s",
        budget=f"≤ {PANDAS_LIMIT_S} s",
        met=to_pandas[-1] <= PANDAS_LIMIT_S,
        n=REPEATED,
    )
    yield Figure(
        what=f"one more event at {LENGTHS[-1]:,} turns",
        measured=f"{amount(1e6 * one_more[-1])} µs",
        baseline=f"at {LENGTHS[0]} turns: {amount(1e6 * one_more[0])} µs",
        ratio=one_more[-1] / one_more[0],
        budget=f"the same at any length (≤ {SAME:g} ×)",
        met=one_more[-1] <= SAME * one_more[0],
        n=EVENTS,
    )


def _row(transcript: Transcript, one_more: float, to_pandas: float) -> dict[str, str]:
    row = {
        "turns": f"{len(transcript):,}",
        "one more event": f"{amount(1e6 * one_more)} µs",
        "to_pandas": _milliseconds(to_pandas),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("jsonl", transcript.to_jsonl), ("parquet", transcript.to_parquet)):
            path = Path(folder) / f"talk.{name}"
            row[f"{name} written"] = _milliseconds(_once(lambda write=write, path=path: write(path)))  # type: ignore[misc]
            row[f"{name} read"] = _milliseconds(_once(lambda path=path: Transcript.read(path)))  # type: ignore[misc]
            row[f"{name}, size"] = f"{path.stat().st_size / 1e6:.2f} MB"
    return row


def _one_more(transcript: Transcript) -> float:
    """Seconds, in the median, for each change of a turn that is being said, every tenth of which begins a new one."""
    last = transcript.last()
    assert last is not None
    took = []
    turn: Turn = last
    for number in range(EVENTS):
        if number % 10 == 0:
            turn = replace(last, id=f"more_{number}", started_at=last.started_at + timedelta(seconds=1 + number))
        else:
            turn = replace(turn, text=f"{turn.text} and")
        began = time.perf_counter()
        transcript = transcript.with_turn(turn)
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def _fastest(work: Callable[[], object]) -> float:
    return min(_once(work) for _ in range(REPEATED))


def _once(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _milliseconds(seconds: float) -> str:
    return f"{amount(1000 * seconds)} ms"

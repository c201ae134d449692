"""Run the benchmarks, and write what they find as one Markdown document: ``python -m tests.benchmarks``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tests.benchmarks.document import document
from tests.benchmarks.figure import Failure, Figure, Finding, Step
from tests.benchmarks.machine import describe
from tests.benchmarks.running import Benchmark, run

BENCHMARKS = (
    Benchmark("library", 90.0),
    Benchmark("transcript", 150.0),
    Benchmark("microphone", 90.0),
    Benchmark("notebook", 400.0),
    Benchmark("offset", 240.0),
    Benchmark("processor", 150.0),
    Benchmark("answers", 180.0),
    Benchmark("sessions", 270.0),
    Benchmark("batches", 150.0),
    Benchmark("soak", 600.0, always=False),
    Benchmark("video", 600.0, always=False),
    Benchmark("recognition", 1_200.0, always=False),
)

FAILED, INTERRUPTED = 1, 130
"""Exit codes. A budget that is not met is a figure and no failure."""


def main() -> int:
    """Run what is asked for."""
    arguments = _arguments()
    chosen = [each for each in BENCHMARKS if (each.name in arguments.only if arguments.only else each.always)]
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    head = describe()
    findings: list[Finding] = []
    interrupted = False
    try:
        _run(chosen, findings, arguments.out.parent)
    except KeyboardInterrupt:
        interrupted = True
    text = document(head, findings, ended_early=interrupted)
    arguments.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    if interrupted:
        return INTERRUPTED
    return FAILED if any(isinstance(each, Failure) for each in findings) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    names = [each.name for each in BENCHMARKS]
    parser.add_argument(
        "--only",
        action="append",
        choices=names,
        metavar="NAME",
        help=f"run this one; may be given several times. One of {', '.join(names)}; "
        f"without it, all but {', '.join(each.name for each in BENCHMARKS if not each.always)}",
    )
    parser.add_argument("--out", type=Path, default=Path("build/benchmarks.md"), help="default: %(default)s")
    return parser.parse_args()


def _run(chosen: Sequence[Benchmark], findings: list[Finding], folder: Path) -> None:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=len(chosen))
        for benchmark in chosen:
            progress.update(task, description=f"{benchmark.name} (at most {benchmark.limit_s:.0f} s)")
            for found in run(benchmark, folder / f"benchmark_{benchmark.name}.log"):
                findings.append(found)
                console.print(_in_a_line(found), markup=False, highlight=False)
            progress.advance(task)


def _in_a_line(found: Finding) -> str:
    match found:
        case Figure():
            beside = f"  |  {found.baseline}" if found.baseline else ""
            budget = f"  |  budget {found.budget}{'' if found.met else ', NOT MET'}" if found.budget else ""
            return f"{found.what}: {found.measured}{beside}{budget}"
        case Step():
            return f"{found.table}: {', '.join(f'{name} {value}' for name, value in found.cells.items())}"
        case Failure():
            return f"{found.benchmark} FAILED: {found.why}"


if __name__ == "__main__":
    sys.exit(main())

"""How much of a core one session with voice and picture costs the service, beside aiortc used as its examples do."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import psutil

from tests.benchmarks import processes
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import Meter
from tests.benchmarks.watching import Viewer, watched, watched_process, without_decoding
from tests.support.flite import flite, silence
from tests.support.local_service import local_service

LICENSE = "sk_navtalk_processor"
CHARACTER = "navtalk.Leo"

LOOK_S = 12.0
SETTLE_S = 3.0
LIMIT = 0.15
LEAST_PACKETS = 20
"""Pictures a second, below which the baseline would be cheap because it sends none."""


def measure() -> Iterator[Figure]:
    """Report the figures."""
    with without_decoding():
        with local_service(LICENSE) as url:
            service = processes.service()
            idle, talking, both = asyncio.run(_session(url, service))
            memory = service.memory_info().rss / 2**20
        with _naive() as process:
            naive = asyncio.run(_naive_session(process))
    yield Figure(
        what="CPU of the service, one talking session, 320×400 at 25 fps, VP8",
        measured=_percent(talking),
        baseline=f"aiortc with an RGB picture each frame, drawing not counted: {_percent(naive)}",
        ratio=talking / naive,
        budget=f"≤ {_percent(LIMIT)} of a core",
        met=talking <= LIMIT,
    )
    yield Figure(what="the same while nobody talks", measured=_percent(idle))
    yield Figure(what="the same while both talk", measured=_percent(both))
    yield Figure(what="memory of the service with one session", measured=f"{memory:.0f} MiB")


async def _session(url: str, service: psutil.Process) -> tuple[float, float, float]:
    async with watched(url, LICENSE, CHARACTER) as (client, viewer):
        idle = await _share(service, viewer)
        await client.ask("Please count to one hundred.")
        talking = await _share(service, viewer)
        phrase = np.concatenate((flite("and what do you think about the weather"), silence(1.5)))
        speaking = asyncio.create_task(client.hear(np.tile(phrase, 12), in_real_time=True))
        try:
            both = await _share(service, viewer)
        finally:
            speaking.cancel()
            await asyncio.gather(speaking, return_exceptions=True)
    return idle, talking, both


async def _naive_session(process: subprocess.Popen[str]) -> float:
    async with watched_process(process) as viewer:
        return await _share(psutil.Process(process.pid), viewer)


async def _share(process: psutil.Process, viewer: Viewer) -> float:
    await asyncio.sleep(SETTLE_S)
    before = await viewer.packets("video")
    meter = Meter(process)
    await asyncio.sleep(LOOK_S)
    share = meter.share()
    packets = await viewer.packets("video") - before
    assert packets >= LEAST_PACKETS * LOOK_S, f"only {packets} packets of video came in {LOOK_S:.0f} s"
    return share


@contextmanager
def _naive() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.benchmarks.naive_aiortc"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    try:
        yield process
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"

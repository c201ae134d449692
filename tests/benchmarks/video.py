"""What the picture costs, by codec and size."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import psutil

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.avatar.faces import Faces
from navtalk_widget.local.avatar.life.live import LiveFace
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.rtc.picture_encoder import VIDEO_STEP, PictureEncoder, VideoCodec
from navtalk_widget.local.speech.synthesizers.espeak import EspeakSynthesizer
from tests.benchmarks.figure import Step
from tests.benchmarks.processes import Meter
from tests.local.avatar_viewer import viewing
from tests.local.second_generation import chatting_with

SIZES = ((320, 400), (480, 600), (720, 900))
CODECS: tuple[VideoCodec, ...] = ("vp8", "h264")
CHARACTER = "navtalk.Leo"
TEXT = "The five boxing wizards jump quickly, and nobody minds. How about you, would you like to jump, too?"

SESSIONS = 3
LOOK_S = 12.0


def measure() -> Iterator[Step]:
    """Report the figures."""
    for size in SIZES:
        cells = asyncio.run(_pictures(size))
        yield Step("Processor time for each picture, one thread, median / 95th percentile", cells)
    for size in SIZES:
        for codec in CODECS:
            cells = asyncio.run(_sessions(size, codec))
            yield Step(f"The service with {SESSIONS} sessions that are watched", cells)


async def _pictures(size: tuple[int, int]) -> dict[str, str]:
    faces = Faces()
    face = await faces.face(CHARACTER, size)
    await faces.close()
    cells = {"size": _name(size)}
    for talking in (False, True):
        now = [0.0]
        playout = Playout(lambda now=now: now[0])  # type: ignore[misc]
        if talking:
            for piece in EspeakSynthesizer().synthesize(TEXT, voice="cedar", language="en"):
                playout.say(piece)
        live = LiveFace(face, playout)
        encoders = {codec: PictureEncoder(codec, size) for codec in CODECS}
        times: dict[str, list[float]] = {"drawn": [], **{codec: [] for codec in CODECS}}
        for position in range(0, 5 * SAMPLE_RATE, VIDEO_STEP):
            now[0] = position / SAMPLE_RATE
            began = time.thread_time()
            picture = live.frame_at(position)
            times["drawn"].append(time.thread_time() - began)
            for codec, encoder in encoders.items():
                began = time.thread_time()
                encoder.encode(picture, position)
                times[codec].append(time.thread_time() - began)
        for work, seconds in times.items():
            cells[f"{work}, {'talking' if talking else 'idle'}"] = _milliseconds(seconds)
    return cells


def _milliseconds(seconds: list[float]) -> str:
    p50, p95 = np.percentile(seconds[5:], [50, 95]) * 1_000  # the first ones fill caches and are key frames
    return f"{p50:.2f} / {p95:.2f} ms"


def _name(size: tuple[int, int]) -> str:
    return f"{size[0]}×{size[1]}"


async def _sessions(size: tuple[int, int], codec: VideoCodec) -> dict[str, str]:
    with _service(size, codec) as (url, process):
        service: Any = SimpleNamespace(url=url)
        async with AsyncExitStack() as stack:
            await _watch(stack, service)  # what all sessions share is there with the first
            await asyncio.sleep(3.0)
            alone = process.memory_info().rss
            clients = [await _watch(stack, service) for _ in range(SESSIONS - 1)]
            await asyncio.sleep(3.0)
            memory = (process.memory_info().rss - alone) / (SESSIONS - 1)
            idle = await _share(process)
            for client in clients:
                await client.ask("Please count to one hundred.")
            await asyncio.sleep(3.0)
            talking = (await _share(process) - idle / SESSIONS) / (SESSIONS - 1)
    return {
        "size": _name(size),
        "codec": codec,
        "CPU per session, idle": f"{100 * idle / SESSIONS:.1f} %",
        "talking": f"{100 * talking:.1f} %",
        "sessions per core": f"{1 / talking:.0f}",
        "memory per session": f"{memory / 2**20:.1f} MiB",
    }


async def _watch(stack: AsyncExitStack, service: Any) -> Any:
    client = await stack.enter_async_context(chatting_with(service, f"license=sk_1&name={CHARACTER}"))
    viewer = await stack.enter_async_context(viewing(client))
    await viewer.accept()
    await viewer.sees(10)
    return client


async def _share(process: psutil.Process) -> float:
    meter = Meter(process)
    await asyncio.sleep(LOOK_S)
    return meter.share()


@contextmanager
def _service(size: tuple[int, int], codec: VideoCodec) -> Iterator[tuple[str, psutil.Process]]:
    options = ["--port", "0", "--responder", "builtin", "--synthesizer", "espeak", "--recognizer", "pocketsphinx"]
    looks = ["--video-size", f"{size[0]}x{size[1]}", "--video-codec", codec]
    command = [sys.executable, "-m", "navtalk_widget.local", *options, *looks]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        line = ""
        while "listening on " not in line:
            line = process.stderr.readline()
            assert line, "the service ended"
        yield line.split("listening on ")[1].strip(), psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(15)

"""What 1 to 20 conversations at the same time cost the local service, and how long each waits for its answers.

All are watched and talk as people do: somebody speaks in real time, the avatar answers in voice and picture, is
listened to for a while and is cut short by the next question.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import numpy as np
import psutil
from numpy.typing import NDArray

from tests.benchmarks import processes
from tests.benchmarks.answers import SENTENCES, VOICES, Person, Turn
from tests.benchmarks.figure import Step, amount
from tests.benchmarks.processes import Meter
from tests.benchmarks.watching import watched, without_decoding
from tests.local.second_generation import SecondGenerationClient
from tests.support.flite import flite
from tests.support.local_service import local_service

LICENSE = "sk_navtalk_sessions"
CHARACTER = "navtalk.Leo"

SESSIONS = (1, 2, 5, 10, 20)
LOOK_S = 12.0
"""In which everybody begins new questions."""
LISTENS_S = 2.0
SETTLE_S = 2.0
SAID = tuple(sentence for sentence in SENTENCES if 15 < len(sentence) < 45)[:8]

Speech = tuple[str, NDArray[np.int16]]


def measure() -> Iterator[Step]:
    """Report the figures."""
    said = [(sentence, flite(sentence, VOICES[place % len(VOICES)])) for place, sentence in enumerate(SAID)]
    with without_decoding(), local_service(LICENSE) as url:
        service = processes.service()
        *_, base = asyncio.run(_talk(url, service, 1, said))  # loads what all conversations share
        for count in SESSIONS:
            turns, share, held = asyncio.run(_talk(url, service, count, said))
            waits = [wait for turn in turns if (wait := turn.between("stopped", "sound")) is not None]
            yield Step(
                "Growth with the number of sessions, each with voice and picture, 320×400",
                {
                    "sessions": str(count),
                    "CPU of the service": f"{100 * share:.0f} % of a core",
                    "CPU per session": f"{100 * share / count:.1f} %",
                    "memory of the service": f"{held:.0f} MiB",
                    "memory for each further session": f"{(held - base) / (count - 1):.1f} MiB" if count > 1 else "",
                    "end of speech → first sound, p50": _at(50, waits),
                    "p95": _at(95, waits),
                    "answers": f"{len(waits)} of {len(turns)} within their time",
                },
            )


def _at(q: float, waits: list[float]) -> str:
    return f"{amount(float(np.percentile(waits, q)))} ms" if waits else "none came"


async def _talk(url: str, service: psutil.Process, count: int, said: list[Speech]) -> tuple[list[Turn], float, float]:
    """Every answer there was, and meanwhile the service's share of a core and at last its memory in MiB."""
    async with AsyncExitStack() as stack:
        clients = []
        for _ in range(count):
            client, _viewer = await stack.enter_async_context(watched(url, LICENSE, CHARACTER))
            clients.append(client)
        await asyncio.sleep(SETTLE_S)
        meter = Meter(service)
        talks = [_converse(client, place, count, service, said) for place, client in enumerate(clients)]
        turns = [turn for each in await asyncio.gather(*talks) for turn in each]
        return turns, meter.share(), service.memory_info().rss / 2**20


async def _converse(
    client: SecondGenerationClient, place: int, count: int, service: psutil.Process, said: list[Speech]
) -> list[Turn]:
    loop = asyncio.get_running_loop()
    person = Person(client.socket)
    tasks = [asyncio.create_task(person.microphone()), asyncio.create_task(person.ears())]
    ends = loop.time() + LOOK_S
    turns: list[Turn] = []
    try:
        await asyncio.sleep(4.0 * place / count)  # people do not speak in chorus
        while loop.time() < ends:
            sentence, sound = said[(place + len(turns)) % len(said)]
            turns.append(await person.say(sentence, sound, service, listens_s=LISTENS_S))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return turns

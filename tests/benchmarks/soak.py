"""Whether anything is left behind: many interruptions, many turns, many conversations at once.

The benchmark does it at full size; the tests do less of the same.
"""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import numpy as np
import psutil
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.recognizer import Recognition
from navtalk_widget.engines.responder import ResponseRequest, ToolCall
from navtalk_widget.engines.spoken import Phoneme, SpokenPiece, Word
from navtalk_widget.local.engines.engines import Engines
from navtalk_widget.local.talk.speaker import Speaker
from navtalk_widget.protocol import events
from tests.benchmarks.figure import Figure
from tests.local.talking import Talk, talking
from tests.support.flite import flite, silence

BARGE_INS = 50
TURNS = 1_000
SESSIONS = 20


class Instantly:
    """Answers at once, in one sentence; or goes on for ever, one clause after another."""

    def __init__(self, *, endless: bool = False) -> None:
        self._endless = endless

    async def respond(self, request: ResponseRequest) -> AsyncIterator[str | ToolCall]:
        yield "Certainly, my friend. "
        while self._endless:
            yield "And there is more to say. "

    def language(self, request: ResponseRequest) -> str:
        return "en"


class Beep:
    """A voice that costs nothing: as many milliseconds for each word."""

    def __init__(self, word_ms: int) -> None:
        self._word = SAMPLE_RATE * word_ms // 1000

    def synthesize(self, text: str, *, voice: str, language: str) -> Iterator[SpokenPiece]:
        words = text.split()
        size = self._word * len(words)
        pcm = (3_000 * np.sin(np.arange(size) / 20)).astype(np.int16)
        each = self._word / SAMPLE_RATE
        times = tuple(Word(word, place * each) for place, word in enumerate(words))
        yield SpokenPiece(text, pcm, (Phoneme("ɑ", 0.0, size / SAMPLE_RATE),), times)


class Understands:
    """Ears that cost nothing."""

    def start(self, after: Recognition | None = None, *, language: str = "") -> Understands:
        return self

    def feed(self, samples: NDArray[np.int16]) -> str:
        return ""

    def finish(self) -> str:
        return "please stop"

    def abandon(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the process has at a moment."""

    tasks: int
    threads: int
    files: int
    megabytes: float

    @staticmethod
    def now() -> Holdings:
        """Count."""
        gc.collect()
        process = psutil.Process()
        memory = process.memory_info().rss / 2**20
        return Holdings(len(asyncio.all_tasks()), threading.active_count(), process.num_fds(), memory)

    def since(self, before: Holdings) -> Holdings:
        """What came in addition."""
        return Holdings(
            self.tasks - before.tasks,
            self.threads - before.threads,
            self.files - before.files,
            self.megabytes - before.megabytes,
        )

    def __str__(self) -> str:
        return f"{self.tasks:+d} tasks, {self.threads:+d} threads, {self.files:+d} files, {self.megabytes:+.1f} MB"


@asynccontextmanager
async def engines(*, endless: bool = False, word_ms: int = 5) -> AsyncIterator[Engines]:
    """Engines that cost next to nothing."""
    shared = Engines(Instantly(endless=endless), speaker=Speaker(Beep(word_ms)), recognizer=Understands())
    try:
        yield shared
    finally:
        await shared.close()


async def barge_in(count: int) -> Holdings:
    """Interrupt an avatar that never ends by itself, time after time; return what is left of it.

    Raises:
        AssertionError: an interruption was not one.
    """
    person = np.concatenate((flite("excuse me please"), silence(0.7)))
    async with engines(endless=True, word_ms=200) as shared, talking(shared) as talk:
        await talk.say(events.ResponseCreate())
        await _interrupt(talk, person)
        before = Holdings.now()
        for _ in range(count):
            await _interrupt(talk, person)
        after = Holdings.now()
        cancelled = [done for done in talk.of(events.ResponseDone) if done.response.status == "cancelled"]
        assert len(cancelled) <= 1 + count
    return after.since(before)


async def _interrupt(talk: Talk, person: NDArray[np.int16]) -> None:
    playout = talk.conversation.playout
    await talk.until(events.AudioDelta)
    assert playout.speaking
    talk.skip()
    await talk.hear(person)
    done = await talk.until(events.ResponseDone)
    assert done.response.status == "cancelled"
    await talk.until(events.ResponseCreated)
    assert not playout.held
    talk.log.clear()
    talk._read = 0


async def take_turns(count: int) -> Holdings:
    """Ask for something in writing and wait for the answer, time after time; return what is left of it."""
    async with engines() as shared, talking(shared) as talk:

        async def ask(times: int) -> None:
            for number in range(times):
                await talk.write(f"Question number {number}")
                done = await talk.ask()
                assert done.response.status == "completed"
                await talk.conversation.playout.reach(talk.conversation.playout.ends_at)
                talk.log.clear()
                talk._read = 0

        await ask(max(20, count // 5))  # fills what is remembered
        before = Holdings.now()
        await ask(count)
        return Holdings.now().since(before)


async def converse_at_once(sessions: int, turns: int) -> Holdings:
    """Hold many conversations at once, each with spoken and written turns and interruptions; return what is left."""
    person = np.concatenate((flite("excuse me please"), silence(0.7)))

    async def converse(shared: Engines) -> None:
        async with talking(shared) as talk:
            for number in range(turns):
                await talk.write(f"Question number {number}")
                await talk.say(events.ResponseCreate())
                await talk.until(events.AudioDelta)
                await talk.hear(person)
                await talk.until(events.InputTranscriptionCompleted)
                await talk.until(events.ResponseDone)
            assert not talk.errors

    async with engines(word_ms=150) as shared:
        await asyncio.gather(*(converse(shared) for _ in range(sessions)))  # allocators keep what they once had
        before = Holdings.now()
        await asyncio.gather(*(converse(shared) for _ in range(sessions)))
        return Holdings.now().since(before)


def measure() -> Iterator[Figure]:
    """Report what is left behind, in process, with engines that cost nothing."""
    for what, work in (
        (f"{BARGE_INS} interruptions in a row", barge_in(BARGE_INS)),
        (f"{TURNS} turns in one conversation", take_turns(TURNS)),
        (f"{SESSIONS} conversations at once, 5 turns each", converse_at_once(SESSIONS, 5)),
    ):
        began, used = time.monotonic(), sum(os.times()[:2])
        left = asyncio.run(work)
        took = f"in {time.monotonic() - began:.1f} s ({sum(os.times()[:2]) - used:.1f} s of the processor)"
        yield Figure(what=f"left behind by {what}", measured=f"{left} {took}")

"""How prompt the avatar is: from the end of a person's speech to the first sound of the answer.

The service runs as its own process with the built-in engines; the person is flite, heard in real time over a socket.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_bytes
from tests.benchmarks import processes
from tests.benchmarks.figure import Figure, Step, spread
from tests.support.flite import flite, silence
from tests.support.local_service import local_service

LICENCE = "sk_bench"
BLOCK = SAMPLE_RATE // 50
PATIENCE_S = 20.0

SENTENCES = (
    "Hello, how are you today?",
    "What is your name?",
    "What is the weather in Paris?",
    "What time is it?",
    "How much is seven times eight?",
    "Please tell me a story about the sea.",
    "Thank you very much.",
    "Can you help me with my homework?",
    "Yes.",
    "I would like to know more about the history of the city of London.",
    "Where were you born?",
    "Good morning.",
    "How old are you?",
    "Tell me something interesting about the moon and the stars.",
    "What can you do?",
    "I am going to visit my brother in the country next week, and we will walk in the hills if it does not rain.",
    "Do you like music?",
    "No, not really.",
    "What is the capital of France?",
    "My favorite color is blue.",
    "Please count to ten.",
    "How do I get to the station from here?",
    "It was a very long day and I am tired.",
    "Who are you?",
    "Let us talk about something else.",
    "Could you repeat that please?",
    "I have two dogs and three cats.",
    "What day is it today?",
    "The train was late again this morning, so I missed the first part of the meeting, and nobody had kept any notes.",
    "Goodbye.",
    "What do you think about that?",
    "Tell me a joke.",
)
VOICES = ("slt", "awb", "rms")

STAGES = (
    ("speech_stopped → final transcript", "stopped", "transcript"),
    ("final transcript → response.created", "transcript", "created"),
    ("response.created → first words", "created", "text"),
    ("first words → first sound", "text", "sound"),
    ("speech_stopped → first sound", "stopped", "sound"),
)


@dataclass(slots=True)
class Turn:
    """When what came of one utterance, in seconds by the monotonic clock; `processor` is the service's time for it."""

    sentence: str
    at: dict[str, float] = field(default_factory=dict)
    heard: str = ""
    processor: float = 0.0

    def between(self, first: str, last: str) -> float | None:
        """Milliseconds, if both came."""
        return 1000 * (self.at[last] - self.at[first]) if first in self.at and last in self.at else None


class Person:
    """Talks to the service: their microphone is always on, as a page's is."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._speech: NDArray[np.int16] = np.zeros(0, np.int16)
        self._turn = Turn("")
        self._changed = asyncio.Event()
        self._noise = np.random.default_rng(0)

    async def microphone(self) -> None:
        """Send sound in real time, for ever."""
        began, sent = time.monotonic(), 0
        while True:
            block, self._speech = self._speech[:BLOCK], self._speech[BLOCK:]
            if block.size and not self._speech.size:
                self._turn.at["said"] = time.monotonic()
            sound = self._noise.normal(0.0, 12.0, BLOCK)
            sound[: block.size] += block
            await self._say("input_audio_buffer.append", audio=_text(np.clip(sound, -32768, 32767).astype(np.int16)))
            sent += BLOCK
            await asyncio.sleep(max(0.0, began + sent / SAMPLE_RATE - time.monotonic()))

    async def ears(self) -> None:
        """Note when what comes."""
        places = {
            "input_audio_buffer.speech_started": "started",
            "input_audio_buffer.speech_stopped": "stopped",
            "conversation.item.input_audio_transcription.completed": "transcript",
            "response.created": "created",
            "response.audio_transcript.delta": "text",
            "response.audio.delta": "sound",
            "response.done": "done",
        }
        async for text in self._socket:
            now = time.monotonic()
            message: dict[str, Any] = json.loads(text)
            place = places.get(message["type"].removeprefix("realtime."))
            if place in ("started", "stopped", "transcript"):
                self._turn.at[place] = now  # the last one counts where somebody stops to think
            elif place is not None:
                self._turn.at.setdefault(place, now)
            if place == "transcript":
                self._turn.heard += message.get("transcript", "") + " "
            self._changed.set()

    async def say(
        self, sentence: str, sound: NDArray[np.int16], process: psutil.Process, *, listens_s: float = 0.0
    ) -> Turn:
        """Say a sentence, wait until the answer sounds, listen for a while, and interrupt it."""
        used = processes.processor_s(process)
        turn = self._turn = Turn(sentence)
        self._speech = np.concatenate((silence(0.3), sound))
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._until("sound"), PATIENCE_S)
        turn.processor = processes.processor_s(process) - used
        await asyncio.sleep(listens_s)
        await self._say("response.cancel")
        await asyncio.sleep(0.6)
        return turn

    async def _until(self, place: str) -> None:
        while place not in self._turn.at:
            self._changed.clear()
            await self._changed.wait()

    async def _say(self, type: str, **fields: Any) -> None:
        await self._socket.send(json.dumps({"type": type, **fields}))


async def _talk(url: str, process: psutil.Process) -> list[Turn]:
    sounds = [flite(sentence, VOICES[place % len(VOICES)]) for place, sentence in enumerate(SENTENCES)]
    query = f"license={LICENCE}&characterName=navtalk.Leo"
    async with connect(f"{url}/api/realtime-api?{query}", max_size=None, compression=None) as socket:
        await socket.send(json.dumps({"type": "session.update", "session": {}}))
        person = Person(socket)
        tasks = [asyncio.create_task(person.microphone()), asyncio.create_task(person.ears())]
        try:
            await asyncio.sleep(1.0)
            return [await person.say(*each, process) for each in zip(SENTENCES, sounds, strict=True)]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def measure() -> Iterator[Figure | Step]:
    """Report the figures."""
    with local_service(LICENCE) as url:
        turns = asyncio.run(_talk(url, processes.service()))
    for what, first, last in STAGES:
        values = [value for turn in turns if (value := turn.between(first, last)) is not None]
        yield spread(f"built-in engines, over the main socket: {what}", values)
    yield spread("processor time of the service for each spoken turn", [1000 * turn.processor for turn in turns])
    slowest = sorted(turns, key=lambda turn: turn.between("stopped", "sound") or 0.0)[-3:]
    for turn in reversed(slowest):
        stages = {what: f"{turn.between(first, last) or 0:.0f} ms" for what, first, last in STAGES}
        yield Step("The slowest answers over the main socket", {"said": turn.sentence, **stages})


def _text(sound: NDArray[np.int16]) -> str:
    return base64.b64encode(to_bytes(sound)).decode()

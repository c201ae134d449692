"""A microphone that hears recordings, at the speed of speech."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, to_bytes
from navtalk_widget.audio.resample import resample
from navtalk_widget.audio.wav import read_wav

BLOCK_SECONDS = 0.02

_BLOCK = round(BLOCK_SECONDS * SAMPLE_RATE)
_SILENCE = bytes(2 * _BLOCK)

MAX_SECONDS = 600.0
"""How much sound may wait to be heard."""


@dataclass(slots=True)
class _Sound:
    pcm: bytes
    heard: asyncio.Future[None]
    position: int = 0


class WavMicrophone:
    """Feeds blocks of 20 ms to whatever takes them: silence, and the recordings that `play` is given.

    Inside ``async with`` the microphone is open, and silence flows whenever nothing plays, as from a real one.

    Args:
        append_audio: takes a block of PCM16 at 24,000 Hz, mono; ``Session.append_audio`` for instance. If it returns
            an awaitable, that is awaited.
    """

    def __init__(self, append_audio: Callable[[bytes], Awaitable[object] | object]) -> None:
        self._append_audio = append_audio
        self._sounds: deque[_Sound] = deque()
        self._task: asyncio.Task[None] | None = None
        self.blocks = 0
        """How many blocks were fed."""

    async def __aenter__(self) -> WavMicrophone:
        self._task = asyncio.create_task(self._feed(), name="wav-microphone")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def play(self, sound: Path | str | NDArray[np.int16], *, before: float = 0.0, after: float = 0.0) -> None:
        """Play a recording, after those that wait already, and return when its last block was fed.

        Args:
            sound: a WAV file, or mono PCM16 at 24,000 Hz.
            before: seconds of silence ahead of it.
            after: seconds of silence that belong to it.

        Raises:
            OverflowError: more than `MAX_SECONDS` of sound would wait.
            RuntimeError: the microphone is closed.
        """
        if self._task is None or self._task.done():
            raise RuntimeError("the microphone is closed")
        samples = resample(*read_wav(Path(sound)), SAMPLE_RATE) if isinstance(sound, Path | str) else sound
        parts: list[NDArray[Any]] = [_silence(before), samples, _silence(after)]
        pcm = to_bytes(np.concatenate(parts))
        waiting = sum(len(each.pcm) - each.position for each in self._sounds) + len(pcm)
        if waiting > MAX_SECONDS * 2 * SAMPLE_RATE:
            raise OverflowError(f"more than {MAX_SECONDS:g} s of sound would wait")
        queued = _Sound(pcm, asyncio.get_running_loop().create_future())
        self._sounds.append(queued)
        try:
            await queued.heard
        finally:
            if queued in self._sounds:  # nobody waits for it any more
                self._sounds.remove(queued)

    async def _feed(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        try:
            while True:
                taken = self._append_audio(self._next_block())
                if isinstance(taken, Awaitable):
                    await taken
                self.blocks += 1
                if self._sounds and self._sounds[0].position >= len(self._sounds[0].pcm):
                    heard = self._sounds.popleft().heard
                    if not heard.done():
                        heard.set_result(None)
                due += BLOCK_SECONDS
                await asyncio.sleep(max(0.0, due - loop.time()))
        finally:
            for sound in self._sounds:
                sound.heard.cancel()

    def _next_block(self) -> bytes:
        if not self._sounds:
            return _SILENCE
        sound = self._sounds[0]
        block = sound.pcm[sound.position : sound.position + len(_SILENCE)]
        sound.position += len(_SILENCE)
        return block.ljust(len(_SILENCE), b"\0")


def _silence(seconds: float) -> NDArray[np.int16]:
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.int16)

"""Sound that a client puts into a message instead of saying it: what words are in it."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.audio.resample import resample
from navtalk_widget.audio.sound_formats import SoundDecoder
from navtalk_widget.engines.recognizer import RECOGNITION_RATE, RecognitionError, Recognizer
from navtalk_widget.local.talk.history import ItemError, is_wordless
from navtalk_widget.protocol.items import Item

logger = logging.getLogger(__name__)

LONGEST_S = 120.0
"""Seconds of sound in one message; a longer one is refused."""

MAX_WAITING = 4
"""Messages with sound not yet understood; more are refused."""

TIMEOUT_S = 60.0
"""For the recogniser, by message; it has no words then."""

_STEP = RECOGNITION_RATE // 2


class Recordings:
    """Recognises the sound of one conversation's messages, one after another.

    Args:
        recognizer: shared with other conversations.
        on_words: called in the loop with an item's identifier and its words, ``""`` if there are none.
    """

    def __init__(self, recognizer: Recognizer, on_words: Callable[[str, str], None]) -> None:
        self._recognizer = recognizer
        self._on_words = on_words
        self.language = ""
        """That is spoken; see `Recognizer.start`."""
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[str]] = set()

    @property
    def under_way(self) -> bool:
        """Whether any words are not yet known."""
        return bool(self._tasks)

    def read(self, item: Item, format: str) -> NDArray[np.int16]:
        """Return the sound in an item that has no words of it, mono at 24,000 Hz; empty if there is none.

        Args:
            item: as the client created it.
            format: of its sound, see `SoundDecoder`.

        Raises:
            ItemError: the sound cannot be read or is too long, or too much waits already.
        """
        texts = [part.audio for part in item.content or () if is_wordless(part) and part.audio]
        try:
            sound = SoundDecoder(format).decode(b"".join(base64.b64decode(text, validate=True) for text in texts))
        except (ValueError, binascii.Error) as error:
            raise ItemError(f"item.content.audio: {error}.", "invalid_value") from error
        if sound.size > LONGEST_S * SAMPLE_RATE:
            raise ItemError(f"item.content.audio: no more than {LONGEST_S:.0f} s can be in one item.", "invalid_value")
        if sound.size and len(self._tasks) >= MAX_WAITING:
            raise ItemError("item.content.audio: too many items with sound wait to be understood.", "invalid_value")
        return sound

    def add(self, item_id: str, sound: NDArray[np.int16]) -> None:
        """Recognise what `read` returned."""
        task = asyncio.create_task(self._understand(sound), name="recording")
        self._tasks.add(task)
        task.add_done_callback(lambda task: self._understood(task, item_id))

    async def close(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _understand(self, sound: NDArray[np.int16]) -> str:
        given_up = threading.Event()
        try:
            async with self._turn:
                return await asyncio.wait_for(
                    asyncio.to_thread(self._recognise, sound, self.language, given_up), TIMEOUT_S
                )
        except RecognitionError as error:
            logger.warning("a recording was not understood: %s", error)
        except (TimeoutError, asyncio.TimeoutError):  # two classes before Python 3.11
            logger.warning("a recording was not understood within %.0f s", TIMEOUT_S)
        finally:
            given_up.set()  # the thread may still be at work
        return ""

    def _understood(self, task: asyncio.Task[str], item_id: str) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        fault = task.exception()
        if fault is not None:  # recognisers may be the user's own code; the conversation goes on
            logger.error("a recogniser failed", exc_info=fault)
        self._on_words(item_id, "" if fault is not None else task.result())

    def _recognise(self, sound: NDArray[np.int16], language: str, given_up: threading.Event) -> str:
        samples = resample(sound, SAMPLE_RATE, RECOGNITION_RATE)
        recognition = self._recognizer.start(language=language)
        finished = False
        try:
            for start in range(0, samples.size, _STEP):
                if given_up.is_set():
                    return ""
                recognition.feed(samples[start : start + _STEP])
            finished = True
            return recognition.finish()
        finally:
            if not finished:
                recognition.abandon()

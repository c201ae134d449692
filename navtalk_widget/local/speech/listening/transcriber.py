"""Recognising one conversation's utterances, one after another, in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.audio.resample import Resampler
from navtalk_widget.engines.recognizer import RECOGNITION_RATE, Recognition, RecognitionError, Recognizer
from navtalk_widget.local.speech.listening.heard import FinalTranscript, Heard, PartialTranscript, RecognitionFailed

STEP_S = 0.1
"""Seconds of sound given to the recogniser at a time: enough to make the hop to its thread worth while."""

LONGEST_STEP_S = 0.5
"""The same where sound waits already: on a busy machine each hop to the thread and back costs time."""

BACKLOG_S = 10.0
"""Seconds of sound of one utterance that may wait for a slow recogniser; the oldest is dropped beyond."""

SEGMENT_S = 60.0
"""Seconds after which the recogniser begins afresh within an utterance, for its memory grows with the length."""

SEGMENTS_KEPT = 4

ANSWER_LIMIT_S = 20.0
"""Seconds within which the recogniser must answer each time."""

_NOTHING = np.zeros(0, dtype=np.int16)

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class _Utterance:
    def __init__(self, number: int, language: str) -> None:
        self.number = number
        self.language = language
        self.blocks: deque[NDArray[np.int16]] = deque()
        self.waiting = 0  # samples in blocks
        self.ended = False
        self.abandoned = False
        self.failed = False
        self.recognition: Recognition | None = None
        self.resampler = Resampler(SAMPLE_RATE, RECOGNITION_RATE)
        self.segment = 0  # samples given to the present recognition
        self.earlier_text: deque[str] = deque(maxlen=SEGMENTS_KEPT)

    def take(self, count: int) -> NDArray[np.int16]:
        """Remove up to ``count`` samples of those that wait."""
        taken, size = [], 0
        while self.blocks and size < count:
            block = self.blocks.popleft()
            if block.size > count - size:
                self.blocks.appendleft(block[count - size :])
                block = block[: count - size]
            taken.append(block)
            size += block.size
        self.waiting -= size
        return np.concatenate(taken) if taken else np.zeros(0, dtype=np.int16)

    def text(self, latest: str) -> str:
        return " ".join(part for part in (*self.earlier_text, latest) if part)


class Transcriber:
    """Feeds a recogniser and reports what it understands.

    Utterances are begun, fed and ended from the event loop, which is never blocked; their transcripts come in order.

    Args:
        recognizer: shared with other conversations.
        report: called on the event loop with partial and final transcripts, and with failures.
    """

    def __init__(self, recognizer: Recognizer, report: Callable[[Heard], None]) -> None:
        self._recognizer = recognizer
        self._report = report
        self._utterances: deque[_Utterance] = deque()
        self._changed = asyncio.Event()
        self._previous: Recognition | None = None
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="navtalk-recogniser")
        self._task = asyncio.create_task(self._run(), name="navtalk-transcriber")

    @property
    def task(self) -> asyncio.Task[None]:
        """Runs until `close`; it ends earlier only through a fault of the recogniser, with its exception."""
        return self._task

    def begin(self, number: int, language: str = "") -> None:
        """Begin the next utterance; the one before must have been ended.

        Args:
            number: of the utterance.
            language: see `Recognizer.start`.
        """
        self._utterances.append(_Utterance(number, language))
        self._changed.set()

    def add(self, samples: NDArray[np.int16]) -> None:
        """Add sound to the newest utterance, mono int16 at 24,000 Hz."""
        utterance = self._utterances[-1]
        if utterance.failed:
            return
        utterance.blocks.append(samples)
        utterance.waiting += samples.size
        excess = utterance.waiting - round(BACKLOG_S * SAMPLE_RATE)
        if excess > 0:
            utterance.take(excess)
            _log.warning("the recogniser is slower than speech; %d samples of it are dropped", excess)
        self._changed.set()

    def end(self) -> None:
        """End the newest utterance; its final transcript follows."""
        self._utterances[-1].ended = True
        self._changed.set()

    def abandon(self) -> None:
        """Forget the newest utterance; nothing more is reported of it."""
        self._utterances[-1].abandoned = True
        self._changed.set()

    async def close(self) -> None:
        """Stop at once, whatever is under way, and end the thread."""
        self._task.cancel()
        await asyncio.wait([self._task], timeout=ANSWER_LIMIT_S)
        given_up = [asyncio.wrap_future(self._executor.submit(_forget, utterance)) for utterance in self._utterances]
        self._utterances.clear()
        self._executor.shutdown(wait=False)
        if given_up:
            await asyncio.wait(given_up, timeout=ANSWER_LIMIT_S)

    async def _run(self) -> None:
        while True:
            await self._wait_until(lambda: bool(self._utterances))
            utterance = self._utterances[0]
            try:
                await self._transcribe(utterance)
            except RecognitionError as error:
                await self._fail(utterance, str(error))
            except (TimeoutError, asyncio.TimeoutError):  # two classes before Python 3.11
                await self._fail(utterance, f"The recogniser did not answer within {ANSWER_LIMIT_S:g} s.")
            self._utterances.popleft()

    async def _transcribe(self, utterance: _Utterance) -> None:
        await self._in_thread(partial(_start, utterance, self._recognizer, self._previous))
        latest = ""
        step, longest = round(STEP_S * SAMPLE_RATE), round(LONGEST_STEP_S * SAMPLE_RATE)
        while not utterance.abandoned:
            await self._wait_until(lambda: utterance.waiting >= step or utterance.ended or utterance.abandoned)
            if utterance.abandoned or (utterance.ended and utterance.waiting <= longest):
                break
            samples = utterance.take(longest)
            if utterance.segment > SEGMENT_S * SAMPLE_RATE:
                await self._next_segment(utterance)
            text = utterance.text(await self._in_thread(partial(_feed, utterance, samples)))
            if text and text != latest and not utterance.ended and not utterance.abandoned:
                latest = text
                self._report(PartialTranscript(utterance.number, text))
        if utterance.abandoned:
            await self._in_thread(partial(_forget, utterance))
            return
        self._previous = utterance.recognition
        rest = utterance.take(utterance.waiting)
        text = utterance.text(await self._in_thread(partial(_finish, utterance, rest)))
        if not utterance.abandoned:
            self._report(FinalTranscript(utterance.number, text))

    async def _next_segment(self, utterance: _Utterance) -> None:
        finished = utterance.recognition
        utterance.earlier_text.append(await self._in_thread(partial(_finish, utterance, _NOTHING)))
        await self._in_thread(partial(_start, utterance, self._recognizer, finished))

    async def _fail(self, utterance: _Utterance, message: str) -> None:
        """Report a failure where the transcript would have come: after the end of the utterance."""
        utterance.failed = True
        utterance.blocks.clear()
        self._executor.submit(_forget, utterance)
        await self._wait_until(lambda: utterance.ended or utterance.abandoned)
        if not utterance.abandoned:
            self._report(RecognitionFailed(utterance.number, message))

    async def _wait_until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._changed.clear()
            await self._changed.wait()

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        # Not wait_for: before Python 3.12 that swallows a cancellation that comes together with the answer.
        try:
            answered, _ = await asyncio.wait([future], timeout=ANSWER_LIMIT_S)
        finally:
            future.cancel()
        if not answered:
            raise TimeoutError
        return future.result()


# These run in the executor's one thread, in the order they were submitted, so that a recognition that is begun
# just when its utterance is given up is always found and ended by what comes after.


def _start(utterance: _Utterance, recognizer: Recognizer, previous: Recognition | None) -> None:
    utterance.recognition = recognizer.start(previous, language=utterance.language)
    utterance.segment = 0
    utterance.resampler = Resampler(SAMPLE_RATE, RECOGNITION_RATE)


def _feed(utterance: _Utterance, samples: NDArray[np.int16]) -> str:
    if utterance.recognition is None:
        return ""
    utterance.segment += samples.size
    return utterance.recognition.feed(utterance.resampler.process(samples))


def _finish(utterance: _Utterance, rest: NDArray[np.int16]) -> str:
    if rest.size:
        _feed(utterance, rest)
    recognition, utterance.recognition = utterance.recognition, None
    if recognition is None:
        return ""
    recognition.feed(utterance.resampler.finish())
    return recognition.finish()


def _forget(utterance: _Utterance) -> None:
    recognition, utterance.recognition = utterance.recognition, None
    if recognition is not None:
        recognition.abandon()

"""Any function as a recogniser."""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.engines.recognizer import RECOGNITION_RATE, Recognition, RecognitionError, Recognizer
from navtalk_widget.errors import NavTalkError

RecognizerFunction: TypeAlias = Callable[[NDArray[np.int16], str], "str | Awaitable[str]"]

LONGEST_S = 65.0
"""Seconds of an utterance that are kept; the oldest are dropped beyond. The service ends utterances after 60 s."""


def from_callable(function: RecognizerFunction) -> Recognizer:
    """Make a recogniser of a function of an utterance.

    Args:
        function: takes the whole utterance, mono int16 of shape (samples,) at 16,000 Hz, and the language that is
            spoken, ``""`` where nobody said, and returns the words, ``""`` if there were none. It runs in a worker
            thread, so that it may take its time; an ``async`` function runs there in an event loop of its own.
    """
    return _CallableRecognizer(function)


class _CallableRecognizer:
    def __init__(self, function: RecognizerFunction) -> None:
        self._function = function

    def start(self, after: Recognition | None = None, *, language: str = "") -> Recognition:
        return _CallableRecognition(self._function, language)


class _CallableRecognition:
    def __init__(self, function: RecognizerFunction, language: str) -> None:
        self._function = function
        self._language = language
        self._blocks: deque[NDArray[np.int16]] = deque()
        self._size = 0

    def feed(self, samples: NDArray[np.int16]) -> str:
        self._blocks.append(samples)
        self._size += samples.size
        while self._size - self._blocks[0].size > LONGEST_S * RECOGNITION_RATE:
            self._size -= self._blocks.popleft().size
        return ""

    def finish(self) -> str:
        if not self._size:
            return ""
        utterance = np.concatenate(self._blocks)
        self.abandon()
        try:
            words: object = self._function(utterance, self._language)
            if inspect.isawaitable(words):
                words = asyncio.run(_result(words))
        except NavTalkError as error:
            raise RecognitionError(error.message, hint=error.hint, code=error.code) from error
        except Exception as error:
            # The function is the user's own and fails in any way it likes; the conversation goes on.
            raise RecognitionError(
                f"The recogniser's function failed: {type(error).__name__}: {error}.",
                hint="Correct the function that was given as recognizer=.",
            ) from error
        if not isinstance(words, str):
            raise RecognitionError(
                f"The recogniser's function returned {type(words).__name__} and not text.",
                hint='Let it return the words as str, "" if there were none.',
            )
        return " ".join(words.split())

    def abandon(self) -> None:
        self._blocks.clear()
        self._size = 0


async def _result(words: Awaitable[object]) -> object:
    return await words

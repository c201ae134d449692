"""Functions as recognisers."""

from __future__ import annotations

import asyncio
import threading

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.engines.recognizer import RECOGNITION_RATE, RecognitionError
from navtalk_widget.engines.recognizer_function import LONGEST_S, RecognizerFunction, from_callable
from navtalk_widget.errors import ServiceUnreachable

Pcm = NDArray[np.int16]


def recognise(function: RecognizerFunction, *blocks: Pcm, language: str = "") -> str:
    recognition = from_callable(function).start(language=language)
    for block in blocks:
        assert recognition.feed(block) == ""
    return recognition.finish()


def samples(*values: int) -> Pcm:
    return np.array(values, dtype=np.int16)


def test_a_function_gets_the_whole_utterance_and_the_language() -> None:
    got: list[tuple[list[int], str, str]] = []

    def hear(utterance: Pcm, language: str) -> str:
        got.append((utterance.tolist(), utterance.dtype.name, language))
        return " hello\n there "

    assert recognise(hear, samples(1, 2), samples(3), language="de") == "hello there"
    assert got == [([1, 2, 3], "int16", "de")]


def test_an_async_function_runs_in_the_worker_thread() -> None:
    async def hear(utterance: Pcm, language: str) -> str:
        await asyncio.sleep(0)
        return threading.current_thread().name

    assert recognise(hear, samples(1)) == threading.current_thread().name


def test_a_function_that_returns_an_awaitable_is_awaited() -> None:
    async def answer() -> str:
        return "yes"

    assert recognise(lambda utterance, language: answer(), samples(1)) == "yes"


def test_silence_of_no_length_is_not_asked_about() -> None:
    assert recognise(lambda utterance, language: "words") == ""


def test_the_newest_minute_of_an_endless_utterance_is_kept() -> None:
    recognition = from_callable(lambda utterance, language: f"{utterance[-1]} {utterance.size}").start()
    for second in range(200):
        recognition.feed(np.full(RECOGNITION_RATE, second, dtype=np.int16))
    newest, size = map(int, recognition.finish().split())
    assert newest == 199
    assert LONGEST_S <= size / RECOGNITION_RATE <= LONGEST_S + 1


def test_an_abandoned_utterance_is_forgotten() -> None:
    recognition = from_callable(lambda utterance, language: "words").start()
    recognition.feed(samples(1))
    recognition.abandon()
    assert recognition.finish() == ""


def test_anything_but_text_is_an_error_that_says_so() -> None:
    with pytest.raises(RecognitionError, match="returned dict and not text"):
        recognise(lambda utterance, language: {"text": "hello"}, samples(1))  # type: ignore[arg-type,return-value]


def test_the_errors_of_a_function_are_errors_of_recognition() -> None:
    with pytest.raises(RecognitionError, match="ZeroDivisionError") as caught:
        recognise(lambda utterance, language: str(1 // 0), samples(1))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_an_error_of_ours_keeps_its_words() -> None:
    def hear(utterance: Pcm, language: str) -> str:
        raise ServiceUnreachable("The ears are elsewhere.", hint="Call them.")

    with pytest.raises(RecognitionError) as caught:
        recognise(hear, samples(1))
    assert str(caught.value) == "The ears are elsewhere. Call them."
    assert caught.value.code == "service_unreachable"

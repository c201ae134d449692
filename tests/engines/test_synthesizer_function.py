"""Functions as synthesisers."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import Phoneme, SpokenPiece, Word
from navtalk_widget.engines.synthesizer import SynthesisError
from navtalk_widget.engines.synthesizer_function import SynthesizerFunction, from_callable


def speak(function: SynthesizerFunction, text: str = "one two three") -> list[SpokenPiece]:
    return list(from_callable(function).synthesize(text, voice="alloy", language="de"))


def tone(seconds: float = 1.0, rate: int = SAMPLE_RATE, level: float = 0.5) -> NDArray[np.float64]:
    return np.asarray(level * np.sin(2 * np.pi * 220 * np.arange(round(seconds * rate)) / rate))


def syllables(count: int) -> NDArray[np.float64]:
    """Tones of 0.2 s with silences of 0.1 s between them."""
    return np.concatenate([tone(0.2), np.zeros(SAMPLE_RATE // 10)] * count)


def pcm_of(pieces: list[SpokenPiece]) -> NDArray[np.int16]:
    return np.concatenate([piece.pcm for piece in pieces])


def test_a_function_gets_text_voice_and_language() -> None:
    asked: list[tuple[str, ...]] = []

    def say(*arguments: str) -> NDArray[np.float64]:
        asked.append(arguments)
        return tone()

    (piece,) = speak(say)
    assert asked == [("one two three", "alloy", "de")]
    assert (piece.text, piece.duration_s, piece.phonemes, piece.words) == ("one two three", 1.0, (), ())


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_become_pcm16(dtype: type[np.floating[Any]]) -> None:
    (piece,) = speak(lambda *_: tone().astype(dtype))
    assert piece.pcm.dtype == np.int16
    assert int(np.abs(piece.pcm).max()) == pytest.approx(16384, rel=0.01)


def test_int16_samples_stay_as_they_are() -> None:
    samples = np.arange(-500, 500, dtype=np.int16)
    (piece,) = speak(lambda *_: samples)
    assert np.array_equal(piece.pcm, samples)


@pytest.mark.parametrize("shape", [(1, -1), (-1, 1)])
def test_an_axis_of_one_channel_is_no_matter(shape: tuple[int, int]) -> None:
    (piece,) = speak(lambda *_: tone().reshape(shape))
    assert piece.pcm.shape == (SAMPLE_RATE,)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_another_rate_is_converted_and_keeps_pitch_and_length(rate: int) -> None:
    (piece,) = speak(lambda *_: (tone(rate=rate), rate))
    spectrum = np.abs(np.fft.rfft(piece.pcm[:SAMPLE_RATE].astype(np.float64)))
    assert piece.duration_s == pytest.approx(1.0, abs=0.002)
    assert int(np.argmax(spectrum)) * SAMPLE_RATE / piece.pcm.size == pytest.approx(220, abs=1.5)


def test_times_of_phonemes_cover_the_sound_without_gaps() -> None:
    times = [("w", 0.1, 0.2), ("ˈʌ", 0.2, 0.4), ("n", 0.5, 2.0)]
    (piece,) = speak(lambda *_: (tone(rate=48_000), 48_000, times))
    assert [phoneme.symbol for phoneme in piece.phonemes] == ["", "w", "ʌ", "", "n"]
    assert all(first.end_s == second.start_s for first, second in pairwise(piece.phonemes))
    assert (piece.phonemes[0].start_s, piece.phonemes[-1].end_s) == (0.0, 1.0)


def test_times_may_be_of_words_and_of_phonemes() -> None:
    times = {"words": [("one", 0.0), ("two", 0.5, 1.0)], "phonemes": [("a", 0.0, 1.0)]}
    (piece,) = speak(lambda *_: (tone(), SAMPLE_RATE, times))
    assert piece.words == (Word("one", 0.0), Word("two", 0.5))
    assert piece.phonemes == (Phoneme("a", 0.0, 1.0),)


def test_a_generator_is_spoken_while_it_goes_on() -> None:
    made = []

    def say(*_: str) -> Iterator[NDArray[np.float64]]:
        for index in range(10):
            made.append(index)
            yield syllables(2)

    pieces = from_callable(say).synthesize("a few words for six seconds", voice="", language="")
    next(pieces)
    assert made == [0, 1]
    pieces.close()  # type: ignore[attr-defined]
    assert made == [0, 1]


def test_a_generator_of_one_sound_is_no_stream() -> None:
    (piece,) = speak(lambda *_: iter([(syllables(10), SAMPLE_RATE, {"words": [("one", 0.1)]})]))
    assert (piece.text, piece.duration_s, piece.words) == ("one two three", 3.0, (Word("one", 0.1),))


def test_the_pieces_of_a_stream_are_its_sound_and_its_text_cut_in_silence() -> None:
    text = "these are about as many words as somebody speaks in six seconds of time, or so"
    sound = syllables(20)
    parts = np.array_split(sound, 37)
    pieces = speak(lambda *_: iter(parts), text)
    assert len(pieces) > 5
    assert "".join(piece.text for piece in pieces) == text
    assert sum(bool(piece.text) for piece in pieces) > 4
    assert np.abs(pcm_of(pieces) - sound * 32767).max() <= 1
    assert all(abs(int(piece.pcm[0])) < 600 and abs(int(piece.pcm[-1])) < 600 for piece in pieces)


def test_a_stream_without_pauses_is_cut_all_the_same() -> None:
    pieces = speak(lambda *_: iter([tone(2.5), tone(2.5)]))
    assert len(pieces) >= 5
    assert sum(piece.pcm.size for piece in pieces) == 5 * SAMPLE_RATE


def test_the_parts_of_a_stream_that_know_their_times_stay_whole() -> None:
    part = (tone(0.5), SAMPLE_RATE, [("a", 0.0, 0.5)])
    pieces = speak(lambda *_: iter([part, part]))
    assert [piece.phonemes for piece in pieces[:2]] == [(Phoneme("a", 0.0, 0.5),)] * 2
    assert "".join(piece.text for piece in pieces) == "one two three"


def test_async_functions_and_generators_run_in_the_worker_thread() -> None:
    threads = set()

    async def whole(*_: str) -> NDArray[np.float64]:
        threads.add(threading.current_thread())
        return tone()

    async def streamed(*_: str) -> AsyncIterator[NDArray[np.float64]]:
        threads.add(threading.current_thread())
        yield tone(0.5)
        yield tone(0.5)

    assert pcm_of(speak(whole)).size == pcm_of(speak(streamed)).size == SAMPLE_RATE
    assert threads == {threading.current_thread()}


def test_an_async_generator_that_is_dropped_is_closed() -> None:
    closed = threading.Event()

    async def say(*_: str) -> AsyncIterator[NDArray[np.float64]]:
        try:
            while True:
                yield syllables(3)
        finally:
            closed.set()

    pieces = from_callable(say).synthesize("on and on", voice="", language="")
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert closed.is_set()


@pytest.mark.parametrize("nothing", [None, np.zeros(0), np.zeros(0, np.int16), iter(())])
def test_no_sound_is_a_moment_of_silence(nothing: object) -> None:
    (piece,) = speak(lambda *_: nothing)
    assert piece.text == "one two three"
    assert piece.pcm.size > 0
    assert not piece.pcm.any()


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("a sentence", "returned str and not an array"),
        (b"\0\0", "returned bytes and not an array"),
        ({"audio": 1}, "returned dict and not an array"),
        (np.zeros((2, 100)), r"shape \(2, 100\)"),
        (np.zeros(100, np.int32), "int32 samples"),
        (np.zeros(100, np.uint8), "uint8 samples"),
        (np.array([0.0, np.nan]), "NaN"),
        (np.array([0.0, 12_000.0]), "float samples of up to 12000"),
        ((np.zeros(9), 0), "sampling rate of 0"),
        ((np.zeros(9), "24000"), "sampling rate of '24000'"),
        ((np.zeros(9), float("nan")), "sampling rate of nan"),
        ((1, 2, 3, 4), "a tuple of 4"),
        ((np.zeros(9), 24_000, 5), "times of phonemes as int"),
        ((np.zeros(9), 24_000, [("a", 0.0)]), r"the times of a phoneme as \('a', 0.0\)"),
        ((np.zeros(9), 24_000, [("a", 0.3, 0.1)]), "the times of a phoneme"),
        ((np.zeros(9), 24_000, {"words": ["one"]}), "the times of a word as 'one'"),
        ((np.zeros(9), 24_000, {"visemes": []}), "times named"),
    ],
)
def test_what_is_not_sound_is_an_error_that_says_why(given: object, fault: str) -> None:
    with pytest.raises(SynthesisError, match=fault):
        speak(lambda *_: given)


def test_nothing_is_asked_for_an_empty_text() -> None:
    assert speak(lambda *_: tone(), "") == []

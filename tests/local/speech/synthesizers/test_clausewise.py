"""Engines that are given their clauses one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.engines.spoken import SpokenPiece
from navtalk_widget.engines.synthesizer_function import from_callable
from navtalk_widget.local.speech.synthesizers.clauses import CLAUSE_PAUSE_S, SENTENCE_PAUSE_S
from navtalk_widget.local.speech.synthesizers.clausewise import Clausewise
from navtalk_widget.local.speech.synthesizers.espeak import EspeakSynthesizer


def speak(function: Callable[[str, str, str], Any], text: str) -> list[SpokenPiece]:
    return list(Clausewise(from_callable(function)).synthesize(text, voice="alloy", language="en"))


def babble(text: str, *_: str) -> np.ndarray[Any, Any]:
    """A tone that swells once for each word, as long as its letters, and a second of silence."""
    swells = [np.hanning(len(word) * 1500) for word in text.split()]
    envelope = np.concatenate([*swells, np.zeros(SAMPLE_RATE)])
    return np.asarray(0.5 * envelope * np.sin(2 * np.pi * 150 * np.arange(envelope.size) / SAMPLE_RATE))


def test_each_clause_is_asked_for_alone_and_without_signs_that_are_not_spoken() -> None:
    asked: list[str] = []

    def say(text: str, *_: str) -> np.ndarray[Any, Any]:
        asked.append(text)
        return babble(text)

    pieces = speak(say, "**Hello**, 😀 there!\nBye. 🎉")
    assert asked == ["Hello ,", "there!", "Bye."]
    assert "".join(piece.text for piece in pieces) == "**Hello**, 😀 there!\nBye. 🎉"
    assert not pieces[-1].pcm.any()


def test_the_second_clause_is_made_only_when_it_is_wanted() -> None:
    asked: list[str] = []

    def say(text: str, *_: str) -> np.ndarray[Any, Any]:
        asked.append(text)
        return babble(text)

    pieces = Clausewise(from_callable(say)).synthesize("One. Two. Three.", voice="", language="")
    next(pieces)
    assert asked == ["One."]


def test_the_pause_after_a_clause_is_ours_however_long_the_engine_is_silent() -> None:
    comma, sentence = speak(babble, "Hello, you.")
    for piece, pause_s in [(comma, CLAUSE_PAUSE_S), (sentence, SENTENCE_PAUSE_S)]:
        audible = np.flatnonzero(np.abs(piece.pcm.astype(np.int32)) > 60)
        assert (piece.pcm.size - 1 - audible[-1]) / SAMPLE_RATE == pytest.approx(pause_s, abs=0.001)


def test_the_mouth_moves_with_the_sound_where_no_times_are_given() -> None:
    (piece,) = speak(babble, "Hello you.")
    assert (piece.phonemes[0].start_s, piece.phonemes[-1].symbol) == (0.0, "")
    assert piece.phonemes[-1].end_s == pytest.approx(piece.duration_s)
    assert all(first.end_s == second.start_s for first, second in pairwise(piece.phonemes))
    assert any(phoneme.symbol for phoneme in piece.phonemes)


def test_words_without_times_are_spread_by_their_letters() -> None:
    (piece,) = speak(babble, "incomprehensible and be it not")
    starts = {word.text: word.start_s for word in piece.words}
    assert list(starts) == ["incomprehensible", "and", "be", "it", "not"]
    assert starts["and"] == pytest.approx(1.0, abs=0.15)  # 16 letters of 1/16 s
    assert list(starts.values()) == sorted(starts.values())
    assert starts["not"] < 1.625


def test_words_of_a_script_without_spaces_are_its_characters() -> None:
    (piece,) = speak(lambda text, *_: babble("word " * len(text)), "你好世界")
    assert [word.text for word in piece.words] == ["你", "好", "世", "界"]


def test_times_that_are_given_stay_and_end_with_the_sound() -> None:
    sound = np.concatenate([np.full(SAMPLE_RATE, 0.2), np.zeros(SAMPLE_RATE)])
    times = {"phonemes": [("a", 0.0, 0.5), ("n", 0.5, 1.9)], "words": [("Anne", 0.1)]}
    (piece,) = speak(lambda *_: (sound, SAMPLE_RATE, times), "Anne.")
    assert [(each.symbol, round(each.end_s, 3)) for each in piece.phonemes] == [("a", 0.5), ("n", 1.25)]
    assert [(word.text, word.start_s) for word in piece.words] == [("Anne", 0.1)]


def test_a_stream_is_passed_on_while_it_goes_on() -> None:
    made: list[int] = []

    def say(text: str, *_: str) -> Iterator[np.ndarray[Any, Any]]:
        for index in range(8):
            made.append(index)
            yield babble("five letters")

    text = "this is **one** long clause that takes quite a while to be spoken by anybody"
    pieces = Clausewise(from_callable(say)).synthesize(text, voice="", language="")
    first = next(pieces)
    assert made == [0, 1]
    rest = list(pieces)
    assert len(rest) > 4
    assert "".join(piece.text for piece in (first, *rest)) == text
    assert all(piece.phonemes for piece in (first, *rest))


def test_an_engine_that_says_nothing_is_a_pause_with_the_words() -> None:
    class Mute:
        def synthesize(self, text: str, *, voice: str, language: str) -> Iterator[SpokenPiece]:
            yield from ()

    (piece,) = Clausewise(Mute()).synthesize("Hello.", voice="", language="")
    assert piece.text == "Hello."
    assert piece.duration_s == SENTENCE_PAUSE_S


def test_the_words_of_a_real_voice_are_found_near_to_where_they_sound() -> None:
    text = "the weather is going to be quite pleasant tomorrow afternoon"
    (known,) = EspeakSynthesizer().synthesize(text, voice="cedar", language="en")
    (guessed,) = speak(lambda *_: known.pcm, text)
    starts = {word.text: word.start_s for word in guessed.words}
    errors = [abs(word.start_s - starts[word.text]) for word in known.words]
    assert len(errors) >= 6
    assert max(errors) < 0.3

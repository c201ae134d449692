"""Whisper, with a model that is as small as can be."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("faster_whisper", reason="the extra [whisper] is not installed")

from navtalk_widget.engines.recognizer import RECOGNITION_RATE, RecognitionError
from navtalk_widget.local.speech.recognizers import whisper as whisper_module
from navtalk_widget.local.speech.recognizers.whisper import LONGEST_S, WhisperRecognizer, load_whisper
from tests.local.speech.conftest import Pcm, blocks
from tests.local.speech.tiny_whisper import GERMAN_WORDS, WORDS, make_tiny_whisper


@pytest.fixture(scope="session")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> WhisperRecognizer:
    return load_whisper(make_tiny_whisper(tmp_path_factory.mktemp("whisper") / "tiny"))


def speech(seconds: float) -> Pcm:
    return np.random.default_rng(0).normal(0, 3000, round(seconds * RECOGNITION_RATE)).astype(np.int16)


def hear(recognizer: WhisperRecognizer, sound: Pcm, language: str = "") -> str:
    recognition = recognizer.start(language=language)
    recognition.feed(sound)
    return recognition.finish()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", WORDS), ("de", GERMAN_WORDS), ("de-CH", GERMAN_WORDS), ("DE_at", GERMAN_WORDS), ("", WORDS), ("xx", WORDS)],
)
def test_the_language_that_is_spoken_is_told_to_the_model(
    whisper: WhisperRecognizer, language: str, words: str
) -> None:
    assert hear(whisper, speech(1.5), language) == words


def test_words_come_while_somebody_speaks(whisper: WhisperRecognizer) -> None:
    recognition = whisper.start(language="en")
    partial = [recognition.feed(block) for block in blocks(speech(2.5), RECOGNITION_RATE // 10)]
    assert partial[:9] == [""] * 9
    assert partial[10] == WORDS
    assert recognition.finish() == WORDS


def test_a_slow_machine_looks_for_words_less_often(whisper: WhisperRecognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    recognition = whisper.start(language="en")
    monkeypatch.setattr(whisper_module, "PATIENCE", 1e6)
    partial = [recognition.feed(block) for block in blocks(speech(2.5), RECOGNITION_RATE // 10)]
    decoded = recognition._undecoded_s  # type: ignore[attr-defined]
    assert partial[-1] == WORDS
    assert decoded == pytest.approx(1.5, abs=0.11)
    recognition.abandon()


def test_the_words_are_ready_when_the_pause_that_ends_an_utterance_is_over(
    whisper: WhisperRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whisper_module, "WAIT_S", 0.05)
    recognition = whisper.start(language="en")
    for block in blocks(np.concatenate((speech(0.5), speech(0.4) // 50)), RECOGNITION_RATE // 10):
        recognition.feed(block)
    with whisper._turn:  # nothing is left to be decoded
        assert recognition.finish() == WORDS


def test_what_comes_after_a_pause_is_heard_too(whisper: WhisperRecognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whisper_module, "WAIT_S", 0.05)
    recognition = whisper.start(language="en")
    for block in blocks(np.concatenate((speech(0.5), speech(0.4) // 50, speech(0.2))), RECOGNITION_RATE // 10):
        recognition.feed(block)
    with whisper._turn, pytest.raises(RecognitionError):  # there is something to be decoded
        recognition.finish()


@pytest.mark.parametrize("sound", [np.zeros(0, np.int16), np.zeros(16_000, np.int16), np.ones(1_000, np.int16)])
def test_no_words_are_made_up_of_silence_or_a_click(whisper: WhisperRecognizer, sound: Pcm) -> None:
    assert hear(whisper, sound) == ""


def test_words_are_dropped_where_the_model_doubts_that_anybody_spoke(tmp_path: Path) -> None:
    assert hear(load_whisper(make_tiny_whisper(tmp_path / "doubting", doubts=True)), speech(1.0), "en") == ""


def test_a_loop_is_dropped(tmp_path: Path) -> None:
    assert hear(load_whisper(make_tiny_whisper(tmp_path / "looping", loops=True)), speech(8.0), "en") == ""


def test_more_than_the_thirty_seconds_of_a_window_are_heard(whisper: WhisperRecognizer) -> None:
    assert hear(whisper, speech(35.0), "en").startswith(WORDS)


def test_an_endless_utterance_keeps_its_newest_minute(whisper: WhisperRecognizer) -> None:
    recognition = whisper.start()
    recognition.feed(speech(2 * LONGEST_S))
    assert recognition._pcm.size <= LONGEST_S * RECOGNITION_RATE  # type: ignore[attr-defined]
    recognition.abandon()


def test_an_abandoned_utterance_has_no_words(whisper: WhisperRecognizer) -> None:
    recognition = whisper.start(language="en")
    recognition.feed(speech(0.5))
    recognition.abandon()
    assert recognition.feed(speech(2.0)) == ""
    assert recognition.finish() == ""


def test_conversations_share_the_model(whisper: WhisperRecognizer) -> None:
    heard: dict[str, list[str]] = {"en": [], "de": []}

    def talk(language: str) -> None:
        for _ in range(3):
            recognition = whisper.start(language=language)
            for block in blocks(speech(1.2), RECOGNITION_RATE // 10):
                recognition.feed(block)
            heard[language].append(recognition.finish())

    threads = [threading.Thread(target=talk, args=(language,)) for language in (*heard, *heard)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert heard == {"en": [WORDS] * 6, "de": [GERMAN_WORDS] * 6}


def test_while_others_decode_the_words_so_far_wait_and_the_end_gives_up_in_time(
    whisper: WhisperRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whisper_module, "WAIT_S", 0.05)
    recognition = whisper.start(language="en")
    with whisper._turn:
        assert recognition.feed(speech(1.5)) == ""
        with pytest.raises(RecognitionError, match="did not become free"):
            recognition.finish()


def test_what_is_no_model_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"no model")
    with pytest.raises(RecognitionError, match="cannot be loaded") as caught:
        load_whisper(tmp_path)
    assert "another model" in str(caught.value)


def test_an_unknown_device_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(RecognitionError, match="cannot be loaded"):
        load_whisper(make_tiny_whisper(tmp_path / "tiny"), device="abacus")

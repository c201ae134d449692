"""Recognition by PocketSphinx."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from navtalk_widget.engines.recognizer import RECOGNITION_RATE, Recognition, RecognitionError
from navtalk_widget.local.speech.recognizers import sphinx as sphinx_module
from navtalk_widget.local.speech.recognizers.sphinx import (
    IDLE_DECODERS,
    SphinxRecognition,
    SphinxRecognizer,
    plain_words,
)
from tests.local.speech.conftest import Pcm, Say, blocks, room_noise, silence

REFERENCE = "what is the weather in paris today"


def hear(recognition: Recognition, sound: Pcm) -> str:
    for block in blocks(sound, RECOGNITION_RATE // 10):
        recognition.feed(block)
    return recognition.finish()


def recorded(say: Say, text: str, voice: str = "slt") -> Pcm:
    pause = silence(0.3, RECOGNITION_RATE)
    return room_noise(np.concatenate((pause, say(text, voice, RECOGNITION_RATE), pause)))


@pytest.mark.parametrize("voice", ["slt", "awb", "kal16"])
def test_the_reference_sentence_is_understood_from_every_voice(sphinx: SphinxRecognizer, say: Say, voice: str) -> None:
    assert hear(sphinx.start(), recorded(say, REFERENCE, voice)) == REFERENCE


@pytest.mark.parametrize("text", ["what can you do", "tell me a joke", "what time is it", "hello how are you"])
def test_common_questions_are_understood(sphinx: SphinxRecognizer, say: Say, text: str) -> None:
    assert hear(sphinx.start(), recorded(say, text)).split()[:2] == text.split()[:2]


def test_words_appear_while_the_person_still_speaks(sphinx: SphinxRecognizer, say: Say) -> None:
    recognition = sphinx.start()
    partials = [recognition.feed(block) for block in blocks(recorded(say, REFERENCE), RECOGNITION_RATE // 10)]
    assert any(partial.startswith("what is the") for partial in partials[:-1])
    assert recognition.finish() == REFERENCE


def test_silence_has_no_words(sphinx: SphinxRecognizer) -> None:
    assert hear(sphinx.start(), silence(1.0, RECOGNITION_RATE)) == ""
    assert sphinx.start().finish() == ""


def test_what_was_learnt_about_a_voice_serves_its_next_utterance(sphinx: SphinxRecognizer, say: Say) -> None:
    first = sphinx.start()
    assert isinstance(first, SphinxRecognition)
    hear(first, recorded(say, REFERENCE))
    second = sphinx.start(first)
    assert isinstance(second, SphinxRecognition)
    assert first.adaptation is not None
    assert second.adaptation == first.adaptation
    assert hear(second, recorded(say, REFERENCE)) == REFERENCE
    assert second.adaptation != first.adaptation


def test_several_people_are_understood_at_once(say: Say) -> None:
    recognizer = SphinxRecognizer(most_decoders=3)
    heard: dict[str, str] = {}

    def listen(voice: str) -> None:
        heard[voice] = hear(recognizer.start(), recorded(say, REFERENCE, voice))

    threads = [threading.Thread(target=listen, args=(voice,)) for voice in ("slt", "awb", "kal16")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert heard == dict.fromkeys(("slt", "awb", "kal16"), REFERENCE)
    assert len(recognizer._idle) == IDLE_DECODERS


def test_when_all_decoders_are_busy_the_next_utterance_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sphinx_module, "WAIT_S", 0.01)
    recognizer = SphinxRecognizer(most_decoders=1)
    busy = recognizer.start()
    with pytest.raises(RecognitionError, match="speak at once"):
        recognizer.start()
    busy.abandon()
    recognizer.start().abandon()


def test_an_ended_utterance_takes_no_more_sound(sphinx: SphinxRecognizer) -> None:
    recognition = sphinx.start()
    recognition.finish()
    with pytest.raises(RecognitionError):
        recognition.feed(silence(0.1, RECOGNITION_RATE))
    with pytest.raises(RecognitionError):
        recognition.finish()
    recognition.abandon()


def test_the_marks_of_pocketsphinx_are_no_words() -> None:
    assert plain_words("<s> the(2) [NOISE] read++BREATH++ <sil> cat</s>") == "the read cat"

"""How often the recognisers mistake a word.

Everyday sentences are spoken by the voices of flite, which stem from people, and recognised as in the service: in
blocks of 100 ms, each utterance with the adaptation that the one before it left. Whisper is measured too where
faster-whisper is installed and one of its models is on this machine.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.audio.resample import resample
from navtalk_widget.engines.recognizer import RECOGNITION_RATE, Recognition, Recognizer
from navtalk_widget.local.speech.recognizers.sphinx import SphinxRecognizer
from navtalk_widget.local.speech.recognizers.whisper import load_whisper
from navtalk_widget.local.speech.recognizers.whisper_model import model_on_this_machine, whisper_is_installed
from tests.benchmarks.figure import Step
from tests.support.flite import flite

NOISE_DB = {"quiet": -40.0, "noisy": -20.0}
"""How loud white noise is in the room, relative to the voice."""

VOICES = ("slt", "awb", "kal16", "rms")

SENTENCES = (
    "hello how are you today",
    "what is the weather in paris today",
    "can you tell me what time it is",
    "my name is sarah and i live in london",
    "please show me the sales of the last month",
    "how much is twenty four times seven",
    "could you say that again more slowly please",
    "i would like to book a table for two people",
    "where is the nearest train station",
    "thank you very much that was helpful",
    "tell me a joke about computers",
    "what did we talk about yesterday",
    "draw a picture of the average temperature",
    "which customers have not paid their bill",
    "open the window because it is too hot in here",
    "i do not understand the second question",
    "the meeting begins at nine o'clock on tuesday morning",
    "please remind me to call my mother this evening",
    "stop i want to ask something else",
    "good night and see you tomorrow",
)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one voice.

    Attributes:
        errors: share of the words that were wrong, missing or too many.
        speed: seconds of work for each second of speech.
        delay_s: median wait for the words after the last sample.
    """

    errors: float
    speed: float
    delay_s: float


def measure() -> Iterator[Step]:
    """Report the figures."""
    words = sum(len(sentence.split()) for sentence in SENTENCES)
    table = f"Word error rate: {len(SENTENCES)} sentences, {words} words for each voice"
    for name, recognizer in _recognizers():
        for room, noise_db in NOISE_DB.items():
            results = [
                _measure(recognizer, [_heard(sentence, voice, noise_db) for sentence in SENTENCES]) for voice in VOICES
            ]
            rates = {voice: f"{100 * result.errors:.0f} %" for voice, result in zip(VOICES, results, strict=True)}
            cells = {
                "recogniser": name,
                "room": room,
                **rates,
                "mean": f"{100 * np.mean([result.errors for result in results]):.0f} %",
                "work per second of speech": f"{np.mean([result.speed for result in results]):.2f} s",
                "delay, median": f"{1000 * np.median([result.delay_s for result in results]):.0f} ms",
            }
            yield Step(table, cells)


def _recognizers() -> Iterator[tuple[str, Recognizer]]:
    yield "PocketSphinx", SphinxRecognizer()
    if whisper_is_installed():
        for model in ("tiny", "base", "small"):
            folder = model_on_this_machine(model)
            if folder is not None:
                yield f"Whisper {model}", load_whisper(folder)


def _heard(sentence: str, voice: str, noise_db: float) -> NDArray[np.int16]:
    """The sentence as a microphone in a room hears it, at 16,000 Hz."""
    speech = resample(flite(sentence, voice), SAMPLE_RATE, RECOGNITION_RATE)
    edge = np.zeros(RECOGNITION_RATE // 3, dtype=np.int16)
    clean = np.concatenate((edge, speech, edge)).astype(np.float64)
    loudness = float(np.sqrt(np.mean(np.square(speech, dtype=np.float64)))) * 10 ** (noise_db / 20)
    heard = clean + np.random.default_rng(0).normal(0, loudness, clean.size)
    return np.asarray(np.clip(heard, -32_768, 32_767), dtype=np.int16)


def _measure(recognizer: Recognizer, utterances: list[NDArray[np.int16]]) -> Result:
    import jiwer

    heard: list[str] = []
    delays: list[float] = []
    previous: Recognition | None = None
    recognizer.start().abandon()  # loads what it needs
    began = time.perf_counter()
    for utterance in utterances:
        recognition = recognizer.start(previous, language="en")
        for start in range(0, utterance.size, RECOGNITION_RATE // 10):
            recognition.feed(utterance[start : start + RECOGNITION_RATE // 10])
        ended = time.perf_counter()
        words = recognition.finish()
        delays.append(time.perf_counter() - ended)
        heard.append("".join(letter for letter in words.lower() if letter.isalnum() or letter in " '"))
        previous = recognition
    seconds = sum(utterance.size for utterance in utterances) / RECOGNITION_RATE
    speed = (time.perf_counter() - began) / seconds
    return Result(float(jiwer.wer(list(SENTENCES), heard)), speed, float(np.median(delays)))

"""Human-derived voices to be recognised: flite's, since recognisers understand eSpeak's own voices poorly."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.audio.resample import resample
from navtalk_widget.audio.wav import read_wav
from navtalk_widget.local.speech.recognizers.sphinx import SphinxRecognizer

Pcm = NDArray[np.int16]
Say = Callable[..., Pcm]


@pytest.fixture(scope="session")
def say(tmp_path_factory: pytest.TempPathFactory) -> Say:
    """Speak a text: ``say(text, voice="slt", rate=24_000)`` gives int16 samples without silence around them."""
    assert shutil.which("flite"), "flite, whose voices are recognised, is not installed"
    folder: Path = tmp_path_factory.mktemp("flite")

    def speak(text: str, voice: str = "slt", rate: int = SAMPLE_RATE) -> Pcm:
        path = folder / f"{voice}-{text.replace(' ', '-')}.wav"
        if not path.exists():
            subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True, timeout=30)
        samples, recorded_rate = read_wav(path)
        return resample(samples, recorded_rate, rate)

    return speak


@pytest.fixture(scope="session")
def sphinx() -> SphinxRecognizer:
    recognizer = SphinxRecognizer()
    recognizer.start().abandon()  # loads a decoder, as the service does when it starts
    return recognizer


def silence(seconds: float, rate: int = SAMPLE_RATE) -> Pcm:
    return np.zeros(round(seconds * rate), dtype=np.int16)


def room_noise(samples: Pcm, level: float = 30.0) -> Pcm:
    """Add the hiss of a quiet room; ``level`` is its RMS of 32,768."""
    noise = np.random.default_rng(0).normal(0.0, level, samples.size)
    return np.asarray(np.clip(samples + noise, -32768, 32767), dtype=np.int16)


def in_a_room(speech: Pcm, before_s: float = 1.0, after_s: float = 1.0) -> Pcm:
    """Speech with silence around it and a little noise everywhere."""
    return room_noise(np.concatenate((silence(before_s), speech, silence(after_s))))


def blocks(samples: Pcm, size: int) -> list[Pcm]:
    return [samples[start : start + size] for start in range(0, samples.size, size)]

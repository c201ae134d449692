"""Speech for the tests' microphone, by Debian's flite; its voices stem from people, and recognisers know them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.audio.resample import resample
from navtalk_widget.audio.wav import read_wav


def flite(text: str, voice: str = "slt") -> NDArray[np.int16]:
    """Speak a text; mono PCM16 at 24,000 Hz."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", path], check=True, timeout=30)
        samples, rate = read_wav(path)
    return resample(samples, rate, SAMPLE_RATE)


def silence(seconds: float) -> NDArray[np.int16]:
    """Nothing, for a while; mono PCM16 at 24,000 Hz."""
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.int16)

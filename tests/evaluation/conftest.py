from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.audio.wav import write_wav
from tests.support.flite import flite, silence


@pytest.fixture
def spoken(tmp_path: Path) -> Callable[..., Path]:
    """Write a WAV file in which texts are said, with a pause between them."""

    def write(*texts: str) -> Path:
        path = tmp_path / "spoken.wav"
        sounds = [sound for text in texts for sound in (silence(1.2), flite(text))]
        write_wav(path, np.concatenate(sounds), SAMPLE_RATE)
        return path

    return write

"""How the vendor's clients send the microphone: larger blocks than ours, cut into pieces of 4,096 characters."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import to_bytes

SLICE = 4096
"""Characters; a multiple of 4, so that each piece can be decoded by itself."""


def sliced(sound: NDArray[np.int16], frames: int = 8192) -> Iterator[str]:
    """The base64 texts that a browser's ScriptProcessor of so many frames leads to."""
    for start in range(0, sound.size, frames):
        text = base64.b64encode(to_bytes(sound[start : start + frames])).decode()
        yield from (text[cut : cut + SLICE] for cut in range(0, len(text), SLICE))

"""WAV files that were written while their length was not known yet, as services send them."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import from_bytes
from navtalk_widget.engines.synthesizer import SynthesisError

_PCM, _EXTENSIBLE = 1, 0xFFFE


def read_streamed_wav(data: bytes) -> tuple[NDArray[np.int16], int]:
    """Read 16-bit samples, whatever length the file says they have.

    Returns:
        Mono int16 of shape (samples,), channels averaged, and the rate in hertz.

    Raises:
        SynthesisError: if it is no such file.
    """
    position, layout = 12, None
    while data[8:12] == b"WAVE" and position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        position += 8
        if name == b"fmt " and position + 16 <= len(data):
            layout = struct.unpack_from("<HHIIHH", data, position)
        elif name == b"data" and layout is not None:
            kind, channels, rate, _, _, bits = layout
            if kind not in (_PCM, _EXTENSIBLE) or bits != 16 or not channels or not rate:
                raise SynthesisError(f"The sound is a WAV file of {bits}-bit samples of kind {kind}, not 16-bit PCM.")
            end = min(len(data), position + size)
            samples = from_bytes(data[position : end - (end - position) % (2 * channels)])
            if channels > 1:
                samples = np.rint(samples.reshape(-1, channels).mean(axis=1)).astype(np.int16)
            return samples, int(rate)
        position += size + size % 2
    raise SynthesisError("The sound is a damaged WAV file.")

"""Sound as it is on the wire, in the format that the session names, and as it is inside: PCM16 at 24,000 Hz."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.g711 import G711_RATE, decode_alaw, decode_ulaw, encode_alaw, encode_ulaw
from navtalk_widget.audio.pcm import SAMPLE_RATE, from_bytes, to_bytes
from navtalk_widget.audio.resample import Resampler

_DECODERS: dict[str, Callable[[bytes], NDArray[np.int16]]] = {"g711_ulaw": decode_ulaw, "g711_alaw": decode_alaw}
_ENCODERS: dict[str, Callable[[NDArray[np.int16]], bytes]] = {"g711_ulaw": encode_ulaw, "g711_alaw": encode_alaw}


class SoundDecoder:
    """Reads one stream of sound.

    Args:
        format: ``"pcm16"``, ``"g711_ulaw"`` or ``"g711_alaw"``.
    """

    def __init__(self, format: str) -> None:
        self.format = format
        self._law = _DECODERS.get(format)
        self._resampler = None if self._law is None else Resampler(G711_RATE, SAMPLE_RATE)

    def decode(self, data: bytes) -> NDArray[np.int16]:
        """Read the next block; telephone sound lags behind by the resampler's filter.

        Raises:
            ValueError: if the last sample is torn.
        """
        if self._law is None or self._resampler is None:
            return from_bytes(data)
        return self._resampler.process(self._law(data))


class SoundEncoder:
    """Writes one stream of sound, such as the voice of one message; `finish` ends it.

    Args:
        format: ``"pcm16"``, ``"g711_ulaw"`` or ``"g711_alaw"``.
    """

    def __init__(self, format: str) -> None:
        self.format = format
        self._law = _ENCODERS.get(format)
        self._resampler = None if self._law is None else Resampler(SAMPLE_RATE, G711_RATE)

    def encode(self, samples: NDArray[np.int16]) -> bytes:
        """Write the next block."""
        if self._law is None or self._resampler is None:
            return to_bytes(samples)
        return self._law(self._resampler.process(samples))

    def finish(self) -> bytes:
        """Write what the resampler's filter still holds."""
        return b"" if self._law is None or self._resampler is None else self._law(self._resampler.finish())

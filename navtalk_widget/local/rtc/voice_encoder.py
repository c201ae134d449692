"""How the voice is encoded."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from av import AudioFrame, CodecContext, Packet
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE

VOICE_BITRATE = 64_000

_TIME_BASE = Fraction(1, SAMPLE_RATE)


class VoiceEncoder:
    """Encodes one viewer's stream of 20 ms frames as Opus.

    aiortc would encode them too, but as 48 kHz stereo, with a hop to a thread and a level meter in pure Python for each
    frame: that costs more than the encoding itself. Opus takes our rate as it is. Its low-delay mode is the one that
    makes do without the speech model, which costs most, and holds the voice back by 2.5 ms only.
    """

    def __init__(self) -> None:
        codec = CodecContext.create("libopus", "w")
        codec.bit_rate = VOICE_BITRATE
        codec.format = "s16"
        codec.layout = "mono"
        codec.sample_rate = SAMPLE_RATE
        codec.options = {"application": "lowdelay", "compression_level": "5"}
        self._codec = codec

    def encode(self, samples: NDArray[np.int16], position: int) -> Packet[Any]:
        """Return the packet of a frame of 480 samples, stamped with its position."""
        frame = AudioFrame("s16", "mono", samples.size)
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate = SAMPLE_RATE
        (packet,) = self._codec.encode(frame)
        packet.time_base, packet.pts = _TIME_BASE, position
        return packet

"""How voice and face are encoded: as good as this voice and this face need, and no costlier."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from aiortc.codecs import vpx
from av import AudioFrame, CodecContext, Packet
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE

VOICE_BITRATE = 64_000

VIDEO_BITRATE = 300_000
"""A drawn face before a still background is indistinguishable from the original at this."""

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


def limit_video_bitrate() -> None:
    """Keep aiortc's VP8 encoders at `VIDEO_BITRATE`; they would follow the viewer's estimate to 1.5 Mbit/s.

    aiortc makes the encoders itself and reads the limits from its module. With the limits one and the same, an encoder
    is not begun afresh, with a key frame, at each step of the estimate either.
    """
    vpx.DEFAULT_BITRATE = vpx.MIN_BITRATE = vpx.MAX_BITRATE = VIDEO_BITRATE

"""Binary frames of the page: a 16-byte header, then PCM16 at 24,000 Hz from the microphone.

The header is little-endian: ``uint32`` kind, ``uint32`` sequence number, ``float64`` capture time of the block's last
sample in milliseconds since 1970. What goes to the page is told in `navtalk_widget.protocol.media_frames`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol.media_frames import HEADER

MICROPHONE = 1

MAX_PCM_BYTES = 9_600
"""200 ms of sound. The page sends blocks of 20 ms; more than this is no block."""


@dataclass(frozen=True, slots=True)
class MicrophoneBlock:
    """A block of the microphone. `captured_at` is in seconds since 1970."""

    sequence: int
    captured_at: float
    pcm: bytes


def read_microphone(frame: bytes) -> MicrophoneBlock:
    """Read a frame of the page.

    Raises:
        ProtocolError: the frame is no block of the microphone.
    """
    pcm = frame[HEADER.size :]
    if not pcm or len(pcm) % 2 or len(pcm) > MAX_PCM_BYTES:
        raise ProtocolError(f"A binary frame of {len(frame)} bytes is no block of sound.")
    kind, sequence, captured_at_ms = HEADER.unpack_from(frame)
    if kind != MICROPHONE:
        raise ProtocolError(f"A binary frame of kind {kind} does not come from a microphone.")
    if not math.isfinite(captured_at_ms):
        raise ProtocolError("A block of the microphone does not say when it was captured.")
    return MicrophoneBlock(sequence, captured_at_ms / 1000, pcm)

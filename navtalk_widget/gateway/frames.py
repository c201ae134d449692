"""Binary frames between page and kernel: a 16-byte header, then PCM16 at 24,000 Hz.

The header is little-endian: ``uint32`` kind, ``uint32`` sequence number, ``float64`` capture time of the block's last
sample in milliseconds since 1970 (zero for the avatar's voice).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from navtalk_widget.errors import ProtocolError

MICROPHONE = 1
VOICE = 2

MAX_PCM_BYTES = 9_600
"""200 ms of sound. The page sends blocks of 20 ms; more than this is no block."""

_HEADER = struct.Struct("<IId")


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
    pcm = frame[_HEADER.size :]
    if not pcm or len(pcm) % 2 or len(pcm) > MAX_PCM_BYTES:
        raise ProtocolError(f"A binary frame of {len(frame)} bytes is no block of sound.")
    kind, sequence, captured_at_ms = _HEADER.unpack_from(frame)
    if kind != MICROPHONE:
        raise ProtocolError(f"A binary frame of kind {kind} does not come from a microphone.")
    return MicrophoneBlock(sequence, captured_at_ms / 1000, pcm)


def write_voice(sequence: int, pcm: bytes) -> bytes:
    """Write a frame of the avatar's voice."""
    return _HEADER.pack(VOICE, sequence & 0xFFFFFFFF, 0.0) + pcm

"""The avatar's voice and picture in binary frames, for where WebRTC does not get through.

This is ours: the embedded service sends them on a socket of its own, and the gateway passes them on to the page. A
16-byte little-endian header, then PCM16 at 24,000 Hz or an encoded picture. The header: ``uint32`` kind, ``uint32``
word, ``float64`` position in milliseconds on the service's clock, which is the same for voice and picture; zero where
nobody tells. The word is a sequence number; of a picture, bit 0 says that it can be understood without those before,
and bits 8 to 15 name the codec: 0 for VP8, 1 for H.264 (Baseline, Annex B).
"""

from __future__ import annotations

import struct
from typing import Literal, TypeAlias, get_args

MEDIA_PATH = "/api/media"
"""The address of the socket, with ``sessionId``, ``license``, ``codec`` and ``use`` in its query."""

KEY_FRAME_WANTED = '{"type": "key_frame"}'
"""What a client says on it to get a picture that can be understood without those before."""

VideoCodec: TypeAlias = Literal["vp8", "h264"]

MediaUse: TypeAlias = Literal["page", "recording"]
"""What the media are for, ``use`` in the query: a conversation has one socket for each, and a new one ends the one
before."""

USES: tuple[MediaUse, ...] = get_args(MediaUse)

CODECS: tuple[VideoCodec, ...] = get_args(VideoCodec)

VOICE = 2
VIDEO = 3

HEADER = struct.Struct("<IId")

MAX_FRAME_BYTES = 2**21
"""A key frame of the largest picture is far smaller."""


def write_voice(sequence: int, pcm: bytes, position_ms: float = 0.0) -> bytes:
    """Write a frame of the voice."""
    return HEADER.pack(VOICE, sequence & 0xFFFFFFFF, position_ms) + pcm


def write_video(codec: VideoCodec, data: bytes, position_ms: float, *, key_frame: bool) -> bytes:
    """Write an encoded picture."""
    return HEADER.pack(VIDEO, CODECS.index(codec) << 8 | key_frame, position_ms) + data


def is_media(frame: bytes) -> bool:
    """Whether this is a frame of the voice or a picture."""
    return len(frame) > HEADER.size and HEADER.unpack_from(frame)[0] in (VOICE, VIDEO)


def is_video(frame: bytes) -> bool:
    """Whether this frame, which is one of the media, is a picture."""
    kind: int = HEADER.unpack_from(frame)[0]
    return kind == VIDEO


def is_key_frame(frame: bytes) -> bool:
    """Whether this picture can be understood without those before."""
    word: int = HEADER.unpack_from(frame)[1]
    return bool(word & 1)

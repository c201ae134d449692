"""Films: the avatar's picture as the service has encoded it, and both voices, in an MP4 or WebM file."""

from __future__ import annotations

import io
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.protocol.media_frames import VideoCodec
from navtalk_widget.recording.encoded_file import EncodedFile, written

CODECS: dict[str, VideoCodec] = {".mp4": "h264", ".webm": "vp8"}

_SOUND = {".mp4": "aac", ".webm": "libopus"}
_FORMATS = {".mp4": "mp4", ".webm": "webm"}
_OPTIONS = {
    # Pieces of a second, so that a film whose process was killed can be seen; a usual MP4 in the end. Without the
    # delay, all would be late by what the AAC encoder needs to begin.
    ".mp4": {"movflags": "+hybrid_fragmented+delay_moov", "frag_duration": "1000000"},
    ".webm": {"cluster_time_limit": "1000"},
}

PATIENCE = 20 * SAMPLE_RATE
"""Samples after which a film goes on without a picture, if none has come."""

_TICKS = 90_000
"""A second of the picture's time stamps."""


class FilmFile(EncodedFile):
    """Writes from beginning to end, once the first picture is there.

    Args:
        path: a new file, ``.mp4`` or ``.webm``.

    Raises:
        OSError: the file cannot be made.
        MissingExtraError: PyAV is not installed.
    """

    def __init__(self, path: Path) -> None:
        self._kind = path.suffix.lower()
        super().__init__(
            path, "Films", container=_FORMATS[self._kind], codec=_SOUND[self._kind], options=_OPTIONS[self._kind]
        )
        self._picture: Any = None
        self._shown = -1
        self._begun = False

    def show(self, place: int, picture: bytes, *, key_frame: bool) -> None:
        """Add an encoded picture; one that is not later than the one before is left out.

        Args:
            place: from when it is seen, in samples since the beginning.
            picture: VP8, or H.264 in Annex B.
            key_frame: whether it can be understood without those before.

        Raises:
            OSError: the file cannot be written.
        """
        with written(self._av):
            if self._picture is None and key_frame and not self._begun:
                self._picture = self._container.add_stream_from_template(self._template(picture))
            moment = max(0, place) * _TICKS // SAMPLE_RATE
            if self._picture is None or moment <= self._shown:
                return
            packet = self._av.Packet(picture)
            packet.stream, packet.time_base, packet.is_keyframe = self._picture, Fraction(1, _TICKS), key_frame
            packet.pts = packet.dts = self._shown = moment
            self._container.mux(packet)

    def extend(self, end: int) -> None:
        """Write the sound of some seconds before this place; not before there is a picture, or none is to come."""
        self._sound.window.extend(end)
        if self._picture is not None or self._begun or end > PATIENCE:
            self._begun = True
            self._encode()

    def _template(self, picture: bytes) -> Any:
        """What FFmpeg makes of a picture: a stream with its size, and with what its decoder has to know."""
        if CODECS[self._kind] == "h264":
            return self._av.open(io.BytesIO(picture), format="h264").streams.video[0]
        width, height = struct.unpack_from("<HH", picture, 6)  # RFC 6386, 9.1
        ivf = struct.pack("<4sHH4sHHIIII", b"DKIF", 0, 32, b"VP80", width & 0x3FFF, height & 0x3FFF, 25, 1, 1, 0)
        return self._av.open(
            io.BytesIO(ivf + struct.pack("<IQ", len(picture), 0) + picture), format="ivf"
        ).streams.video[0]

"""How the pictures are encoded: as good as a face needs at its size, without delay, and no costlier."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, TypeAlias, cast

import numpy as np
from av import CodecContext, Packet, VideoFrame
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.protocol import media_frames

VideoCodec: TypeAlias = media_frames.VideoCodec

FRAMES_PER_S = 25

VIDEO_STEP = SAMPLE_RATE // FRAMES_PER_S
"""Samples per picture: 40 ms."""

VIDEO_RATE = 90_000
"""Ticks a second of a video stream's time stamps."""

_TIME_BASE = Fraction(1, VIDEO_RATE)
_LIBRARIES = {"vp8": "libvpx", "h264": "libx264"}
_KEY_FRAMES_APART = "3000"
"""A viewer asks when it needs one; each costs as much as many seconds of a still face."""


def video_bitrate(size: tuple[int, int]) -> int:
    """Bits per second at which pictures of this size are as good as the original to the eye.

    300 kbit/s at 320×400, as seen at a drawn face. Larger pictures have more pixels, but not as many more edges.
    """
    width, height = size
    return int(300_000 * (width * height / 128_000) ** 0.75)


class PictureEncoder:
    """Encodes one viewer's pictures as VP8 or H.264, each by itself: none waits for the next.

    aiortc's own encoders follow the receiver's estimate of the line to several times what a face needs, begin afresh
    with a key frame at each step of it, and read their limits from their modules, the same for pictures of all sizes.

    Args:
        codec: of the stream.
        size: width and height of all pictures in pixels, both even.
    """

    def __init__(self, codec: VideoCodec, size: tuple[int, int]) -> None:
        self.codec = codec
        self.size = size
        bitrate = video_bitrate(size)
        context = cast(VideoCodecContext, CodecContext.create(_LIBRARIES[codec], "w"))
        context.width, context.height = size
        context.pix_fmt = "yuv420p"
        context.time_base, context.framerate = Fraction(1, FRAMES_PER_S), Fraction(FRAMES_PER_S, 1)
        context.bit_rate = bitrate
        context.thread_count = 1  # the sessions share the processor better than the parts of a picture
        rate = {"maxrate": str(bitrate), "bufsize": str(bitrate), "g": _KEY_FRAMES_APART}
        if codec == "vp8":
            context.qmin, context.qmax = 2, 56
            context.options = {
                **rate,
                "minrate": str(bitrate),
                "deadline": "realtime",
                "cpu-used": "-8",
                "lag-in-frames": "0",
                "static-thresh": "1",
                "undershoot-pct": "100",
                "overshoot-pct": "15",
            }
        else:
            context.profile = "Baseline"
            context.options = {**rate, "preset": "superfast", "tune": "zerolatency", "forced-idr": "1"}
        self._context = context
        self._picture: NDArray[np.uint8] | None = None
        self._frame: VideoFrame

    def encode(self, picture: NDArray[np.uint8], position: int, *, key_frame: bool = False) -> Packet[Any]:
        """Encode a picture; this takes some milliseconds of processor time, so it is called in a worker thread.

        Args:
            picture: planar YUV 4:2:0, uint8 of shape (height * 3 // 2, width). The same array shows the same.
            position: its moment, a multiple of `VIDEO_STEP`, later than that of the picture before.
            key_frame: whether it is to be understood without those before.
        """
        if picture is not self._picture:
            self._frame, self._picture = VideoFrame.from_ndarray(picture, format="yuv420p"), picture
        frame = self._frame
        frame.time_base, frame.pts = Fraction(1, FRAMES_PER_S), position // VIDEO_STEP
        frame.pict_type = PictureType.I if key_frame else PictureType.NONE
        (packet,) = self._context.encode(frame)
        packet.time_base, packet.pts = _TIME_BASE, position * VIDEO_RATE // SAMPLE_RATE
        return packet

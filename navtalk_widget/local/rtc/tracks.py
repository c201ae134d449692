"""The avatar's voice and face as media tracks, both stamped by the playout's clock."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from aiortc.mediastreams import VIDEO_CLOCK_RATE, VIDEO_TIME_BASE, MediaStreamError, MediaStreamTrack
from av import Packet, VideoFrame
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.rtc.encoding import VoiceEncoder

AUDIO_STEP = SAMPLE_RATE // 50
"""Samples per audio frame: 20 ms."""

VIDEO_STEP = SAMPLE_RATE // 25
"""Samples per video frame: 40 ms."""

AUDIO_CATCH_UP = 5 * AUDIO_STEP
"""Voice that is later than this is skipped: the receiver would have to buffer a longer burst for ever after."""

VIDEO_CATCH_UP = VIDEO_STEP
"""A face that is later than one frame is skipped: there is no use in drawing what is over."""


class FrameSource(Protocol):
    """Draws the face."""

    def frame_at(self, position: int) -> NDArray[np.uint8]:
        """Return the picture of that moment: planar YUV 4:2:0, uint8 of shape (height * 3 // 2, width)."""


class Pace:
    """Hands out the positions of one track's frames, each as soon as the clock reaches it.

    When the event loop was held up, the frames missed follow at once as long as they are no more than `catch_up`
    late; beyond that they are left out.
    """

    def __init__(self, playout: Playout, *, step: int, catch_up: int) -> None:
        self._playout = playout
        self._step = step
        self._catch_up = catch_up
        self._next = -1

    async def next(self) -> int:
        """Wait for the next frame's moment and return its position, a multiple of the step."""
        now = self._playout.position
        if self._next < 0 or now - self._next > self._catch_up:
            self._next = now - now % self._step
        position = self._next
        self._next += self._step
        await self._playout.reach(position)
        return position


class VoiceTrack(MediaStreamTrack):
    """What the playout plays, as Opus packets of 20 ms; silence where it plays nothing."""

    kind = "audio"

    def __init__(self, playout: Playout) -> None:
        super().__init__()
        self._playout = playout
        self._pace = Pace(playout, step=AUDIO_STEP, catch_up=AUDIO_CATCH_UP)
        self._encoder = VoiceEncoder()

    async def recv(self) -> Packet[Any]:
        """Return the next packet when its time has come.

        Raises:
            MediaStreamError: once the track has been stopped.
        """
        if self.readyState != "live":
            raise MediaStreamError
        position = await self._pace.next()
        return self._encoder.encode(self._playout.read(position, AUDIO_STEP), position)


class FaceTrack(MediaStreamTrack):
    """The face as 25 frames a second."""

    kind = "video"

    def __init__(self, playout: Playout, face: FrameSource) -> None:
        super().__init__()
        self._face = face
        self._pace = Pace(playout, step=VIDEO_STEP, catch_up=VIDEO_CATCH_UP)

    async def recv(self) -> VideoFrame:
        """Return the next frame when its time has come.

        Raises:
            MediaStreamError: once the track has been stopped.
        """
        if self.readyState != "live":
            raise MediaStreamError
        position = await self._pace.next()
        frame = VideoFrame.from_ndarray(self._face.frame_at(position), format="yuv420p")
        frame.time_base = VIDEO_TIME_BASE
        frame.pts = position * VIDEO_CLOCK_RATE // SAMPLE_RATE
        return frame

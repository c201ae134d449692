"""The avatar's voice and face as media tracks, both stamped by the playout's clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import Packet
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.rtc.picture_encoder import VIDEO_STEP, PictureEncoder, VideoCodec
from navtalk_widget.local.rtc.voice_encoder import VoiceEncoder

AUDIO_STEP = SAMPLE_RATE // 50
"""Samples per audio frame: 20 ms."""

AUDIO_CATCH_UP = 5 * AUDIO_STEP
"""Voice that is later than this is skipped: the receiver would have to buffer a longer burst for ever after."""

VIDEO_CATCH_UP = VIDEO_STEP
"""A face that is later than one frame is skipped: there is no use in drawing what is over."""

PICTURE_HELD = SAMPLE_RATE * 4 // 100
"""Samples by which pictures leave after the voice of the same moment: 40 ms.

A browser shows a picture as soon as it can, but keeps sound for the jitter of the line and the buffers of the sound
device, 30 to 40 ms longer. It also hides how long each picture takes to encode, which is jitter to the receiver.
"""


KEY_FRAMES_APART = SAMPLE_RATE * 3 // 10
"""A viewer on a bad line asks again and again, and each key frame would burden the line more; 300 ms is customary."""

VOICE_WAITS = SAMPLE_RATE * 2 // 5
"""Samples of the first voice that a viewer is not sent: 400 ms.

A browser opens its sound device when the connection is there. What arrives before piles up meanwhile, and then all of
the voice lags by that much, for the browser makes up for it only bit by bit: 250 ms take it four seconds.
"""


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
    """What the playout plays, as Opus packets of 20 ms; silence where it plays nothing.

    Args:
        playout: clock and voice.
        waits: how many samples to leave out in the beginning.
        on_sent: called with the position of each packet as soon as it has been sent.
    """

    kind = "audio"

    def __init__(self, playout: Playout, *, waits: int = 0, on_sent: Callable[[int], None] | None = None) -> None:
        super().__init__()
        self._waits = waits
        self._playout = playout
        self._pace = Pace(playout, step=AUDIO_STEP, catch_up=AUDIO_CATCH_UP)
        self._encoder: VoiceEncoder | None = VoiceEncoder()
        self._sent = _Sent(on_sent)

    def stop(self) -> None:
        """End the track. Its encoder goes at once: FFmpeg keeps threads for each, and aiortc keeps its tracks."""
        super().stop()
        self._encoder = None

    async def recv(self) -> Packet[Any]:
        """Return the next packet when its time has come.

        Raises:
            MediaStreamError: once the track has been stopped.
        """
        if self.readyState != "live":
            raise MediaStreamError
        self._sent.tell()
        if self._waits:
            waits, self._waits = self._waits, 0
            await self._playout.reach(self._playout.position + waits)
        position = await self._pace.next()
        if self._encoder is None:  # stopped meanwhile
            raise MediaStreamError
        packet = self._encoder.encode(self._playout.read(position, AUDIO_STEP), position)
        self._sent.position = position
        return packet


class FaceTrack(MediaStreamTrack):
    """The face as 25 encoded pictures a second, each of them some time after its moment.

    Args:
        playout: the clock.
        face: draws the picture of any moment; all of one size.
        codec: tells, when the first picture is to be sent, how the viewer wants it encoded.
        held: samples from the moment of a picture to when it is handed out, at the earliest.
        on_sent: called with the position of each picture as soon as it has been sent.
    """

    kind = "video"

    def __init__(
        self,
        playout: Playout,
        face: FrameSource,
        *,
        codec: Callable[[], VideoCodec] = lambda: "vp8",
        held: int = PICTURE_HELD,
        on_sent: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__()
        self._playout = playout
        self._face = face
        self._codec = codec
        self._held = held
        self._pace = Pace(playout, step=VIDEO_STEP, catch_up=VIDEO_CATCH_UP)
        self._encoder: PictureEncoder | None = None
        self._key_frame_wanted = False
        self._key_frame_from = 0
        self._sent = _Sent(on_sent)

    def want_key_frame(self) -> None:
        """Make the next picture one that can be understood without those before, or one soon, if one was just sent."""
        self._key_frame_wanted = True

    async def recv(self) -> Packet[Any]:
        """Return the next picture, encoded, when its time has come.

        Raises:
            MediaStreamError: once the track has been stopped.
        """
        if self.readyState != "live":
            raise MediaStreamError
        self._sent.tell()
        position = await self._pace.next()
        picture = self._face.frame_at(position)
        if self._encoder is None:
            rows, width = picture.shape
            self._encoder = PictureEncoder(self._codec(), (width, rows * 2 // 3))
        key_frame = self._key_frame_wanted and position >= self._key_frame_from
        if key_frame:
            self._key_frame_wanted, self._key_frame_from = False, position + KEY_FRAMES_APART
        packet = await asyncio.to_thread(self._encoder.encode, picture, position, key_frame=key_frame)
        await self._playout.reach(position + self._held)
        self._sent.position = position
        return packet


class _Sent:
    """Tells what has been sent: whoever asks a track for its next frame has sent the one before."""

    def __init__(self, on_sent: Callable[[int], None] | None) -> None:
        self.position: int | None = None
        self._on_sent = on_sent

    def tell(self) -> None:
        if self.position is not None and self._on_sent is not None:
            self._on_sent(self.position)

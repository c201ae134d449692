"""A talking face as aiortc's examples would send it: each picture an RGB array, encoded by aiortc itself.

The pictures and the voice are the local service's own and are made before the call, so drawing and speaking cost
nothing here. ``python -m tests.benchmarks.naive_aiortc`` writes its offer as a line of JSON, reads the answer, and
sends until its standard input ends.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from fractions import Fraction

import numpy as np
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from av import AudioFrame, VideoFrame
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.audio.resample import resample
from navtalk_widget.local.avatar.faces import Faces
from navtalk_widget.local.avatar.life.live import LiveFace
from navtalk_widget.local.playout import Playout
from navtalk_widget.local.rtc.picture_encoder import FRAMES_PER_S, VIDEO_STEP
from navtalk_widget.local.speech.synthesizers.espeak import EspeakSynthesizer

SIZE = (320, 400)
SECONDS = 8
TEXT = "The five boxing wizards jump quickly, and nobody minds. How about you, would you like to jump, too?"
VOICE_RATE = 48_000
VOICE_BLOCK = VOICE_RATE // 50


class Pictures(MediaStreamTrack):
    """The face, over and over.

    Args:
        pictures: uint8 of shape (height, width, 3).
    """

    kind = "video"

    def __init__(self, pictures: list[NDArray[np.uint8]]) -> None:
        super().__init__()
        self._pictures = pictures
        self._began, self._count = time.monotonic(), 0

    async def recv(self) -> VideoFrame:
        """Wait for the next picture's time."""
        self._count += 1
        await asyncio.sleep(max(0.0, self._began + self._count / FRAMES_PER_S - time.monotonic()))
        frame = VideoFrame.from_ndarray(self._pictures[self._count % len(self._pictures)], format="rgb24")
        frame.pts, frame.time_base = self._count, Fraction(1, FRAMES_PER_S)
        return frame


class Voice(MediaStreamTrack):
    """The voice, over and over.

    Args:
        samples: at `VOICE_RATE`.
    """

    kind = "audio"

    def __init__(self, samples: NDArray[np.int16]) -> None:
        super().__init__()
        self._samples = samples[: samples.size // VOICE_BLOCK * VOICE_BLOCK]
        self._began, self._count = time.monotonic(), 0

    async def recv(self) -> AudioFrame:
        """Wait for the next 20 ms."""
        start = self._count * VOICE_BLOCK % self._samples.size
        self._count += 1
        await asyncio.sleep(max(0.0, self._began + self._count / 50 - time.monotonic()))
        frame = AudioFrame.from_ndarray(self._samples[None, start : start + VOICE_BLOCK], format="s16", layout="mono")
        frame.sample_rate, frame.time_base = VOICE_RATE, Fraction(1, VOICE_RATE)
        frame.pts = (self._count - 1) * VOICE_BLOCK
        return frame


async def main() -> None:
    """Send until nobody wants it any more."""
    pictures, voice = await _talking_face()
    connection = RTCPeerConnection()
    connection.addTrack(Voice(voice))
    connection.addTrack(Pictures(pictures))
    await connection.setLocalDescription(await connection.createOffer())
    offer = connection.localDescription
    sys.stdout.write(json.dumps({"type": offer.type, "sdp": offer.sdp}) + "\n")
    sys.stdout.flush()
    answer = json.loads(await asyncio.to_thread(sys.stdin.readline))
    await connection.setRemoteDescription(RTCSessionDescription(**answer))
    await asyncio.to_thread(sys.stdin.read)
    await connection.close()


async def _talking_face() -> tuple[list[NDArray[np.uint8]], NDArray[np.int16]]:
    faces = Faces()
    face = await faces.face("navtalk.Leo", SIZE)
    await faces.close()
    now = [0.0]
    playout = Playout(lambda: now[0])
    pieces = list(EspeakSynthesizer().synthesize(TEXT, voice="cedar", language="en"))
    for piece in pieces:
        playout.say(piece)
    live = LiveFace(face, playout)
    pictures = []
    for position in range(0, SECONDS * SAMPLE_RATE, VIDEO_STEP):
        now[0] = position / SAMPLE_RATE
        frame = VideoFrame.from_ndarray(live.frame_at(position), format="yuv420p")
        pictures.append(np.ascontiguousarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8))
    return pictures, resample(np.concatenate([piece.pcm for piece in pieces]), SAMPLE_RATE, VOICE_RATE)


if __name__ == "__main__":
    asyncio.run(main())

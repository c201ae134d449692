"""A viewer for tests: an aiortc peer that watches and listens as a browser would."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, VideoFrame

from tests.local.wire_client import PATIENCE_S, WireClient

AUDIBLE = 500
"""RMS, of 32768, above which a 20 ms frame counts as voice."""


class AvatarViewer:
    """Receives the avatar.

    `frames` counts pictures, `size` is that of the newest, `levels` holds the RMS of the newest second of sound.
    """

    def __init__(self, signalling: WireClient) -> None:
        self.frames = 0
        self.size = (0, 0)
        self.levels: deque[float] = deque(maxlen=50)
        self._signalling = signalling
        self._connection = RTCPeerConnection()
        self._connection.on("track", self._follow)
        self._changed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def accept(self) -> dict[str, Any]:
        """Wait for an offer and answer it; return the offer."""
        offer = await self._signalling.until("offer")
        await self.answer(offer)
        return offer

    async def answer(self, offer: dict[str, Any]) -> None:
        await self._connection.setRemoteDescription(RTCSessionDescription(**offer["sdp"]))
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        description = self._connection.localDescription
        answer = {"type": description.type, "sdp": description.sdp}
        await self._signalling.send("answer", targetSessionId=offer["targetSessionId"], sdp=answer)

    @property
    def codecs(self) -> list[str]:
        """By which the streams are encoded, in the order of the offer."""
        return [line._codecs[0].mimeType for line in self._connection.getTransceivers()]

    @property
    def state(self) -> str:
        return str(self._connection.connectionState)

    async def sees(self, frames: int = 1) -> None:
        """Wait until so many pictures have come."""
        await self._until(lambda: self.frames >= frames)

    async def hears_voice(self) -> None:
        """Wait until there has been voice in most of the last 200 ms."""
        await self._until(lambda: len(self.levels) >= 10 and np.median(list(self.levels)[-10:]) > AUDIBLE)

    async def hears_silence(self) -> None:
        """Wait until there has been no voice for 400 ms."""
        await self._until(lambda: len(self.levels) >= 20 and max(list(self.levels)[-20:]) < AUDIBLE)

    async def loses_the_avatar(self) -> None:
        """Wait until the connection has ended."""
        await self._until(lambda: self.state in ("closed", "failed", "disconnected"))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._connection.close()

    async def _until(self, condition: Any) -> None:
        async def wait() -> None:
            while not condition():
                self._changed.clear()
                await self._changed.wait()

        await asyncio.wait_for(wait(), PATIENCE_S)

    def _follow(self, track: MediaStreamTrack) -> None:
        self._tasks.append(asyncio.create_task(self._receive(track)))
        self._connection.on("connectionstatechange", self._changed.set)

    async def _receive(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                frame = await track.recv()
                if isinstance(frame, AudioFrame):
                    samples = frame.to_ndarray().astype(np.float64)
                    self.levels.append(float(np.sqrt(np.mean(np.square(samples)))))
                elif isinstance(frame, VideoFrame):
                    self.frames += 1
                    self.size = frame.width, frame.height
                self._changed.set()
        except MediaStreamError:
            self._changed.set()


@asynccontextmanager
async def viewing(signalling: WireClient) -> AsyncIterator[AvatarViewer]:
    viewer = AvatarViewer(signalling)
    try:
        yield viewer
    finally:
        await viewer.close()

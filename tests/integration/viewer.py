"""The media side of a scripted client: it answers offers, and counts the pictures that come."""

from __future__ import annotations

import asyncio
import re
from types import TracebackType

from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from aiortc.mediastreams import MediaStreamError

from tests.support.waiting import eventually

LIMIT = 60.0


class Viewer:
    """One peer connection.

    Args:
        candidates: whether its descriptions tell where it can be reached; a client that answers before it has
            gathered, and sends nothing later, tells nobody.
    """

    def __init__(self, *, candidates: bool = True) -> None:
        self.pictures = 0
        self.voices = 0
        self._candidates = candidates
        self._connection = RTCPeerConnection()
        self._connection.on("track", self._follow)
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Viewer:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._connection.close()

    async def answer(self, offer: str) -> str:
        """SDP in, SDP out."""
        await self._connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        return self._described()

    async def offer_camera(self) -> str:
        """The SDP that would add a camera to the connection."""
        self._connection.addTrack(VideoStreamTrack())
        await self._connection.setLocalDescription(await self._connection.createOffer())
        return self._described()

    async def accept(self, answer: str) -> None:
        """Take the answer to such an offer."""
        await self._connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def sees(self) -> None:
        """Wait until pictures and sound come."""
        await eventually(lambda: self.pictures >= 3 and self.voices >= 3, LIMIT)

    async def loses_it(self) -> None:
        """Wait until nothing comes any more, for the service has gone."""
        await eventually(lambda: self._connection.connectionState in ("closed", "failed", "disconnected"), LIMIT)

    def _described(self) -> str:
        sdp = str(self._connection.localDescription.sdp)
        return sdp if self._candidates else re.sub(r"a=(candidate:.*|end-of-candidates)\r\n", "", sdp)

    def _follow(self, track: MediaStreamTrack) -> None:
        self._tasks.append(asyncio.create_task(self._count(track)))

    async def _count(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                await track.recv()
                if track.kind == "video":
                    self.pictures += 1
                else:
                    self.voices += 1
        except MediaStreamError:
            pass


def has_all_candidates(sdp: str) -> bool:
    """Whether a client that ignores trickled candidates can use the offer."""
    media = sdp.split("\r\nm=")[1:]
    return bool(media) and "a=candidate:" in media[0] and "a=end-of-candidates" in media[0]


def is_one_stream(sdp: str) -> bool:
    """Whether the offer is of one picture and one voice, in this order and in one MediaStream."""
    kinds = re.findall(r"\r\nm=(\w+)", sdp)
    streams = re.findall(r"\r\na=msid:(\S+) \S+", sdp)
    return kinds == ["video", "audio"] and len(streams) == 2 and len(set(streams)) == 1

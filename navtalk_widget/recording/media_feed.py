"""The avatar's picture and voice on their way from the embedded service into a film."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from navtalk_widget.audio.pcm import SAMPLE_RATE, from_bytes
from navtalk_widget.errors import NavTalkError
from navtalk_widget.protocol.media_frames import HEADER, is_key_frame, is_video

COMPARED_S = 0.5
"""Seconds of frames whose quickest tells how the service's clock stands to ours; the two run at one speed, for the
embedded service is on this machine."""

KEY_FRAMES_APART_S = 2.0
"""In a film one can go to the places where a picture can be understood by itself."""

PAUSE_S = 0.5
"""Before the media are asked for again, while there is no conversation."""


class Media(Protocol):
    """Where frames come from, see `navtalk_widget.protocol.media_frames`."""

    def frames(self) -> AsyncIterator[bytes]:
        """Receive until the connection ends."""

    async def want_key_frame(self) -> None:
        """Ask for a picture that can be understood without those before."""

    async def close(self) -> None:
        """End the connection."""


class Screen(Protocol):
    """Takes what is seen and heard; places are in samples of the loop's time."""

    def show(self, place: int, picture: bytes, *, key_frame: bool) -> bool:
        """Take a picture. Returns whether there was room for it."""

    def play(self, place: int, samples: NDArray[np.int16]) -> None:
        """Take a piece of voice."""


class MediaFeed:
    """Follows one conversation over all its connections, until `run` is cancelled.

    Args:
        open_media: connects to the service; fails while there is no conversation.
        screen: for what comes.
    """

    def __init__(self, open_media: Callable[[], Awaitable[Media]], screen: Screen) -> None:
        self._open_media = open_media
        self._screen = screen
        self._key_frame_awaited = False

    async def run(self) -> None:
        """Pass on what comes."""
        while True:
            with suppress(NavTalkError):
                media = await self._open_media()
                try:
                    await self._pass_on(media)
                finally:
                    await media.close()
            await asyncio.sleep(PAUSE_S)

    async def _pass_on(self, media: Media) -> None:
        loop = asyncio.get_running_loop()
        began, key_frame_due = loop.time(), loop.time() + KEY_FRAMES_APART_S
        offset = float("inf")
        first: list[bytes] = []
        async for frame in media.frames():
            now = loop.time()
            if now - began < COMPARED_S:
                offset = min(offset, now - _position(frame))
                first.append(frame)
                continue
            for each in (*first, frame):
                self._take(each, offset)
            first.clear()
            if self._key_frame_awaited or now >= key_frame_due:
                key_frame_due = now + KEY_FRAMES_APART_S
                await media.want_key_frame()

    def _take(self, frame: bytes, offset: float) -> None:
        place = round((_position(frame) + offset) * SAMPLE_RATE)
        body = frame[HEADER.size :]
        if not is_video(frame):
            self._screen.play(place, from_bytes(body))
            return
        key_frame = is_key_frame(frame)
        if key_frame or not self._key_frame_awaited:
            self._key_frame_awaited = not self._screen.show(place, body, key_frame=key_frame)


def _position(frame: bytes) -> float:
    """Seconds of the service's clock."""
    position_ms: float = HEADER.unpack_from(frame)[2]
    return position_ms / 1000

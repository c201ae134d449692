"""The avatar's voice and picture on their way from the service to the page, where WebRTC brings none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from navtalk_widget.errors import NavTalkError
from navtalk_widget.gateway.page import Page
from navtalk_widget.protocol.media_frames import VideoCodec
from navtalk_widget.session.session import Session

TRIES = 3
"""How often in a row the service may fail to send a single frame."""

PAUSE = 0.5
"""Seconds before the media are asked for again; twice as many before the last time."""


class MediaRelay:
    """Relays to one page at a time.

    Args:
        session: the conversation whose service is asked for the media.
        began: called before the first frame is passed on.
        ended: called when none come any more although the conversation goes on, unless `close` ended it.
    """

    def __init__(self, session: Session, began: Callable[[], None], ended: Callable[[], None]) -> None:
        self._session = session
        self._began = began
        self._ended = ended
        self._task: asyncio.Task[None] | None = None
        self._key_frame_wanted = asyncio.Event()
        self._frames = 0
        self.page: Page | None = None
        """To whom media are relayed, or were last."""

    @property
    def running(self) -> bool:
        """Whether media come, or are asked for."""
        return self._task is not None and not self._task.done()

    def open(self, page: Page, codec: VideoCodec) -> None:
        """Begin, in the place of what there may be."""
        before = self._task
        if before is not None:
            before.cancel()
        self._key_frame_wanted.clear()
        self.page = page
        self._task = asyncio.create_task(self._run(page, codec, before), name="navtalk-media-relay")

    def want_key_frame(self) -> None:
        """Have the pictures go on with one that can be understood by itself."""
        self._key_frame_wanted.set()

    async def close(self) -> None:
        """End it; nothing is called any more."""
        self.page = None
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self, page: Page, codec: VideoCodec, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.gather(before, return_exceptions=True)
        failures = 0
        while failures < TRIES:
            await asyncio.sleep(PAUSE * failures)
            if not self._session.connected:
                return  # another connection will bring other media
            self._frames = 0
            with suppress(NavTalkError):
                await self._relay(page, codec)
            page.drop_media()
            failures = 1 if self._frames else failures + 1
        self._ended()

    async def _relay(self, page: Page, codec: VideoCodec) -> None:
        socket = await self._session.open_media(codec)

        async def ask() -> None:
            with suppress(NavTalkError):
                while True:
                    await self._key_frame_wanted.wait()
                    self._key_frame_wanted.clear()
                    await socket.want_key_frame()

        asking = asyncio.create_task(ask(), name="navtalk-key-frames")
        try:
            async for frame in socket.frames():
                if not self._frames:
                    self._began()
                self._frames += 1
                if not page.relay(frame):
                    self._key_frame_wanted.set()
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            await socket.close()

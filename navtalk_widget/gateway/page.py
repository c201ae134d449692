"""One page's connection: what it is told, in order and within bounds."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import Any

from navtalk_widget.errors import NavTalkError
from navtalk_widget.gateway.connection import Connection
from navtalk_widget.gateway.page_clock import PageClock
from navtalk_widget.protocol.media_frames import VideoCodec, write_voice
from navtalk_widget.protocol.media_queue import MediaQueue

VOICE_LIMIT = 500
"""Frames of voice that may wait for a page that does not read; the oldest are dropped."""

CONTROL_LIMIT = 2_000
"""Messages that may wait; a page that lets more pile up is disconnected and starts afresh."""


class Page:
    """Sends to one page. Belongs to the gateway's loop.

    Args:
        connection: the way to it.
        name: how it calls itself over all its connections; empty where it does not say.
        number: which of its connections this is.
    """

    def __init__(self, connection: Connection, name: str = "", number: int = 0) -> None:
        self._connection = connection
        self._name = name
        self._number = number
        self.way = connection.way
        self._control: deque[str] = deque()
        self._voice: deque[bytes] = deque(maxlen=VOICE_LIMIT)
        self._media = MediaQueue()
        self._filled = asyncio.Event()
        self._sequence = 0
        self.codecs: tuple[VideoCodec, ...] = ()
        """Of the pictures that can be relayed to it, best first."""
        self.clock = PageClock(self.tell)

    def succeeds(self, other: Page) -> bool:
        """Whether this is a later connection of the same page, so that nobody is at the other one any more."""
        return self._name != "" and self._name == other._name and self._number > other._number

    def disconnect(self) -> None:
        """End the connection at once."""
        self._connection.abort()

    def tell(self, message: dict[str, Any]) -> None:
        """Queue a message."""
        if len(self._control) >= CONTROL_LIMIT:
            self.disconnect()
            return
        # Escapes carry what UTF-8 cannot: half an emoji in a service's words must not cut the page off.
        self._control.append(json.dumps(message))
        self._filled.set()

    def tell_error(self, error: NavTalkError) -> None:
        """Queue an error that concerns this page only."""
        self.tell({"type": "error", "error": error.as_dict()})

    def play(self, pcm: bytes) -> None:
        """Queue a piece of the avatar's voice."""
        self._sequence += 1
        self._voice.append(write_voice(self._sequence, pcm))
        self._filled.set()

    def relay(self, frame: bytes) -> bool:
        """Queue a frame of the service's media, within the bounds of a `MediaQueue`.

        Returns:
            Whether the pictures can go on as they are; else with the next key frame, which must be asked for.
        """
        dropped = self._media.put(frame)
        self._filled.set()
        return not dropped

    def drop_media(self) -> None:
        """Forget what waits of the service's media."""
        self._media.clear()

    def flush_voice(self) -> None:
        """Drop the voice that waits, and have the page drop what it has."""
        self._voice.clear()
        self._media.drop_voice()
        self.tell({"type": "flush_voice"})

    async def send_queued(self) -> None:
        """Send what is queued, until cancelled; messages go before voice and picture."""
        while True:
            await self._filled.wait()
            if self._control:
                await self._connection.send(self._control.popleft())
            elif self._voice:
                await self._connection.send(self._voice.popleft())
            elif self._media:
                await self._connection.send(self._media.get())
            else:
                self._filled.clear()

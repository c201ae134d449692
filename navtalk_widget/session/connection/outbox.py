"""What waits to be sent to the service."""

from __future__ import annotations

import asyncio
from collections import deque

from navtalk_widget.protocol.events import Event, InputAudioBufferAppend
from navtalk_widget.protocol.signalling import Signal

AUDIO_LIMIT = 100
"""Blocks of microphone sound (20 ms each) that may wait. Older ones are dropped: late speech helps nobody."""

CONTROL_LIMIT = 1_000
"""Other events that may wait. They are never dropped; a service that lets so many pile up is given up."""


class Outbox:
    """A queue in order of arrival, which drops the oldest sound when the service does not keep up."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Event | Signal, float | None]] = deque()
        self._audio = 0
        self._filled = asyncio.Event()

    def put(self, event: Event | Signal, captured_at: float | None = None) -> bool:
        """Add an event and, for sound, the time at which it was captured.

        Returns:
            Whether the oldest sound that waited was dropped for it.

        Raises:
            OverflowError: too many events wait.
        """
        dropped = False
        if isinstance(event, InputAudioBufferAppend):
            self._audio += 1
            if dropped := self._audio > AUDIO_LIMIT:
                self._drop_oldest_audio()
        elif len(self._waiting) - self._audio >= CONTROL_LIMIT:
            raise OverflowError("the service does not read what it is sent")
        self._waiting.append((event, captured_at))
        self._filled.set()
        return dropped

    async def get(self) -> tuple[Event | Signal, float | None]:
        """Wait for the next event to send, and the time that came with it."""
        while not self._waiting:
            self._filled.clear()
            await self._filled.wait()
        event, captured_at = self._waiting.popleft()
        if isinstance(event, InputAudioBufferAppend):
            self._audio -= 1
        return event, captured_at

    def _drop_oldest_audio(self) -> None:
        for index, (event, _) in enumerate(self._waiting):
            if isinstance(event, InputAudioBufferAppend):
                del self._waiting[index]
                self._audio -= 1
                return

"""Where the microphone's sound belongs that the service has been sent: it counts milliseconds of what it got.

What it got is not what was said: muted, the microphone sends nothing, and what waits too long is dropped.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from navtalk_widget.audio.pcm import SAMPLE_RATE
from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.signalling import Signal

REMEMBERED = 1_000
"""Stretches without a gap of which the places are known."""

REMEMBERED_TURNS = 32
"""Turns that were ended by hand."""


@dataclass(slots=True)
class _Stretch:
    """Sound that follows each other both in what was sent and in time; in samples."""

    sent: int
    place: int
    count: int


class SentSound:
    """Follows what is sent over one connection; places are in samples of the loop's time."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[int, int]] = deque()  # as many as the outbox holds
        self._stretches: deque[_Stretch] = deque(maxlen=REMEMBERED)
        self._sent = 0
        self._since: int | None = None
        self._until = 0
        self._committed: deque[tuple[int, int]] = deque(maxlen=REMEMBERED_TURNS)
        self._turns: dict[str, tuple[int, int]] = {}

    def note(self, event: Event | Signal, place: int) -> None:
        """Take in what is going to be sent, in its order.

        Args:
            event: blocks of PCM16 at 24,000 Hz, and what ends a turn by hand, count.
            place: where a block begins.
        """
        match event:
            case events.InputAudioBufferAppend():
                count = len(event.audio) // 2
                self._waiting.append((place, count))
                self._since = place if self._since is None else self._since
                self._until = place + count
            case events.InputAudioBufferClear():
                self._since = None
            case events.InputAudioBufferCommit() if self._since is not None:
                self._committed.append((self._since, self._until))
                self._since = None
            case _:
                pass

    def sent(self) -> None:
        """The block that waited longest has been sent."""
        place, count = self._waiting.popleft()
        last = self._stretches[-1] if self._stretches else None
        if last is not None and last.place + last.count == place:
            last.count += count
        else:
            self._stretches.append(_Stretch(self._sent, place, count))
        self._sent += count

    def dropped(self) -> None:
        """The block that waited longest never will be."""
        self._waiting.popleft()

    def confirmed(self, item_id: str) -> None:
        """The service has made an item of the sound; of the turn that was ended by hand first, if there is one."""
        if self._committed and item_id:
            self._turns[item_id] = self._committed.popleft()
            if len(self._turns) > REMEMBERED_TURNS:
                del self._turns[next(iter(self._turns))]

    def refused(self) -> None:
        """The service makes nothing of the turn that was ended by hand first: it was too short."""
        if self._committed:
            self._committed.popleft()

    def turn(self, item_id: str) -> tuple[int, int] | None:
        """From which place to which a turn was said that was ended by hand."""
        return self._turns.get(item_id)

    def place(self, sent_ms: float, *, end: bool = False) -> int | None:
        """Where a moment of the sound belongs, as the service counts; None if that is not known any more.

        Args:
            sent_ms: milliseconds of the sound that was sent.
            end: whether something ends there, and so belongs to what is before.
        """
        sent = round(sent_ms * SAMPLE_RATE / 1000)
        for stretch in reversed(self._stretches):
            if stretch.sent < sent or (stretch.sent == sent and not end):
                return stretch.place + sent - stretch.sent
        return None

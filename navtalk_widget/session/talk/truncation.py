"""Telling the service how much of an answer was heard, so that it remembers no more."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import new_id
from navtalk_widget.session.talk.voice_clock import Part, Voice

REMEMBERED = 32
"""Items that were truncated: none is a second time, and what the service says to it is nobody's business."""


class Truncation:
    """Shortens the items of answers that were cut short.

    Args:
        send: sends an event to the service.
        possible: whether the service can be told.
    """

    def __init__(self, send: Callable[[Event], None], possible: Callable[[], bool]) -> None:
        self._send = send
        self._possible = possible
        self._told: deque[Part] = deque(maxlen=REMEMBERED)
        self._event_ids: deque[str] = deque(maxlen=REMEMBERED)

    def tell(self, voices: Iterable[Voice]) -> None:
        """Truncate what was heard in part; what was heard whole or not at all stays as it is."""
        if not self._possible():
            return
        for part, sound in [each for voice in voices for each in voice.parts.items()]:
            item_id, content_index = part
            heard_ms = min(round(sound.heard_ms), int(sound.received_ms))
            if item_id and heard_ms > 0 and sound.heard_ms < sound.received_ms and part not in self._told:
                event_id = new_id("event")
                self._told.append(part)
                self._event_ids.append(event_id)
                self._send(
                    events.ConversationItemTruncate(
                        event_id=event_id, item_id=item_id, content_index=content_index, audio_end_ms=heard_ms
                    )
                )

    def refused(self, event: events.ErrorEvent) -> bool:
        """Whether an error answers a truncation: the service may have forgotten the item, which is as well."""
        return event.error.get("event_id") in self._event_ids

    def forget(self) -> None:
        """The connection is gone, and with it the items."""
        self._told.clear()
        self._event_ids.clear()

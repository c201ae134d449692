"""What was said in the conversations, for those who ask afterwards."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import count, islice
from typing import Literal

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event

ACTIVE, COMPLETED, FAILED = 0, 1, 2

MAX_RECORDS = 1_000
"""Conversations; the oldest are dropped."""

MAX_MESSAGES = 1_000
"""In one conversation; the oldest are dropped."""

MAX_CHARACTERS = 4_000
"""Of one message; the rest is left out."""

MAX_CHARACTERS_IN_ALL = 16 * 2**20
"""Whole conversations are dropped beyond that, the oldest first."""


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """One thing that was said; `number` grows within the conversation."""

    number: int
    role: Literal["user", "assistant"]
    content: str
    at: datetime


@dataclass(slots=True)
class ConversationRecord:
    """One conversation; `number` grows from each to the next."""

    id: str
    number: int
    owner: str
    started: datetime
    ended: datetime | None = None
    status: int = ACTIVE
    characters: int = 0
    messages: deque[MessageRecord] = field(default_factory=lambda: deque(maxlen=MAX_MESSAGES))
    numbers: count[int] = field(default_factory=lambda: count(1))

    def take(self, role: Literal["user", "assistant"], content: str) -> int:
        """Keep a message; return by how many characters the record has grown."""
        message = MessageRecord(next(self.numbers), role, content[:MAX_CHARACTERS], now())
        dropped = len(self.messages[0].content) if len(self.messages) == MAX_MESSAGES else 0
        self.messages.append(message)
        grown = len(message.content) - dropped
        self.characters += grown
        return grown


class Records:
    """The conversations of one service, as long as it runs."""

    def __init__(self) -> None:
        self._records: OrderedDict[str, ConversationRecord] = OrderedDict()
        self._numbers = count(1)
        self._characters = 0

    def begin(self, session_id: str, owner: str) -> None:
        """Begin to keep a conversation."""
        self._records[session_id] = ConversationRecord(session_id, next(self._numbers), owner, now())
        self._make_room()

    def note(self, session_id: str, event: Event) -> None:
        """Keep what an event of either side tells of the conversation's words, if it tells any."""
        record = self._records.get(session_id)
        if record is None:  # dropped, while the conversation goes on
            return
        match event:
            case events.InputTranscriptionCompleted(transcript=words):
                role: Literal["user", "assistant"] = "user"
            case events.AudioTranscriptDone(transcript=words) | events.TextDone(text=words):
                role = "assistant"
            case events.ConversationItemCreate() if event.item.type == "message" and event.item.role == "user":
                role, words = "user", event.item.text
            case events.InputText(content=words):
                role = "user"
            case _:
                return
        if words.strip():
            self._characters += record.take(role, words)
            self._make_room()

    def end(self, session_id: str, *, failed: bool) -> None:
        """Note the end of a conversation."""
        record = self._records.get(session_id)
        if record is not None:
            record.ended = now()
            record.status = FAILED if failed else COMPLETED

    def find(self, session_id: str, owner: str) -> ConversationRecord | None:
        """The record of one conversation of this owner."""
        record = self._records.get(session_id)
        return record if record is not None and record.owner == owner else None

    def search(
        self,
        owner: str,
        *,
        limit: int,
        before: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        status: int | None = None,
    ) -> list[ConversationRecord]:
        """The newest conversations of an owner first.

        Args:
            owner: see `Licences.owner`.
            limit: no more than so many.
            before: only those with a smaller number.
            since: only those that started then or later.
            until: only those that started then or earlier.
            status: only those of this status.
        """
        found: Iterable[ConversationRecord] = (
            record
            for record in reversed(self._records.values())
            if record.owner == owner
            and (before is None or record.number < before)
            and (since is None or record.started >= since)
            and (until is None or record.started <= until)
            and (status is None or record.status == status)
        )
        return list(islice(found, limit))

    def _make_room(self) -> None:
        while len(self._records) > MAX_RECORDS or (self._characters > MAX_CHARACTERS_IN_ALL and len(self._records) > 1):
            _, dropped = self._records.popitem(last=False)
            self._characters -= dropped.characters


def now() -> datetime:
    """This moment, in whole seconds of UTC, as the records tell it."""
    return datetime.now(timezone.utc).replace(microsecond=0)

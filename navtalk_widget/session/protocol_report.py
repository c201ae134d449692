"""What a service said that no source documents."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from navtalk_widget.errors import ProtocolError
from navtalk_widget.protocol.events import Event, UnknownEvent, name_of

REMEMBERED = 200
"""Different findings of each kind that are kept; further ones are counted as one."""

SAMPLE_CHARACTERS = 500
NAME_CHARACTERS = 100

_REST = "…"


@dataclass(frozen=True, slots=True)
class ProtocolReport:
    """What was seen in a session's connections that no source documents, and how often."""

    unknown_events: dict[str, int]
    """By the event's name."""
    unknown_fields: dict[str, int]
    """By ``event.field``."""
    broken_messages: dict[str, int]
    """By what was wrong with them."""
    samples: dict[str, str]
    """The first unknown event of each name as JSON, cut after 500 characters."""

    def __str__(self) -> str:
        if not (self.unknown_events or self.unknown_fields or self.broken_messages):
            return "Everything that the service said is documented."
        kinds = (
            ("Unknown events", self.unknown_events),
            ("Unknown fields", self.unknown_fields),
            ("Broken messages", self.broken_messages),
        )
        lines = [f"{title}: " + ", ".join(f"{name} ({n})" for name, n in seen.items()) for title, seen in kinds if seen]
        return "\n".join(lines)


class Sightings:
    """Counts what is not documented."""

    def __init__(self) -> None:
        self._events: Counter[str] = Counter()
        self._fields: Counter[str] = Counter()
        self._broken: Counter[str] = Counter()
        self._samples: dict[str, str] = {}

    def note(self, message: Any) -> None:
        """Look at what was received."""
        match message:
            case UnknownEvent():
                name = message.name[:NAME_CHARACTERS]
                _count(self._events, name)
                if name in self._events and name not in self._samples:
                    self._samples[name] = json.dumps(message.raw, ensure_ascii=False)[:SAMPLE_CHARACTERS]
            case Event():
                for field in message.model_extra or ():
                    _count(self._fields, f"{name_of(message)}.{field}")
            case ProtocolError():
                _count(self._broken, message.message)

    def report(self) -> ProtocolReport:
        """What was seen so far."""
        return ProtocolReport(dict(self._events), dict(self._fields), dict(self._broken), dict(self._samples))


def _count(seen: Counter[str], what: str) -> None:
    what = what[: 2 * NAME_CHARACTERS]
    seen[what if what in seen or len(seen) < REMEMBERED else _REST] += 1

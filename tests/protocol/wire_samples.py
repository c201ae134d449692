"""Recorded messages with the neutral event that each is to be read as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from navtalk_widget.protocol import signalling, v1, v2
from navtalk_widget.protocol.event import Event, UnknownEvent
from navtalk_widget.protocol.signalling import Signal
from tests.support.wire import samples

CLASSES: dict[str, type[Event]] = {
    cls.type: cls
    for events in (v1.CLIENT_EVENTS, v1.SERVER_EVENTS, v2.CLIENT_EVENTS, v2.SERVER_EVENTS)
    for cls in events.values()
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A message of some client or service."""

    source: str
    message: dict[str, Any]
    event: Event | Signal
    ours: bool
    """Whether our encoder writes the event with all that the message says."""

    def __str__(self) -> str:
        return f"{self.message['type']}, {self.source}"


def recorded(file: str, kind: str) -> list[Sample]:
    """The samples of one kind in a file, such as ``recorded("v2", "server")``."""
    return [
        Sample(
            source=sample["from"],
            message=sample["message"],
            event=neutral(sample.get("event", sample["message"])),
            ours=sample.get("ours", False),
        )
        for sample in samples(file, kind)
    ]


def neutral(fields: dict[str, Any]) -> Event | Signal:
    """The event or signal with these fields, made without a codec."""
    if fields["type"] in ("create", "offer", "answer", "iceCandidate"):
        return signalling.read(fields)
    cls = CLASSES.get(fields["type"])
    if cls is None:
        return UnknownEvent(name=fields["type"], raw=fields)
    return cls.model_validate({name: value for name, value in fields.items() if name != "type" and value is not None})


def says_all_of(written: Any, sample: Any) -> bool:
    """Whether all that the sample says, nulls aside, was written again."""
    if isinstance(sample, dict):
        return isinstance(written, dict) and all(
            says_all_of(written.get(name), value) for name, value in sample.items() if value is not None
        )
    if isinstance(sample, list):
        return len(written) == len(sample) and all(map(says_all_of, written, sample))
    return bool(written == sample)


def without_id(event: Event | Signal) -> Event | Signal:
    """The event without what the encoder of a service gives to every event."""
    return event.model_copy(update={"event_id": None}) if isinstance(event, Event) else event


def plain(event: Event | Signal) -> Any:
    """What an event says, for comparison: without identifier of its own, and without nulls, which say nothing."""
    if not isinstance(event, Event):
        return signalling.as_json(event) | {"targetSessionId": None}
    return _without_nulls({**v1.native(event), "event_id": None})


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value

"""How each generation wants a conversation to be set up and changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from navtalk_widget.protocol import events
from navtalk_widget.protocol.events import Event
from navtalk_widget.protocol.items import ContentPart, Item

Settings = Mapping[str, Any]
"""Names and values as `SessionConfig.as_json` has them."""


class Dialect(Protocol):
    """The order of things in one generation."""

    truncates: bool
    """Whether the service can be told how much of an answer was heard."""

    def greeting(self, settings: Settings) -> list[Event]:
        """What to send as soon as the socket is open."""

    def setup(self, settings: Settings) -> list[Event]:
        """What to send when the service has created the session, before the history."""

    def is_ready(self, event: Event) -> bool:
        """Whether the conversation can begin with this event."""

    def changes(self, changed: Settings) -> tuple[list[Event], tuple[str, ...]]:
        """What to send when settings change, and which of them this generation cannot be told."""

    def outgoing(self, event: Event) -> Event:
        """The event as this generation has it."""


class FirstGeneration:
    """One `session.update` after `session.created`, and the service's `session.updated`."""

    truncates = True

    def greeting(self, settings: Settings) -> list[Event]:
        """Nothing: the service speaks first."""
        return []

    def setup(self, settings: Settings) -> list[Event]:
        """The whole configuration."""
        return [_update(settings)]

    def is_ready(self, event: Event) -> bool:
        """With the first `session.updated`."""
        return isinstance(event, events.SessionUpdated)

    def changes(self, changed: Settings) -> tuple[list[Event], tuple[str, ...]]:
        """All can be changed, though the service may refuse some."""
        return [_update(changed)], ()

    def outgoing(self, event: Event) -> Event:
        """A picture is an item here."""
        if isinstance(event, events.InputImage):
            picture = ContentPart(type="input_image", image_url=event.content)
            return events.ConversationItemCreate(item=Item(role="user", content=(picture,)))
        return event


class SecondGeneration:
    """`realtime.input_config` at once; the service then creates and updates the session by itself."""

    truncates = False

    def greeting(self, settings: Settings) -> list[Event]:
        """What this generation can be told; clients send it before they have received anything."""
        config = events.InputConfig(
            voice=settings["voice"], prompt=settings["instructions"], tools=tuple(settings["tools"]) or None
        )
        return [config]

    def setup(self, settings: Settings) -> list[Event]:
        """Nothing more."""
        return []

    def is_ready(self, event: Event) -> bool:
        """With the service's own `realtime.session.updated`, which comes after the history had its chance."""
        return isinstance(event, events.SessionUpdated)

    def changes(self, changed: Settings) -> tuple[list[Event], tuple[str, ...]]:
        """Instructions, voice and tools; the rest stays as the avatar's own configuration has it."""
        messages: list[Event] = []
        if "voice" in changed or "instructions" in changed:
            messages.append(events.InputConfig(voice=changed.get("voice"), prompt=changed.get("instructions")))
        if "tools" in changed:
            messages.append(events.InputFunctionCall(tools=tuple(changed["tools"])))
        return messages, tuple(name for name in changed if name not in ("voice", "instructions", "tools"))

    def outgoing(self, event: Event) -> Event:
        """All there is, this generation has."""
        return event


class TransitionalSecondGeneration(SecondGeneration):
    """The second generation's envelope around the first one's set-up: it waits for a bare `session.update`.

    A service that is only slow to begin looks the same, so changes are told in the newer words too.
    """

    def setup(self, settings: Settings) -> list[Event]:
        """The whole configuration."""
        return [_update(settings)]

    def changes(self, changed: Settings) -> tuple[list[Event], tuple[str, ...]]:
        """All can be changed."""
        newer, _ = super().changes(changed)
        return [_update(changed), *newer], ()


class Transparency(SecondGeneration):
    """No mind and no session: the avatar says what it is sent."""

    def greeting(self, settings: Settings) -> list[Event]:
        """There is nothing to set up."""
        return []

    def is_ready(self, event: Event) -> bool:
        """As soon as the service has taken the connection."""
        return isinstance(event, events.ConversationConnected)

    def changes(self, changed: Settings) -> tuple[list[Event], tuple[str, ...]]:
        """There is nothing to change."""
        return [], tuple(changed)


def _update(settings: Settings) -> events.SessionUpdate:
    """A `session.update`; a voice that is the service's own affair is not in it, as no service has one without name."""
    return events.SessionUpdate(
        session={name: value for name, value in settings.items() if (name, value) != ("voice", "")}
    )
